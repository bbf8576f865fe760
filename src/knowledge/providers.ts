/** What is known of the DNS that providers and installers of Kubernetes set up: their own Corefile, and which part is the user's. Must hold data only. */
import type { Citation } from "./citation.ts";
import type { ProviderId } from "./provider-ids.ts";

/** A Corefile that a provider keeps, as far as it says who is answered what. */
export interface BaseShape {
  /** The port that pods' questions arrive at inside the cluster. */
  readonly port: number;
  /** Directives that say nothing of names, but may not stand there twice. */
  readonly plugins: readonly string[];
  /** It looks nodes up in a file of hosts, and falls through. */
  readonly nodeHosts?: string;
  /** What it imports into the server block of `.`, and beside it. */
  readonly imports?: { readonly override: string; readonly server: string };
}

/** One provider. */
export interface Provider {
  /** What people call it. */
  readonly name: string;
  /** Absent where no source shows it, or where no CoreDNS of the cluster reads a Corefile. */
  readonly base?: BaseShape;
  /** Which versions the source speaks of. */
  readonly versions: string;
  /** Which part is the user's. */
  readonly own: string;
  /** Whether the ConfigMap coredns-custom is read. */
  readonly readsCustom: boolean;
  /** Words of a repository that no other provider's have, as RE2 and JavaScript read them. */
  readonly shownBy: readonly string[];
  readonly citation: Citation;
}

/**
 * AKS's LocalDNS, a whole CoreDNS on each node: pods ask it at the first address, the node and pods with
 * `dnsPolicy: Default` at the second (Azure/AgentBaker, pkg/agent, localdns; learn.microsoft.com/azure/aks/localdns-custom).
 */
export const LOCAL_DNS = { pods: "169.254.10.11", nodes: "169.254.10.10" } as const;

/** What most have, as kubeadm writes it. */
const USUAL = ["errors", "health", "ready", "prometheus", "cache 30", "loop", "reload", "loadbalance"];
/** The keys that AKS gave coredns-custom first. */
const CUSTOM = { override: "custom/*.override", server: "custom/*.server" };
const OWN_CUSTOM = "the ConfigMap kube-system/coredns-custom: `*.override` inside `.`, `*.server` beside it";
const checked = "2026-11-26";

/** All of them. A base is left out, and not guessed, where no source shows it. */
export const PROVIDERS: Readonly<Record<ProviderId, Provider>> = {
  ack: {
    name: "Alibaba Cloud ACK",
    base: { port: 53, plugins: [...USUAL, "log"] },
    versions: "CoreDNS 1.6.2; the page says that later ones differ slightly",
    own: "the ConfigMap kube-system/coredns; of a managed CoreDNS the object CustomDNSConfig",
    readsCustom: false,
    shownBy: [
      "\\balicloud_cs_\\w*kubernetes",
      "\\bnetworking\\.alibabacloud\\.com/",
      "\\bk8s\\.aliyun\\.com\\b",
    ],
    citation: {
      source: "alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/configure-coredns",
      confidence: "documented",
      checked,
    },
  },
  aks: {
    name: "AKS",
    base: { port: 53, plugins: USUAL, imports: CUSTOM },
    versions:
      "as ConfigMaps printed in public repositories have it; of late it also denies internal.cloudapp.net and reddog.microsoft.com to every libc, which is left out",
    own: `${OWN_CUSTOM}; LocalDNS's profile, which hands on and denies nothing`,
    readsCustom: true,
    shownBy: [
      "\\bazurerm_kubernetes_cluster\\b",
      "\\bMicrosoft\\.ContainerService/managedClusters\\b",
      "\\bcontainerservice\\.azure\\.com/",
      "\\bkubernetes\\.azure\\.com/",
      "\\blocalDNSProfile\\b",
      "\\bAzureManagedControlPlane\\b",
    ],
    citation: {
      source: "learn.microsoft.com/azure/aks/coredns-custom; ConfigMaps printed in public repositories",
      confidence: "documented",
      checked,
    },
  },
  cce: {
    name: "Huawei and Open Telekom CCE",
    base: {
      port: 5353,
      plugins: ["cache 30", "errors", "health", "loadbalance", "prometheus", "reload", "ready"],
    },
    versions: "clusters of Kubernetes 1.11 and later; the page of 2025",
    own: "the parameters of the add-on coredns (stub_domains), and the ConfigMap kube-system/coredns",
    readsCustom: false,
    shownBy: ["\\bhuaweicloud_cce_cluster\\b", "\\bopentelekomcloud_cce_cluster_v3\\b"],
    citation: {
      source:
        "opentelekomcloud-docs/cloud-container-engine, umn/source/best_practice/networking/coredns_configuration_optimization/server/configuring_coredns.rst",
      confidence: "documented",
      checked,
    },
  },
  doks: {
    name: "DigitalOcean DOKS",
    base: { port: 53, plugins: USUAL, imports: CUSTOM },
    versions: "the page of 2026-01-13",
    own: OWN_CUSTOM,
    readsCustom: true,
    shownBy: ["\\bdigitalocean_kubernetes_cluster\\b", "\\bdoks\\.digitalocean\\.com/"],
    citation: {
      source: "docs.digitalocean.com/products/kubernetes/how-to/customize-coredns",
      confidence: "documented",
      checked,
    },
  },
  eks: {
    name: "the EKS add-on",
    base: { port: 53, plugins: USUAL },
    versions: "as ConfigMaps printed in public repositories have it",
    own: "`configurationValues` of the add-on, with the key `corefile`",
    readsCustom: false,
    shownBy: [
      "\\baws_eks_(?:cluster|addon)\\b",
      "\\beksctl\\.io/v1",
      "\\beks\\.amazonaws\\.com/",
      "\\bAWS::EKS::",
      "\\bterraform-aws-modules/eks/aws\\b",
      "\\bAWSManagedControlPlane\\b",
    ],
    citation: {
      source: "aws/containers-roadmap issue 2669 (no import); camunda/camunda-docs, the ConfigMap as printed",
      confidence: "likely",
      checked,
    },
  },
  "eks-auto": {
    name: "EKS Auto Mode",
    versions: "no source shows it",
    own: "nothing: DNS runs on the node",
    readsCustom: false,
    shownBy: ["\\bautoModeConfig\\b", "\\bcluster_compute_config\\b"],
    citation: {
      source: "docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html; awsdocs/amazon-eks-user-guide",
      confidence: "documented",
      checked,
    },
  },
  gardener: {
    name: "Gardener",
    base: { port: 8053, plugins: [...USUAL, "log"], imports: CUSTOM },
    versions:
      "of today; rewrites of doubled search domains, where they are turned on, are left out: they change names of Services alone",
    own: `${OWN_CUSTOM}, server blocks on port 8053`,
    readsCustom: true,
    shownBy: ["\\bcore\\.gardener\\.cloud/", "\\b(?:shoot|resources|gardener)\\.gardener\\.cloud/"],
    citation: {
      source: "gardener/gardener, pkg/component/networking/coredns/coredns.go",
      confidence: "documented",
      checked,
    },
  },
  gke: {
    name: "GKE",
    versions: "kube-dns or Cloud DNS answers; neither reads a Corefile",
    own: "the ConfigMap kube-system/kube-dns: stubDomains, upstreamNameservers",
    readsCustom: false,
    shownBy: [
      "\\bgoogle_container_cluster\\b",
      "\\bcontainer\\.cnrm\\.cloud\\.google\\.com/",
      "\\bcloud\\.google\\.com/gke-",
      "\\bterraform-google-modules/kubernetes-engine/",
    ],
    citation: {
      source: "cloud.google.com/kubernetes-engine/docs/concepts/service-discovery",
      confidence: "documented",
      checked,
    },
  },
  k3s: {
    name: "k3s",
    base: {
      port: 53,
      plugins: USUAL,
      nodeHosts: "/etc/coredns/NodeHosts",
      imports: { override: "/etc/coredns/custom/*.override", server: "/etc/coredns/custom/*.server" },
    },
    versions: "1.26.6 and 1.27.3 and later; before that it imports `*.server` alone",
    own: `${OWN_CUSTOM}; HelmChartConfig`,
    readsCustom: true,
    shownBy: [
      "\\bk3s\\.cattle\\.io/",
      "\\bk3s-io/k3s\\b",
      "/rancher/k3s\\b",
      "\\brancher/k3s\\b",
      "\\bk3d\\.io/v1",
      "\\bget\\.k3s\\.io\\b",
    ],
    citation: {
      source: "k3s-io/k3s manifests/coredns.yaml; pull request 4397, issue 7640",
      confidence: "documented",
      checked,
    },
  },
  kubeadm: {
    name: "kubeadm",
    base: { port: 53, plugins: USUAL },
    versions: "of today",
    own: "the ConfigMap kube-system/coredns",
    readsCustom: false,
    shownBy: ["\\bkubeadm\\.k8s\\.io/", "\\bKubeadmControlPlane\\b"],
    citation: {
      source: "kubernetes/kubernetes, cmd/kubeadm/app/phases/addons/dns/manifests.go",
      confidence: "documented",
      checked,
    },
  },
  kubespray: {
    name: "kubespray",
    base: {
      port: 53,
      plugins: USUAL,
      imports: { override: "*.override", server: "*.server" },
    },
    versions: "its imports stand here for what it writes into the Corefile from variables",
    own: "coredns_external_zones, coredns_additional_configs, nodelocaldns_external_zones, nodelocaldns_additional_configs",
    readsCustom: false,
    shownBy: [
      "\\bkubespray\\b",
      "\\b(?:coredns|nodelocaldns)_(?:external_zones|additional_configs)\\b",
      "\\benable_nodelocaldns\\b",
    ],
    citation: {
      source: "kubernetes-sigs/kubespray, roles/kubernetes-apps/ansible/templates/coredns-config.yml.j2",
      confidence: "documented",
      checked,
    },
  },
  oke: {
    name: "Oracle OKE",
    versions: "the page says how to add to it, and does not show it",
    own: OWN_CUSTOM,
    readsCustom: true,
    shownBy: ["\\boci_containerengine_(?:cluster|node_pool|addon)\\b", "\\boci\\.oraclecloud\\.com/"],
    citation: {
      source: "docs.oracle.com/iaas/Content/ContEng/Tasks/contengconfiguringdnsserver.htm",
      confidence: "documented",
      checked,
    },
  },
  openshift: {
    name: "OpenShift",
    base: {
      port: 5353,
      plugins: ["bufsize 512", "errors", "log", "health", "ready", "prometheus", "cache 900", "reload"],
    },
    versions: "4.x",
    own: "the object dns.operator/default (operator.openshift.io/v1): servers, upstreamResolvers",
    readsCustom: false,
    shownBy: [
      "\\boperator\\.openshift\\.io/",
      "\\bconfig\\.openshift\\.io/",
      "\\broute\\.openshift\\.io/",
      "\\bmachineconfiguration\\.openshift\\.io/",
    ],
    citation: {
      source: "openshift/cluster-dns-operator, pkg/operator/controller/testdata/default_corefile",
      confidence: "documented",
      checked,
    },
  },
  rke2: {
    name: "RKE2",
    base: { port: 53, plugins: USUAL, imports: CUSTOM },
    versions:
      "the chart rke2-coredns; whether a version imports coredns-custom hangs on its values, so that parts are likely read",
    own: `HelmChartConfig rke2-coredns with valuesContent (servers); ${OWN_CUSTOM}`,
    readsCustom: true,
    shownBy: ["\\brke2-coredns\\b", "/rancher/rke2\\b", "\\bRKE2ControlPlane\\b", "\\brke2r\\d"],
    citation: {
      source: "rancher/rke2-charts, packages/rke2-coredns; docs.rke2.io/networking/networking_services",
      confidence: "likely",
      checked,
    },
  },
  talos: {
    name: "Talos",
    base: { port: 53, plugins: [...USUAL, "log"] },
    versions: "1.8 and later: CoreDNS hands on to the host's DNS",
    own: "machine configuration: cluster.coreDNS, inlineManifests",
    readsCustom: false,
    shownBy: [
      "\\bsiderolabs/",
      "\\btalos_machine_",
      "\\bfactory\\.talos\\.dev\\b",
      "\\bTalosControlPlane\\b",
    ],
    citation: {
      source:
        "siderolabs/talos, internal/app/machined/pkg/controllers/k8s/internal/k8stemplates/coredns.go @9758bd4f",
      confidence: "documented",
      checked,
    },
  },
  tke: {
    name: "Tencent TKE",
    base: {
      port: 53,
      plugins: ["errors", "health", "ready", "prometheus", "cache 30", "reload", "loadbalance"],
    },
    versions: "the page of 2026-04-03; its template denies HINFO alone, and is left out",
    own: "the ConfigMap kube-system/coredns; the manual has a recipe that denies AAAA",
    readsCustom: false,
    shownBy: ["\\btencentcloud_kubernetes_(?:cluster|addon)", "\\btke\\.cloud\\.tencent\\.com/"],
    citation: {
      source: "tencentcloud.com/document/product/457/78311",
      confidence: "documented",
      checked,
    },
  },
};
