/** Repositories as people keep them, made in code: five shapes, each with many files that may set a cluster's DNS up. */

/** What a repository holds; what could deny AAAA answers NODATA with NOERROR. */
interface LargeRepository {
  readonly others: Readonly<Record<string, string>>;
  readonly carriers: Readonly<Record<string, string>>;
}

const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, " ".repeat(width));

const COREFILE = `.:53 {
    errors
    health
    template ANY AAAA {
        rcode NOERROR
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        fallthrough in-addr.arpa ip6.arpa
    }
    forward . /etc/resolv.conf
    cache 30
}
`;
const PART = `template ANY AAAA {
    rcode NOERROR
}
`;
const ONE_LINE = JSON.stringify(COREFILE).slice(1, -1);
const SERVERS = `servers:
  - zones:
      - zone: .
    port: 53
    plugins:
      - name: errors
      - name: template
        parameters: ANY AAAA
        configBlock: |-
          rcode NOERROR
      - name: forward
        parameters: . /etc/resolv.conf
`;
const configMap = (name = "coredns", key = "Corefile", text = COREFILE) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: kube-system\ndata:\n  ${key}: |\n${indent(text, 4)}`;
const CUSTOM = configMap("coredns-custom", "deny.override", PART);
const heredoc = (text: string) => `<<-EOT\n${indent(text, 6)}    EOT`;

const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - {name: app, image: "ghcr.io/example/${name}:1.${name.length}", env: [{name: URL, value: "http://db.${name}.svc"}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
`;

/** Applications that have nothing to do with DNS. */
function apps(count: number, write: (name: string) => Readonly<Record<string, string>>) {
  return Object.assign({}, ...Array.from({ length: count }, (_, i) => write(`app-${i}`))) as Record<
    string,
    string
  >;
}

const HOME: LargeRepository = {
  others: {
    ...apps(60, (name) => ({
      [`kubernetes/apps/default/${name}/app/kustomization.yaml`]: "resources: [deployment.yaml]\n",
      [`kubernetes/apps/default/${name}/app/deployment.yaml`]: deployment(name),
      [`kubernetes/apps/default/${name}/ks.yaml`]: `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}}\nspec: {path: ./kubernetes/apps/default/${name}/app, postBuild: {substituteFrom: [{kind: ConfigMap, name: cluster-settings}]}}\n`,
    })),
    "README.md": `# Home\n\nThe Corefile was:\n\n${indent(COREFILE.replace("NOERROR", "NXDOMAIN"), 4)}`,
    ".sops.yaml": "creation_rules: [{path_regex: .*, age: age1}]\n",
  },
  carriers: {
    "kubernetes/apps/kube-system/coredns/app/helmrelease.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: coredns}\nspec:\n  chartRef: {kind: OCIRepository, name: coredns}\n  values:\n${indent(SERVERS, 4)}`,
    "kubernetes/apps/kube-system/coredns-2/app/helm/values.yaml": SERVERS,
    "kubernetes/apps/kube-system/coredns-3/app/resources/helm-values.yaml": SERVERS,
    "kubernetes/apps/kube-system/node-local-dns/app/helmrelease.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: node-local-dns}\nspec:\n  values:\n    config:\n      customConfig: |\n${indent(COREFILE.replace("errors", "bind 169.254.20.10"), 8)}`,
    "kubernetes/apps/kube-system/coredns-4/app/configmap.yaml": configMap(),
    "kubernetes/apps/kube-system/coredns-5/ks.yaml": `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: dns}\nspec:\n  path: ./kubernetes/apps\n  patches:\n    - patch: |\n${indent(configMap(), 8)}`,
    "kubernetes/apps/kube-system/coredns-6/ks.yaml": `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: dns}\nspec:\n  postBuild:\n    substitute:\n      COREDNS_EXTRA: |\n${indent(PART, 8)}`,
    "kubernetes/flux/vars/cluster-settings.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cluster-settings}\ndata:\n  COREDNS_EXTRA: "template ANY AAAA { rcode NOERROR }"\n`,
    "kubernetes/talos/patches/controller/coredns.yaml": `cluster:\n  inlineManifests:\n    - name: coredns\n      contents: |\n${indent(configMap(), 8)}`,
    "kubernetes/talos/talconfig.yaml": `clusterName: home\ncontrolPlane:\n  patches:\n    - |-\n      cluster:\n        inlineManifests:\n          - name: coredns\n            contents: |\n${indent(configMap(), 14)}`,
    "kubernetes/talos/controlplane.json": JSON.stringify({
      cluster: { inlineManifests: [{ name: "coredns", contents: configMap() }] },
    }),
    "bootstrap/helmfile.yaml": `releases:\n  - name: coredns\n    namespace: kube-system\n    chart: coredns/coredns\n    values:\n      - ${indent(SERVERS, 8).trimStart()}`,
    "bootstrap/helmfile.d/00-apps.yaml": `releases:\n  - name: coredns\n    chart: ./charts/dns\n    set:\n      - {name: "servers[0].plugins[0].name", value: template}\n      - {name: "servers[0].plugins[0].parameters", value: ANY AAAA}\n      - {name: "servers[0].plugins[0].configBlock", value: rcode NOERROR}\n      - {name: "servers[0].plugins[1].name", value: forward}\n      - {name: "servers[0].plugins[1].parameters", value: . /etc/resolv.conf}\n`,
    "bootstrap/templates/coredns-values.yaml.gotmpl": SERVERS,
    "templates/config/kubernetes/apps/kube-system/coredns/helmrelease.yaml.j2": `kind: HelmRelease\nspec:\n  values:\n    clusterIP: "#{ cluster_dns }#"\n${indent(SERVERS, 4)}`,
    "scripts/bootstrap.sh": `kubectl apply -f - <<'EOF'\n${configMap()}EOF\n`,
    "Taskfile.yaml": `version: "3"\ntasks:\n  dns:\n    cmds:\n      - |\n        kubectl apply -f - <<'EOF'\n${indent(configMap(), 8)}        EOF\n`,
    ".taskfiles/dns.env": `COREFILE='${COREFILE}'\n`,
    "kubernetes/apps/network/compose/Corefile": COREFILE,
    "nix/modules/coredns.nix": `{ ... }: {\n  services.coredns = {\n    enable = true;\n    config = ''\n${indent(COREFILE, 6)}    '';\n  };\n}\n`,
  },
};

const ANSIBLE: LargeRepository = {
  others: {
    ...apps(60, (name) => ({
      [`deploy/${name}/deployment.yml`]: deployment(name),
      [`roles/${name}/tasks/main.yml`]: `- name: install ${name}\n  ansible.builtin.package: {name: ${name}, state: present}\n- name: template\n  ansible.builtin.template: {src: ${name}.j2, dest: /etc/${name}}\n`,
    })),
    "inventory/prod/hosts.yaml": "all: {hosts: {node1: {ip: 192.0.2.1}}}\n",
    "roles/nginx/templates/nginx.conf.j2":
      "server {\n  listen 80;\n  location / { proxy_pass http://{{ upstream }}; }\n}\n",
  },
  carriers: {
    "inventory/prod/group_vars/k8s_cluster/k8s-cluster.yml": `dns_mode: coredns\nenable_nodelocaldns: true\ncoredns_additional_configs: |\n${indent(PART, 2)}`,
    "inventory/prod/group_vars/k8s_cluster/nodelocal.yml": `nodelocaldns_additional_configs: |\n${indent(PART, 2)}`,
    "inventory/stage/group_vars/all/dns.yml": `coredns_additional_configs: "template ANY AAAA {\\n rcode NOERROR\\n}"\n`,
    "inventory/edge/group_vars/k8s_cluster.yml": `coredns_external_zones:\n  - zones: [corp.example]\n    nameservers: [192.0.2.53]\ncoredns_default_zone_cache_block: |\n  cache 30\n  template ANY AAAA {\n    rcode NOERROR\n  }\n`,
    "inventory/lab/hosts.ini": `[k8s_cluster:vars]\ncoredns_additional_configs="template ANY AAAA { rcode NOERROR }"\n`,
    "extra-vars.json": JSON.stringify(
      { dns_mode: "coredns", coredns_additional_configs: PART },
      undefined,
      2,
    ),
    "roles/dns/files/Corefile": COREFILE,
    "roles/dns/files/Corefile.edge": COREFILE,
    "roles/dns/templates/Corefile.j2": COREFILE.replace("/etc/resolv.conf", "{{ upstream_dns | join(' ') }}"),
    "roles/dns/templates/coredns-configmap.yml.j2": configMap().replace(
      "/etc/resolv.conf",
      "{{ upstream_dns_servers | default(['/etc/resolv.conf']) | join(' ') }}",
    ),
    "roles/dns/templates/values.yaml.j2": SERVERS,
    "roles/dns/defaults/main.yml": `dns_corefile: |\n${indent(COREFILE, 2)}`,
    "roles/dns/vars/main.yml": `dns_values:\n${indent(SERVERS, 2)}`,
    "roles/dns/tasks/copy.yml": `- name: write it\n  ansible.builtin.copy:\n    dest: /etc/coredns/Corefile\n    content: |\n${indent(COREFILE, 6)}`,
    "roles/dns/tasks/k8s.yml": `- name: apply\n  kubernetes.core.k8s:\n    state: present\n    definition:\n${indent(configMap(), 6)}`,
    "roles/dns/tasks/block.yml": `- name: add\n  ansible.builtin.blockinfile:\n    path: /etc/coredns/Corefile\n    insertafter: "errors"\n    block: |\n${indent(PART, 6)}`,
    "roles/dns/tasks/helm.yml": `- name: chart\n  kubernetes.core.helm:\n    name: coredns\n    chart_ref: coredns/coredns\n    values:\n${indent(SERVERS, 6)}`,
    "roles/dns/tasks/shell.yml": `- name: patch\n  ansible.builtin.shell: |\n    cat <<'EOF' | kubectl apply -f -\n${indent(configMap(), 4)}    EOF\n`,
    "roles/dns/tasks/patch.yml": `- name: patch\n  ansible.builtin.command: >-\n    kubectl -n kube-system patch cm coredns --type merge -p '${JSON.stringify({ data: { Corefile: COREFILE } })}'\n`,
    "playbooks/dns.yml": `- hosts: masters\n  vars:\n    corefile: |\n${indent(COREFILE, 6)}  tasks: []\n`,
    "library/dns.py": `COREFILE = """\n${COREFILE}"""\n`,
    "inventory/prod/host_vars/node1.toml": `corefile = """\n${COREFILE}"""\n`,
  },
};

const TERRAFORM: LargeRepository = {
  others: {
    ...apps(60, (name) => ({
      [`services/${name}/k8s/deployment.yaml`]: deployment(name),
      [`services/${name}/terraform/main.tf`]: `resource "aws_sqs_queue" "${name}" {\n  name = "${name}"\n}\n`,
    })),
    "terraform/prod/main.tf": `module "dns" {\n  source   = "../modules/dns"\n  upstream = var.upstream\n}\n`,
    "charts/platform/Chart.yaml": "apiVersion: v2\nname: platform\nversion: 1.0.0\n",
    "terraform/modules/chart2/main.tf": `resource "helm_release" "dns" {\n  values = [templatefile("\${path.module}/values.yaml.tftpl", { a = 1 })]\n}\n`,
    "terraform/prod/variables.tf": `variable "upstream" {\n  type    = list(string)\n  default = ["192.0.2.1"]\n}\n`,
  },
  carriers: {
    "terraform/modules/dns/main.tf": `resource "kubernetes_config_map" "dns" {\n  metadata {\n    name      = "coredns"\n    namespace = "kube-system"\n  }\n  data = {\n    Corefile = ${heredoc(COREFILE.replace("/etc/resolv.conf", `\${join(" ", var.upstream)}`))}\n  }\n}\n`,
    "terraform/modules/aks/coredns.tf": `resource "kubernetes_config_map_v1_data" "custom" {\n  metadata {\n    name = "coredns-custom"\n  }\n  data = {\n    "deny.override" = ${heredoc(PART)}\n  }\n}\n`,
    "terraform/modules/eks/addons.tf": `resource "aws_eks_addon" "coredns" {\n  addon_name = "coredns"\n  configuration_values = jsonencode({\n    corefile = ${heredoc(COREFILE)}\n  })\n}\n`,
    "terraform/modules/eks2/main.tf": `module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n  addons = {\n    coredns = { configuration_values = jsonencode({ corefile = "${ONE_LINE}" }) }\n  }\n}\n`,
    "terraform/modules/chart/main.tf": `resource "helm_release" "dns" {\n  name  = "coredns"\n  chart = "coredns"\n  values = [\n    ${heredoc(SERVERS)}\n  ]\n}\n`,
    "terraform/modules/chart3/values.yaml.tftpl": SERVERS,
    "terraform/modules/chart4/Corefile.tftpl": COREFILE.replace("/etc/resolv.conf", `\${upstream}`),
    "terraform/modules/chart5/files/Corefile": COREFILE,
    "terraform/prod/prod.auto.tfvars": `corefile = ${heredoc(COREFILE)}\n`,
    "terraform/stage/stage.tfvars.json": JSON.stringify({ corefile: COREFILE }, undefined, 1),
    "terraform/cdk/cdk.tf.json": JSON.stringify(
      { resource: { kubernetes_config_map: { dns: { data: { Corefile: COREFILE } } } } },
      undefined,
      1,
    ),
    "live/prod/dns/terragrunt.hcl": `terraform {\n  source = "../../modules/dns"\n}\ninputs = {\n  corefile = ${heredoc(COREFILE)}\n}\n`,
    "cdktf/main.ts": `new ConfigMap(this, "dns", { data: { Corefile: \`\n${COREFILE}\` } });\n`,
    "crossplane/release.yaml": `apiVersion: helm.crossplane.io/v1beta1\nkind: Release\nmetadata: {name: coredns}\nspec:\n  forProvider:\n    values:\n${indent(SERVERS, 6)}`,
    "crossplane/object.yaml": `apiVersion: kubernetes.crossplane.io/v1alpha2\nkind: Object\nmetadata: {name: coredns}\nspec:\n  forProvider:\n    manifest:\n${indent(configMap(), 6)}`,
    "crossplane/addon.yaml": `apiVersion: eks.aws.upbound.io/v1beta1\nkind: Addon\nmetadata: {name: coredns}\nspec:\n  forProvider:\n    addonName: coredns\n    configurationValues: '${JSON.stringify({ corefile: COREFILE })}'\n`,
    "crossplane/composition.yaml": `apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: c}\nspec:\n  resources:\n    - name: dns\n      base:\n        apiVersion: kubernetes.crossplane.io/v1alpha2\n        kind: Object\n        spec:\n          forProvider:\n            manifest:\n${indent(configMap(), 14)}`,
    "eksctl/cluster.yaml": `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: prod}\naddons:\n  - name: coredns\n    configurationValues: |-\n      corefile: |\n${indent(COREFILE, 8)}`,
    "cloudformation/eks.json": JSON.stringify(
      {
        Resources: {
          Dns: {
            Type: "AWS::EKS::Addon",
            Properties: { ConfigurationValues: JSON.stringify({ corefile: COREFILE }) },
          },
        },
      },
      undefined,
      1,
    ),
    "arm/aks.bicep": `resource dns 'core/ConfigMap@v1' = {\n  metadata: { name: 'coredns-custom' }\n  data: {\n    'deny.override': '''\n${PART}'''\n  }\n}\n`,
    "pulumi/Pulumi.yaml": `name: dns\nruntime: yaml\nresources:\n  dns:\n    type: kubernetes:core/v1:ConfigMap\n    properties:\n      metadata: {name: coredns}\n      data:\n        Corefile: |\n${indent(COREFILE, 10)}`,
    "charts/platform/values.yaml": `coredns:\n  enabled: true\n${indent(SERVERS, 2)}`,
    "charts/platform/values-prod.yaml": `global: {x: 1}\ncoredns:\n${indent(SERVERS, 2)}`,
    "charts/platform/templates/dns.yaml": `{{- if .Values.dns }}\n${configMap("{{ .Release.Name }}-coredns")}{{- end }}\n`,
    "policies/kyverno.yaml": `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: dns}\nspec:\n  rules:\n    - name: dns\n      mutate:\n        patchStrategicMerge:\n          data:\n            Corefile: |\n${indent(COREFILE, 14)}`,
  },
};

const BOOTSTRAP: LargeRepository = {
  others: {
    ...apps(60, (name) => ({
      [`manifests/${name}.yaml`]: deployment(name),
      [`scripts/${name}.sh`]: `#!/bin/sh\nset -eu\ncurl -fsSL https://example.com/${name} -o /usr/local/bin/${name}\n`,
    })),
    "docs/dns.md": `Deny it:\n\n${PART.replace("NOERROR", "NXDOMAIN")}`,
    "caddy/Caddyfile": "example.com {\n  reverse_proxy localhost:8080\n}\n",
  },
  carriers: {
    "kops/cluster.yaml": `apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: k.example.com}\nspec:\n  kubeDNS:\n    provider: CoreDNS\n    externalCoreFile: |\n${indent(COREFILE, 6)}`,
    "kops/node-local.yaml": `apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: l.example.com}\nspec:\n  kubeDNS:\n    nodeLocalDNS:\n      enabled: true\n      additionalConfig: |\n${indent(PART, 8)}`,
    "kops/addons.yaml": `kind: Addons\nmetadata: {name: dns}\n---\n${configMap()}`,
    "rke2/manifests/rke2-coredns-config.yaml": `apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-coredns, namespace: kube-system}\nspec:\n  valuesContent: |-\n${indent(SERVERS, 4)}`,
    "k3s/server/manifests/custom.yaml": CUSTOM,
    "k3s/cloud-init.yaml": `#cloud-config\nwrite_files:\n  - path: /var/lib/rancher/k3s/server/manifests/dns.yaml\n    permissions: "0600"\n    content: |\n${indent(CUSTOM, 6)}`,
    "k3s/user-data.b64.yaml": `#cloud-config\nwrite_files:\n  - path: /etc/coredns/Corefile\n    encoding: text/plain\n    content: |\n${indent(COREFILE, 6)}`,
    "k3s/user-data.sh": `#!/bin/bash\ncat > /var/lib/rancher/k3s/server/manifests/dns.yaml <<'EOF'\n${CUSTOM}EOF\n`,
    "k3s/runcmd.yaml": `#cloud-config\nruncmd:\n  - |\n    cat > /etc/coredns/Corefile <<EOF\n${indent(COREFILE, 4)}    EOF\n`,
    "rke1/cluster.yml": `nodes: []\naddons: |-\n  ---\n${indent(configMap(), 2)}`,
    "k0s/k0sctl.yaml": `apiVersion: k0sctl.k0sproject.io/v1beta1\nkind: Cluster\nspec:\n  k0s:\n    config:\n      spec:\n        extensions:\n          helm:\n            charts:\n              - name: coredns\n                values: |\n${indent(SERVERS, 18)}`,
    "capi/control-plane.yaml": `apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nmetadata: {name: cp}\nspec:\n  kubeadmConfigSpec:\n    files:\n      - path: /etc/coredns.yaml\n        content: |\n${indent(configMap(), 10)}`,
    "capi/post.yaml": `apiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfig\nmetadata: {name: cp}\nspec:\n  postKubeadmCommands:\n    - |\n      kubectl apply -f - <<'EOF'\n${indent(configMap(), 6)}      EOF\n`,
    "capi/crs.yaml": configMap("crs", "coredns.yaml", configMap()),
    "capi/addon-provider.yaml": `apiVersion: addons.cluster.x-k8s.io/v1alpha1\nkind: HelmChartProxy\nmetadata: {name: coredns}\nspec:\n  chartName: coredns\n  valuesTemplate: |\n${indent(SERVERS, 4)}`,
    "flatcar/node.bu": `variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n    - path: /etc/coredns/Corefile\n      contents:\n        inline: |\n${indent(COREFILE, 10)}`,
    "flatcar/butane.yaml": `variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n    - path: /etc/coredns/Corefile\n      contents:\n        inline: |\n${indent(COREFILE, 10)}`,
    "flatcar/node.ign": JSON.stringify({
      ignition: { version: "3.4.0" },
      storage: {
        files: [
          { path: "/etc/coredns/Corefile", contents: { source: `data:,${encodeURIComponent(COREFILE)}` } },
        ],
      },
    }),
    "openshift/99-dns.yaml": `apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata: {name: 99-dns}\nspec:\n  config:\n    storage:\n      files:\n        - path: /etc/coredns/Corefile\n          contents:\n            source: data:,${encodeURIComponent(COREFILE)}\n`,
    "systemd/coredns.service": `[Service]\nExecStartPre=/bin/sh -c 'printf "%s" ". { template ANY AAAA { rcode NOERROR } forward . 192.0.2.1 }" > /etc/Corefile'\n`,
    Makefile: `dns:\n\tkubectl -n kube-system patch cm coredns --type merge -p '{"data":{"Corefile":"${ONE_LINE}"}}'\n`,
    Vagrantfile: `Vagrant.configure("2") do |config|\n  config.vm.provision "shell", inline: <<-SHELL\n    cat > /etc/coredns/Corefile <<EOF\n${COREFILE}EOF\n  SHELL\nend\n`,
    "packer/image.pkr.hcl": `build {\n  provisioner "file" {\n    content     = ${heredoc(COREFILE)}\n    destination = "/etc/coredns/Corefile"\n  }\n}\n`,
    "compose/docker-compose.yml": `services:\n  dns:\n    image: coredns/coredns:1.11.1\n    configs: [{source: corefile, target: /Corefile}]\nconfigs:\n  corefile:\n    content: |\n${indent(COREFILE, 6)}`,
    "windows/setup.ps1": `$corefile = @"\n${COREFILE}"@\n`,
    "image/Dockerfile": `FROM coredns/coredns:1.11.1\nCOPY <<EOF /Corefile\n${COREFILE}EOF\n`,
    "kubekey/config.yaml": `apiVersion: kubekey.kubesphere.io/v1alpha2\nkind: Cluster\nspec:\n  dns:\n    coredns:\n      additionalConfigs: |\n${indent(PART, 8)}`,
  },
};

const ARGO: LargeRepository = {
  others: {
    ...apps(60, (name) => ({
      [`apps/${name}/base/kustomization.yaml`]: "resources: [deployment.yaml]\n",
      [`apps/${name}/base/deployment.yaml`]: deployment(name),
      [`argocd/${name}.yaml`]: `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  source: {repoURL: https://git.example.com/x.git, path: apps/${name}/base, targetRevision: main}\n`,
    })),
  },
  carriers: {
    "argocd/dns/values.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  source:\n    chart: coredns\n    helm:\n      values: |\n${indent(SERVERS, 8)}`,
    "argocd/dns/object.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  sources:\n    - chart: coredns\n      helm:\n        valuesObject:\n${indent(SERVERS, 10)}`,
    "argocd/dns/parameters.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  source:\n    helm:\n      parameters:\n        - {name: "servers[0].plugins[0].name", value: template}\n        - {name: "servers[0].plugins[0].parameters", value: ANY AAAA}\n        - {name: "servers[0].plugins[0].configBlock", value: rcode NOERROR}\n        - {name: "servers[0].plugins[1].name", value: forward}\n        - {name: "servers[0].plugins[1].parameters", value: . /etc/resolv.conf}\n`,
    "argocd/dns/set.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: dns}\nspec:\n  generators: [{list: {elements: [{cluster: a}]}}]\n  template:\n    spec:\n      source:\n        helm:\n          values: |\n${indent(SERVERS, 12)}`,
    "argocd/dns/template-patch.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: dns}\nspec:\n  goTemplate: true\n  templatePatch: |\n    spec:\n      source:\n        helm:\n          valuesObject:\n${indent(SERVERS, 12)}`,
    "argocd/dns/elements.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: dns}\nspec:\n  generators:\n    - list:\n        elements:\n          - cluster: a\n            corednsExtra: |\n${indent(PART, 14)}`,
    "argocd/dns/kustomize.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  source:\n    path: apps/app-1/base\n    kustomize:\n      patches:\n        - patch: |-\n${indent(configMap(), 12)}`,
    "argocd/dns/json-patch.yaml": `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  source:\n    path: apps/app-1/base\n    kustomize:\n      patches:\n        - target: {kind: ConfigMap, name: coredns}\n          patch: |-\n            - op: replace\n              path: /data/Corefile\n              value: |\n${indent(COREFILE, 16)}`,
    "overlays/prod/kustomization.yaml": `resources: [../../apps/app-1/base]\nconfigMapGenerator:\n  - name: coredns\n    literals:\n      - |-\n        Corefile=${indent(COREFILE, 8).trimStart()}`,
    "overlays/stage/kustomization.yaml": `helmCharts:\n  - name: coredns\n    repo: https://coredns.github.io/helm\n    version: 1.30.0\n    valuesInline:\n${indent(SERVERS, 6)}`,
    "overlays/edge/patch.yaml": `- op: add\n  path: /data/deny.override\n  value: |\n${indent(PART, 4)}`,
    "overlays/env/coredns.env": `X=1\nEXTRA=template ANY AAAA { rcode NOERROR }\n`,
    "overlays/component/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - patch: |-\n${indent(configMap(), 6)}`,
    "jsonnet/main.jsonnet": `{\n  apiVersion: 'v1',\n  kind: 'ConfigMap',\n  data: { Corefile: |||\n${indent(COREFILE, 4)}  ||| },\n}\n`,
    "jsonnet/lib.libsonnet": `{ corefile:: '.:53 {\\n  template ANY AAAA {\\n    rcode NOERROR\\n  }\\n  forward . 192.0.2.1\\n}\\n' }\n`,
    "cue/dns.cue": `package dns\n\ndata: Corefile: """\n${indent(COREFILE, 2)}  """\n`,
    "pulumi/index.ts": `new k8s.core.v1.ConfigMap("dns", { data: { Corefile: \`${COREFILE}\` } });\n`,
    "pulumi/__main__.py": `ConfigMap("dns", data={"Corefile": """\n${COREFILE}"""})\n`,
    "pulumi/main.go": `package main\n\nconst corefile = \`\n${COREFILE}\`\n`,
    "cdk8s/Dns.java": `class Dns {\n  static final String COREFILE = """\n${indent(COREFILE, 4)}    """;\n}\n`,
    "dhall/dns.dhall": `{ Corefile = ''\n${indent(COREFILE, 4)}  '' }\n`,
    "kcl/dns.k": `data = {"Corefile" = """\n${COREFILE}"""}\n`,
    "pkl/dns.pkl": `data { ["Corefile"] = """\n${indent(COREFILE, 2)}  """ }\n`,
    "tilt/Tiltfile": `k8s_yaml(blob("""\n${configMap()}"""))\n`,
    "ytt/config.yaml": `#@ load("@ytt:data", "data")\n${configMap().replace("/etc/resolv.conf", "8.8.8.8")}`,
    "fleet/fleet.yaml": `helm:\n  chart: coredns\n  values:\n${indent(SERVERS, 4)}`,
    "fleet/customized/fleet.yaml": `targetCustomizations:\n  - name: prod\n    helm:\n      values:\n${indent(SERVERS, 8)}`,
    "acm/policy.yaml": `apiVersion: policy.open-cluster-management.io/v1\nkind: Policy\nmetadata: {name: dns}\nspec:\n  policy-templates:\n    - objectDefinition:\n        kind: ConfigurationPolicy\n        spec:\n          object-templates:\n            - complianceType: musthave\n              objectDefinition:\n${indent(configMap(), 16)}`,
    "acm/raw.yaml": `apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nmetadata: {name: dns}\nspec:\n  object-templates-raw: |\n    - complianceType: musthave\n      objectDefinition:\n${indent(configMap(), 8)}`,
    "sveltos/profile.yaml": `apiVersion: config.projectsveltos.io/v1beta1\nkind: ClusterProfile\nmetadata: {name: dns}\nspec:\n  helmCharts:\n    - chartName: coredns/coredns\n      values: |\n${indent(SERVERS, 8)}`,
    "karmada/override.yaml": `apiVersion: policy.karmada.io/v1alpha1\nkind: OverridePolicy\nmetadata: {name: dns}\nspec:\n  overrideRules:\n    - overriders:\n        plaintext:\n          - path: /data/Corefile\n            operator: replace\n            value: |\n${indent(COREFILE, 14)}`,
  },
};

/** The shape, and the repository. */
export const LARGE_REPOSITORIES: readonly (readonly [string, LargeRepository])[] = [
  ["a home cluster on Flux and Talos", HOME],
  ["an inventory of Ansible and kubespray", ANSIBLE],
  ["a platform's monorepo with Terraform", TERRAFORM],
  ["what starts clusters of kOps, RKE2, k3s and Cluster API", BOOTSTRAP],
  ["Argo CD's app of apps with other languages", ARGO],
];
