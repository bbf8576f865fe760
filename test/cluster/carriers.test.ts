/** Every place where people write a cluster's DNS: each is read, on its line, and its clean twin is clean. */

import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dnsFound as judged } from "../support/dns-found.ts";

const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, " ".repeat(width));

const COREFILE = `.:53 {
    errors
    template ANY AAAA {
        rcode NXDOMAIN
    }
    forward . /etc/resolv.conf
}
`;
const NODE_LOCAL = COREFILE.replace("errors", "bind 169.254.20.10");
const PART = `template ANY AAAA {
    rcode NXDOMAIN
}
`;
const SERVERS = `servers:
  - zones: [{zone: .}]
    port: 53
    plugins:
      - name: errors
      - name: template
        parameters: ANY AAAA
        configBlock: rcode NXDOMAIN
      - name: forward
        parameters: . /etc/resolv.conf
`;
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
${indent(COREFILE, 4)}`;
const CUSTOM = `apiVersion: v1
kind: ConfigMap
metadata: {name: coredns-custom, namespace: kube-system}
data:
  deny.override: |
${indent(PART, 4)}`;

/** What it is, the file, its text, and how the line of the finding reads. */
const CARRIERS: readonly (readonly [string, string, string, string])[] = [
  ["a Corefile", "Corefile", COREFILE, "template ANY AAAA {"],
  ["a ConfigMap", "dns.yaml", CONFIG_MAP, "template ANY AAAA {"],
  [
    "a ConfigMap of a List",
    "dns.yaml",
    `kind: List\nitems:\n  - ${indent(CONFIG_MAP, 4).trimStart()}`,
    "template ANY AAAA {",
  ],
  ["coredns-custom alone", "dns.yaml", CUSTOM, "template ANY AAAA {"],
  ["the chart's values", "values.yaml", SERVERS, "- name: template"],
  [
    "values with anchors, aliases and merge keys",
    "values.yaml",
    `x-plugins: &common
  - &deny
    name: template
    parameters: ANY AAAA
    configBlock: rcode NXDOMAIN
  - {name: forward, parameters: . /etc/resolv.conf}
servers:
  - zones: [{zone: .}]
    port: 53
    plugins: *common
  - zones: [{zone: corp.example}]
    plugins:
      - <<: *deny
      - {name: forward, parameters: . 192.0.2.53}
`,
    "name: template",
  ],
  [
    "a HelmRelease",
    "dns.yaml",
    `kind: HelmRelease\nmetadata: {name: coredns}\nspec:\n  values:\n${indent(SERVERS, 4)}`,
    "- name: template",
  ],
  [
    "the values of node-local-dns's chart",
    "dns.yaml",
    `kind: HelmRelease\nmetadata: {name: node-local-dns}\nspec:\n  values:\n    config:\n      customConfig: |\n${indent(NODE_LOCAL, 8)}`,
    "template ANY AAAA {",
  ],
  [
    "RKE2's HelmChartConfig",
    "dns.yaml",
    `apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-coredns, namespace: kube-system}\nspec:\n  valuesContent: |-\n${indent(SERVERS, 4)}`,
    "- name: template",
  ],
  [
    "k3s's HelmChart",
    "dns.yaml",
    `apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: coredns}\nspec:\n  chart: coredns\n  valuesContent: |\n${indent(SERVERS, 4)}`,
    "- name: template",
  ],
  [
    "RKE1's addons",
    "cluster.yml",
    `nodes: []\naddons: |-\n  ---\n${indent(CONFIG_MAP, 2)}`,
    "template ANY AAAA {",
  ],
  [
    "a ClusterResourceSet's ConfigMap",
    "crs.yaml",
    `kind: ConfigMap\nmetadata: {name: crs}\ndata:\n  coredns.yaml: |\n${indent(CONFIG_MAP, 4)}`,
    "template ANY AAAA {",
  ],
  [
    "a ClusterResourceSet's Secret",
    "crs.yaml",
    `kind: Secret\ntype: addons.cluster.x-k8s.io/resource-set\nmetadata: {name: crs}\nstringData:\n  coredns.yaml: |\n${indent(CONFIG_MAP, 4)}`,
    "template ANY AAAA {",
  ],
  [
    "Talos's inlineManifests",
    "controlplane.yaml",
    `cluster:\n  inlineManifests:\n    - name: coredns\n      contents: |\n${indent(CONFIG_MAP, 8)}`,
    "template ANY AAAA {",
  ],
  [
    "cloud-init's write_files",
    "user-data.yaml",
    `#cloud-config\nwrite_files:\n  - path: /etc/coredns/Corefile\n    content: |\n${indent(COREFILE, 6)}`,
    "template ANY AAAA {",
  ],
  [
    "cloud-init's write_files with a manifest",
    "user-data.yaml",
    `#cloud-config\nwrite_files:\n  - path: /var/lib/rancher/k3s/server/manifests/dns.yaml\n    content: |\n${indent(CUSTOM, 6)}`,
    "template ANY AAAA {",
  ],
  [
    "k0s's charts",
    "k0s.yaml",
    `kind: ClusterConfig\nspec:\n  extensions:\n    helm:\n      charts:\n        - name: coredns\n          chartname: coredns/coredns\n          values: |\n${indent(SERVERS, 12)}`,
    "- name: template",
  ],
  [
    "eksctl's add-ons",
    "cluster.yaml",
    `kind: ClusterConfig\naddons:\n  - name: coredns\n    configurationValues: |-\n      corefile: |\n${indent(COREFILE, 8)}`,
    "template ANY AAAA {",
  ],
  [
    "CloudFormation's add-on, in JSON",
    "eks.yaml",
    `Resources:\n  Dns:\n    Type: AWS::EKS::Addon\n    Properties:\n      ConfigurationValues: '${JSON.stringify({ corefile: COREFILE })}'\n`,
    `ConfigurationValues: '${JSON.stringify({ corefile: COREFILE })}'`,
  ],
  [
    "an Application's helm.values",
    "app.yaml",
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  source:\n    helm:\n      values: |\n${indent(SERVERS, 8)}`,
    "- name: template",
  ],
  [
    "an Application's helm.valuesObject",
    "app.yaml",
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dns}\nspec:\n  source:\n    helm:\n      valuesObject:\n${indent(SERVERS, 8)}`,
    "- name: template",
  ],
  [
    "an Application's parameters",
    "app.yaml",
    `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: dns}
spec:
  source:
    helm:
      parameters:
        - {name: "servers[0].zones[0].zone", value: .}
        - {name: "servers[0].plugins[0].name", value: template}
        - {name: "servers[0].plugins[0].parameters", value: ANY AAAA}
        - {name: "servers[0].plugins[0].configBlock", value: rcode NXDOMAIN}
        - {name: "servers[0].plugins[1].name", value: forward}
        - {name: "servers[0].plugins[1].parameters", value: . /etc/resolv.conf}
`,
    `- {name: "servers[0].plugins[0].name", value: template}`,
  ],
  [
    "Fleet's helm.values",
    "fleet.yaml",
    `helm:\n  chart: coredns\n  values:\n${indent(SERVERS, 4)}`,
    "- name: template",
  ],
  [
    "helmfile's values",
    "helmfile.yaml",
    `releases:\n  - name: coredns\n    values:\n      - ${indent(SERVERS, 8).trimStart()}`,
    "- name: template",
  ],
  [
    "helmfile's set",
    "helmfile.yaml",
    `releases:
  - name: coredns
    set:
      - {name: "servers[0].plugins[0].name", value: template}
      - {name: "servers[0].plugins[0].parameters", value: ANY AAAA}
      - {name: "servers[0].plugins[0].configBlock", value: rcode NXDOMAIN}
      - {name: "servers[0].plugins[1].name", value: forward}
      - {name: "servers[0].plugins[1].parameters", value: . /etc/resolv.conf}
`,
    `- {name: "servers[0].plugins[0].name", value: template}`,
  ],
  [
    "kubespray's coredns_additional_configs",
    "group_vars/k8s.yml",
    `dns_mode: coredns\ncoredns_additional_configs: |\n${indent(PART, 2)}`,
    "template ANY AAAA {",
  ],
  [
    "kubespray's nodelocaldns_additional_configs",
    "group_vars/k8s.yml",
    `nodelocaldns_additional_configs: |\n${indent(PART, 2)}`,
    "template ANY AAAA {",
  ],
  [
    "kubekey's additionalConfigs",
    "config.yaml",
    `kind: Cluster\nspec:\n  dns:\n    coredns:\n      additionalConfigs: |\n${indent(PART, 8)}`,
    "template ANY AAAA {",
  ],
  [
    "kOps's externalCoreFile",
    "cluster.yaml",
    `kind: Cluster\nmetadata: {name: k}\nspec:\n  kubeDNS:\n    provider: CoreDNS\n    externalCoreFile: |\n${indent(COREFILE, 6)}`,
    "template ANY AAAA {",
  ],
  [
    "kOps's nodeLocalDNS",
    "cluster.yaml",
    `kind: Cluster\nmetadata: {name: k}\nspec:\n  kubeDNS:\n    nodeLocalDNS:\n      enabled: true\n      externalCoreFile: |\n${indent(COREFILE, 8)}`,
    "template ANY AAAA {",
  ],
  [
    "kOps's additionalConfig",
    "cluster.yaml",
    `kind: Cluster\nmetadata: {name: k}\nspec:\n  kubeDNS:\n    nodeLocalDNS:\n      additionalConfig: |\n${indent(PART, 8)}`,
    "template ANY AAAA {",
  ],
  [
    "a key of its ConfigMap that a Corefile imports",
    "dns.yaml",
    `kind: ConfigMap\nmetadata: {name: coredns}\ndata:\n  Corefile: |\n    .:53 {\n        import /etc/coredns/shared.conf\n        forward . /etc/resolv.conf\n    }\n  shared.conf: |\n${indent(PART, 4)}`,
    "template ANY AAAA {",
  ],
  [
    "kustomize's literals",
    "kustomization.yaml",
    `configMapGenerator:\n  - name: coredns\n    literals:\n      - |-\n        Corefile=${indent(COREFILE, 8).trimStart()}`,
    "template ANY AAAA {",
  ],
  [
    "kustomize's literal of a part",
    "kustomization.yaml",
    `configMapGenerator:\n  - name: coredns-custom\n    literals:\n      - |-\n        a.override=${indent(PART, 8).trimStart()}`,
    "a.override=template ANY AAAA {",
  ],
  [
    "kustomize's valuesInline",
    "kustomization.yaml",
    `helmCharts:\n  - name: coredns\n    valuesInline:\n${indent(SERVERS, 6)}`,
    "- name: template",
  ],
  [
    "a JSON patch in a kustomization",
    "kustomization.yaml",
    `patches:\n  - target: {kind: ConfigMap, name: coredns}\n    patch: |-\n      - op: replace\n        path: /data/Corefile\n        value: |\n${indent(COREFILE, 10)}`,
    "template ANY AAAA {",
  ],
  [
    "a JSON patch of coredns-custom",
    "patch.yaml",
    `- op: add\n  path: /data/deny.override\n  value: |\n${indent(PART, 4)}`,
    "template ANY AAAA {",
  ],
  [
    "a strategic patch in a kustomization",
    "kustomization.yaml",
    `patches:\n  - patch: |-\n${indent(CONFIG_MAP, 6)}`,
    "template ANY AAAA {",
  ],
  [
    "what kustomize's replacements copy",
    "source.yaml",
    `kind: ConfigMap\nmetadata: {name: source}\ndata:\n  dns.conf: |\n${indent(COREFILE, 4)}`,
    "template ANY AAAA {",
  ],
  [
    "a Corefile as one line of JSON",
    "dns.json",
    JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "coredns" },
      data: { Corefile: COREFILE },
    }),
    JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "coredns" },
      data: { Corefile: COREFILE },
    }),
  ],
];

const clean = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, text.replaceAll("NXDOMAIN", "NOERROR")]),
  );

describe("where a cluster's DNS is written", () => {
  it.each(CARRIERS)("%s", async (_, file, text, line) => {
    const denied = await judged({ [file]: text });
    expect(denied.answers.map(({ kind, line: found }) => [kind, found])).toEqual([["NXDOMAIN", line]]);
    expect(denied.gaps).toEqual([]);
    const fine = await judged(clean({ [file]: text }));
    expect(fine.answers.map(({ kind }) => kind)).toEqual(["NODATA"]);
    expect(fine.gaps).toEqual([]);
  });

  /** Codings: a twin is coded anew. */
  const CODED: readonly (readonly [string, string, (text: string) => string])[] = [
    [
      "a machine configuration's file, percent-encoded",
      "mc.yaml",
      (text) =>
        `kind: MachineConfig\nspec:\n  config:\n    storage:\n      files:\n        - path: /etc/coredns/Corefile\n          contents:\n            source: data:,${encodeURIComponent(text)}\n`,
    ],
    [
      "the same in base64",
      "mc.yaml",
      (text) =>
        `kind: MachineConfig\nspec:\n  config:\n    storage:\n      files:\n        - path: /etc/coredns/Corefile\n          contents: {source: "data:text/plain;charset=utf-8;base64,${Buffer.from(text).toString("base64")}"}\n`,
    ],
    [
      "cloud-init's write_files, gzipped",
      "user-data.yaml",
      (text) =>
        `write_files:\n  - path: /etc/coredns/Corefile\n    encoding: gz+b64\n    content: ${gzipSync(text).toString("base64")}\n`,
    ],
    [
      "a machine's user data in base64, below a key of its own",
      "vm.yaml",
      (text) =>
        `kind: VirtualMachine\nspec:\n  cloudInitNoCloud:\n    userDataBase64: ${Buffer.from(`#cloud-config\nwrite_files:\n  - path: /etc/coredns/Corefile\n    content: |\n${indent(text, 6)}`).toString("base64")}\n`,
    ],
    [
      "a manifest's payload, gzipped",
      "vm.yaml",
      (text) => `kind: X\nspec:\n  payload: "${gzipSync(text).toString("base64")}"\n`,
    ],
    [
      "binaryData",
      "dns.yaml",
      (text) =>
        `kind: ConfigMap\nmetadata: {name: coredns}\nbinaryData:\n  Corefile: ${Buffer.from(text).toString("base64")}\n`,
    ],
    [
      "a Secret's data with a manifest",
      "crs.yaml",
      (text) =>
        `kind: Secret\nmetadata: {name: crs}\ndata:\n  coredns.yaml: ${Buffer.from(`kind: ConfigMap\nmetadata: {name: coredns}\ndata:\n  Corefile: |\n${indent(text, 4)}`).toString("base64")}\n`,
    ],
  ];
  it.each(CODED)("%s", async (_, file, write) => {
    const denied = await judged({ [file]: write(COREFILE) });
    const lines = write("@@@").trimEnd().split("\n").length;
    expect(denied.answers.map(({ kind, at }) => [kind, at])).toEqual([["NXDOMAIN", `${file}:${lines}`]]);
    const fine = await judged({ [file]: write(COREFILE.replace("NXDOMAIN", "NOERROR")) });
    expect([fine.answers.map(({ kind }) => kind), fine.gaps]).toEqual([["NODATA"], []]);
  });

  it("the setting of node-local-dns's chart that answers AAAA with nothing", async () => {
    const values =
      "kind: HelmRelease\nmetadata: {name: node-local-dns}\nspec:\n  values:\n    config:\n      noIPv6Lookups: true\n";
    expect((await judged({ "dns.yaml": values })).answers).toEqual([
      { kind: "NODATA", at: "dns.yaml:6", line: "noIPv6Lookups: true" },
    ]);
  });

  it("OpenShift's DNS operator, which denies nothing", async () => {
    const text =
      "apiVersion: operator.openshift.io/v1\nkind: DNS\nmetadata: {name: default}\nspec:\n  servers:\n    - name: corp\n      zones: [corp.example]\n      forwardPlugin: {upstreams: [192.0.2.53]}\n";
    const { answers, gaps } = await judged({ "dns.yaml": text });
    expect([answers.map(({ kind }) => kind), gaps]).toEqual([["passed-on"], []]);
  });

  it("external zones of kubespray, with what they rewrite", async () => {
    const text =
      "coredns_external_zones:\n  - zones: [corp.example]\n    nameservers: [192.0.2.53]\n    rewrite:\n      - stop name exact a.corp.example b.corp.example\n";
    const { answers, gaps } = await judged({ "group_vars/k8s.yml": text });
    expect([answers.map(({ kind }) => kind), gaps]).toEqual([["passed-on"], []]);
  });

  it("coredns-custom beside the DNS that imports it, and not beside one that does not", async () => {
    const importing = CONFIG_MAP.replace(/ {8}template[^}]*}\n/, "        import custom/*.override\n");
    const both = await judged({ "d/a.yaml": importing, "d/b.yaml": CUSTOM });
    expect(both.answers).toMatchObject([{ kind: "NXDOMAIN", at: "d/b.yaml:6" }]);
    const not = importing.replace(/.*import.*\n/, "");
    const alone = await judged({ "d/a.yaml": not, "d/b.yaml": CUSTOM });
    expect(alone.answers).toMatchObject([{ kind: "unknown", at: "d/b.yaml:6" }]);
    expect(alone.gaps).toEqual(["corefile-unread d/b.yaml:6"]);
  });
});

describe("hostile files", () => {
  const values = (servers: number) =>
    `a: &p\n${"  - {name: errors, parameters: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}\n".repeat(500)}servers:\n${"  - {zones: [{zone: a.example}], plugins: *p}\n".repeat(servers)}`;

  it.each([
    ["values whose aliases double", values(300)],
    ["more Corefiles than are read", `data:\n${'  Corefile: ". { whoami }"\n'.repeat(300)}`],
    [
      "more keys than are looked at",
      `${"data: {a.override: 'ENC[AES256_GCM,data:x]'}\n".repeat(2100)}kind: x\nmetadata: {name: a}\n`,
    ],
  ])("are read up to a bound that is named: %s", async (_, text) => {
    expect(
      (await judged({ "dns.yaml": text })).gaps.some((gap) => gap.startsWith("corefile-too-large")),
    ).toBe(true);
  });

  it("and not at all where aliases make more nodes than a file may have, which names the bound", async () => {
    const { answers, gaps, messages } = await judged({ "dns.yaml": values(1000) });
    expect(answers).toEqual([]);
    expect(gaps).toContain("past-limit dns.yaml:1");
    expect(messages).toContain("(limit yamlNodes=500000)");
  });

  it("but not where they stay below it", async () => {
    expect(
      (await judged({ "dns.yaml": values(10) })).gaps.some((gap) => gap.startsWith("corefile-too-large")),
    ).toBe(false);
  });
});
