/** Each provider's own Corefile around the parts that a repository has, and how its files show which one it is. */

import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { namedClusters } from "../../src/cluster/named.ts";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { PROVIDER_IDS, type ProviderId } from "../../src/knowledge/provider-ids.ts";
import { PROVIDERS } from "../../src/knowledge/providers.ts";
import { providerByFolder } from "../../src/providers/shown.ts";
import { readConfig } from "../../src/settings/config-file.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { found as discovered } from "../discover/tree.ts";

type Files = Readonly<Record<string, string>>;

async function judged(files: Files, provider?: ProviderId) {
  const { clusterFiles, unread, providers } = await discovered(files);
  const settings = readSettings({ provider });
  const clusters = await foundClusters(clusterFiles, settings, unread, providerByFolder(providers));
  const [profile] = clusters.profiles;
  const all = [...clusters.diagnostics, ...(profile?.diagnostics ?? [])];
  const { kind, at, because } = profile?.answers.external ?? {};
  return {
    kind,
    line: at && `${at.file}:${at.line}`,
    because,
    parts: (profile?.parts ?? []).map(({ aaaa, sets }) => [sets.map(({ zone }) => zone).join(), aaaa.kind]),
    confidence: profile?.confidence,
    evidence: (profile?.evidence ?? []).map(({ source }) => source),
    taken: all.filter(({ code }) => code === "corefile-assumed").map(({ message }) => message),
    codes: all.map(({ code }) => code),
    faults: (profile?.faults ?? []).map((fault) => fault.kind),
    gaps: all.filter(({ weight }) => weight === "gap").map(({ code }) => code),
  };
}

const indent = (text: string, width: number) => text.replace(/^(?=.)/gm, " ".repeat(width));

const custom = (data: Readonly<Record<string, string>>) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns-custom, namespace: kube-system}\ndata:\n${Object.entries(
    data,
  )
    .map(([key, text]) => `  ${key}: |\n${indent(text, 4)}`)
    .join("")}`;

const DENY = "template ANY AAAA {\n    rcode NXDOMAIN\n}\n";
const OVERRIDE = custom({ "deny.override": DENY });
const clean = (text: string) => text.replaceAll("NXDOMAIN", "NOERROR");

/** What shows each provider, as a repository has it. */
const SHOWN: Readonly<Record<ProviderId, readonly [file: string, text: string]>> = {
  ack: ["main.tf", 'resource "alicloud_cs_managed_kubernetes" "shop" {}\n'],
  aks: ["main.tf", 'resource "azurerm_kubernetes_cluster" "shop" {}\n'],
  cce: ["main.tf", 'resource "opentelekomcloud_cce_cluster_v3" "shop" {}\n'],
  doks: ["main.tf", 'resource "digitalocean_kubernetes_cluster" "shop" {}\n'],
  eks: ["cluster.yaml", "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: shop}\n"],
  "eks-auto": ["cluster.yaml", "kind: ClusterConfig\nautoModeConfig: {enabled: true}\n"],
  gardener: ["shoot.yaml", "apiVersion: core.gardener.cloud/v1beta1\nkind: Shoot\nmetadata: {name: shop}\n"],
  gke: ["gke.yaml", "cloud.google.com/gke-nodepool: shop\n"],
  k3s: ["plan.yaml", "spec:\n  upgrade: {image: rancher/k3s-upgrade}\n"],
  kubeadm: ["kubeadm.yaml", "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"],
  kubespray: ["group_vars/all.yml", "enable_nodelocaldns: true\n"],
  oke: ["main.tf", 'resource "oci_containerengine_cluster" "shop" {}\n'],
  openshift: ["ingress.yaml", "apiVersion: config.openshift.io/v1\nkind: Ingress\n"],
  rke2: ["server.yaml", "kind: HelmChartConfig\nmetadata: {name: rke2-coredns}\n"],
  talos: ["talconfig.yaml", "image: factory.talos.dev/installer/abc:v1.9.0\n"],
  tke: ["main.tf", 'resource "tencentcloud_kubernetes_cluster" "shop" {}\n'],
};

const READING = PROVIDER_IDS.filter((id) => PROVIDERS[id].readsCustom);
const OTHERS = PROVIDER_IDS.filter((id) => !PROVIDERS[id].readsCustom);

describe("coredns-custom alone", () => {
  it.each(READING)(
    "is judged inside the Corefile of %s, said or shown, and its twin is clean",
    async (id) => {
      const { name, base, citation } = PROVIDERS[id];
      for (const [files, said] of [
        [{ "dns/custom.yaml": OVERRIDE }, id],
        [{ "dns/custom.yaml": OVERRIDE, [`dns/${SHOWN[id][0]}`]: SHOWN[id][1] }, undefined],
      ] as const) {
        const denied = await judged(files, said);
        expect(denied).toMatchObject({
          kind: "NXDOMAIN",
          line: "dns/custom.yaml:6",
          confidence: "likely",
          gaps: [],
        });
        if (base !== undefined) {
          expect(denied.taken.join()).toContain(name);
          expect(denied.evidence).toContain(citation.source);
        } else if (said !== undefined)
          expect(denied.taken.join()).toContain(`what ${name} keeps is not known`);
        const twin = await judged({ ...files, "dns/custom.yaml": clean(OVERRIDE) }, said);
        expect(twin).toMatchObject({ kind: "NODATA", confidence: "likely", gaps: [] });
      }
    },
  );

  it.each(OTHERS.filter((id) => id !== "kubespray"))(
    "is not known to be read where somebody says that it is %s",
    async (id) => {
      const denied = await judged({ "dns/custom.yaml": OVERRIDE }, id);
      expect(denied).toMatchObject({ kind: "unknown", gaps: ["part-not-imported"] });
      expect(denied.because).toContain(PROVIDERS[id].name);
      // Files that show it say less than the part that somebody wrote.
      const shown = { "dns/custom.yaml": OVERRIDE, [`dns/${SHOWN[id][0]}`]: SHOWN[id][1] };
      expect(await judged(shown)).toMatchObject({ kind: "NXDOMAIN", confidence: "likely" });
    },
  );

  it("of kubespray's variables is judged inside what kubespray writes", async () => {
    const vars = `coredns_additional_configs: |\n${indent(DENY, 2)}`;
    const denied = await judged({ "group_vars/k8s.yml": vars });
    expect(denied).toMatchObject({ kind: "NXDOMAIN", line: "group_vars/k8s.yml:2", gaps: [] });
    expect(denied.taken.join()).toContain("kubespray");
    expect(await judged({ "group_vars/k8s.yml": clean(vars) })).toMatchObject({ kind: "NODATA", gaps: [] });
  });

  it("says that the provider is not known where files show several as near", async () => {
    const files = {
      "a/custom.yaml": OVERRIDE,
      "a/main.tf": `${SHOWN.aks[1]}${SHOWN.doks[1]}`,
      "b/main.tf": SHOWN.k3s[1],
    };
    expect((await judged(files)).taken.join()).toContain("all known providers'");
  });

  it("goes by the nearest files, and not by those of tests and examples", async () => {
    const files = {
      "clusters/a/dns/custom.yaml": OVERRIDE,
      "clusters/a/main.tf": SHOWN.aks[1],
      "clusters/b/main.tf": SHOWN.doks[1],
      "clusters/a/dns/examples/main.tf": SHOWN.k3s[1],
    };
    expect((await judged(files)).taken.join()).toContain("the one that AKS keeps");
  });
});

/** The part that is the user's where it is no ConfigMap coredns-custom, and the line of it that denies. */
const WHOLE = (key: string) =>
  `${key} {\n    errors\n    ${DENY.replaceAll("\n", "\n    ").trimEnd()}\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n}\n`;
const configMap = (key: string, name = "coredns") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: kube-system}\ndata:\n  Corefile: |\n${indent(WHOLE(key), 4)}`;
const OWN_PARTS: readonly (readonly [ProviderId, file: string, text: string, line: number])[] = [
  ["ack", "dns.yaml", configMap(".:53"), 8],
  ["cce", "dns.yaml", configMap(".:5353"), 8],
  [
    "eks",
    "cluster.yaml",
    `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: shop}\naddons:\n  - name: coredns\n    configurationValues: |\n      corefile: |\n${indent(WHOLE(".:53"), 8)}`,
    10,
  ],
  [
    "gke",
    "dns.yaml",
    configMap(".:53", "node-local-dns").replace("kubernetes cluster.local in-addr.arpa ip6.arpa", "cache 30"),
    8,
  ],
  ["kubeadm", "dns.yaml", configMap(".:53"), 8],
  ["kubespray", "group_vars/k8s.yml", `coredns_additional_configs: |\n${indent(DENY, 2)}`, 2],
  [
    "talos",
    "controlplane.yaml",
    `machine: {type: controlplane}\ncluster:\n  inlineManifests:\n    - name: coredns\n      contents: |\n${indent(configMap(".:53"), 8)}`,
    13,
  ],
  ["tke", "dns.yaml", configMap(".:53"), 8],
];

describe("what is the user's of a provider that reads no coredns-custom", () => {
  it.each(OWN_PARTS)(
    "of %s is judged on its line, said or shown, and its twin is clean",
    async (id, file, text, line) => {
      const [shownIn, shown] = SHOWN[id];
      for (const [files, said] of [
        [{ [`dns/${file}`]: text }, id],
        [{ [`dns/${shownIn}`]: shown, [`dns/${file}`]: text }, undefined],
      ] as const) {
        expect(await judged(files, said)).toMatchObject({
          kind: "NXDOMAIN",
          line: `dns/${file}:${line}`,
          gaps: [],
        });
        const twin = await judged({ ...files, [`dns/${file}`]: clean(text) }, said);
        expect(twin).toMatchObject({ kind: "NODATA", gaps: [], faults: [] });
      }
    },
  );

  it("leaves no provider untested but those whose DNS denies nothing or is not known", () => {
    const tested = new Set([...READING, ...OWN_PARTS.map(([id]) => id)]);
    expect(PROVIDER_IDS.filter((id) => !tested.has(id))).toEqual(["eks-auto", "openshift"]);
  });
});

describe("where a provider's Corefile listens", () => {
  const SERVER = (key: string) =>
    custom({ "shop.server": `${key} {\n    ${DENY.replaceAll("\n", "\n    ")}\n}\n` });

  it("a server block on Gardener's port is asked, whoever says that it is Gardener", async () => {
    const gardener = [["shop.example.", "NXDOMAIN"]];
    expect((await judged({ "c.yaml": SERVER("shop.example:8053") })).parts).toEqual(gardener);
    expect((await judged({ "c.yaml": SERVER("shop.example:8053") }, "gardener")).parts).toEqual(gardener);
    expect((await judged({ "c.yaml": SERVER("shop.example:53") })).parts).toEqual(gardener);
  });

  it("one on another port than the provider's is asked by nobody", async () => {
    expect((await judged({ "c.yaml": SERVER("shop.example:8053") }, "aks")).parts).toEqual([]);
    expect((await judged({ "c.yaml": SERVER("shop.example:53") }, "gardener")).parts).toEqual([]);
  });

  describe("two ports that parts name, and no provider", () => {
    const TWO = (denies: string, override = "") => ({
      "c.yaml": custom({
        "a.server": "plain.example {\n    forward . 10.0.0.2\n}\n",
        "b.server": `shop.example:8053 {\n    ${denies.replaceAll("\n", "\n    ")}\n    forward . 10.0.0.3\n}\n`,
        ...(override && { "c.override": override }),
      }),
    });

    it("leave open what a block on one of them denies", async () => {
      const { kind, parts, gaps, faults } = await judged(TWO(DENY));
      expect(kind).toBe("passed-on");
      expect(parts).toContainEqual(["shop.example.", "unknown"]);
      expect(gaps).toContain("part-port-unknown");
      expect(faults).toEqual([]);
    });

    it("are asked as the provider listens, where one is known", async () => {
      expect((await judged(TWO(DENY), "gardener")).parts).toContainEqual(["shop.example.", "NXDOMAIN"]);
      expect((await judged(TWO(DENY), "aks")).parts).toEqual([]);
    });

    it("do no harm where neither denies", async () => {
      const { parts, gaps } = await judged(TWO(""));
      expect([parts.filter(([, kind]) => kind === "unknown"), gaps]).toEqual([[], []]);
    });

    it("both deny what a part denies for all", async () => {
      const { kind, faults } = await judged(TWO("", DENY));
      expect([kind, faults]).toEqual(["NXDOMAIN", ["aaaa-denied"]]);
    });
  });
});

describe("what the parts of one ConfigMap import of each other", () => {
  const data = { "deny.override": "import custom/rules.conf\n", "rules.conf": DENY };

  it.each(["aks", "doks", "oke", "k3s", "gardener"] as const)("is read over the base of %s", async (id) => {
    expect(await judged({ "c.yaml": custom(data) }, id)).toMatchObject({
      kind: "NXDOMAIN",
      line: "c.yaml:8",
      gaps: [],
    });
    expect(await judged({ "c.yaml": clean(custom(data)) }, id)).toMatchObject({ kind: "NODATA", gaps: [] });
  });

  it("is not known where the file that is named is not in sight", async () => {
    const { "deny.override": part } = data;
    expect(await judged({ "c.yaml": custom({ "deny.override": part }) }, "aks")).toMatchObject({
      kind: "unknown",
      gaps: ["import-unread"],
    });
  });
});

describe("a provider and nothing else", () => {
  const alone = (provider: ProviderId) =>
    clusterProfile({ nodeLocalDns: "auto", autopilot: false, provider, clusterDomain: "shop.test" });

  it.each(PROVIDER_IDS)("%s: likely fine where its Corefile is known, else not known", (id) => {
    const { base, citation } = PROVIDERS[id];
    const profile = alone(id);
    expect(profile.answers.external.kind).toBe(base === undefined ? "unknown" : "passed-on");
    if (base === undefined) return;
    expect(profile).toMatchObject({
      domain: "shop.test",
      confidence: "likely",
      sources: [],
      faults: [],
      parts: [],
    });
    expect(profile.answers.external.at).toBeUndefined();
    expect(profile.zones.map(({ zone }) => zone)).toEqual(["."]);
    expect(profile.evidence.map(({ source }) => source)).toContain(citation.source);
    expect(profile.diagnostics.map(({ code, weight }) => [code, weight])).toEqual([
      ["corefile-assumed", "notice"],
    ]);
  });

  it("does not stand for a Corefile that is given", () => {
    const corefiles = [{ file: "Corefile", text: `.:53 {\n${DENY}forward . 192.0.2.1\n}\n` }];
    const profile = clusterProfile({ nodeLocalDns: "auto", autopilot: false, provider: "aks", corefiles });
    expect(profile).toMatchObject({ answers: { external: { kind: "NXDOMAIN" } }, confidence: "documented" });
  });
});

it("the configuration says it of one of several clusters", async () => {
  const config = readConfig(
    "muslgate.yaml",
    "clusters:\n  - { name: prod, provider: doks }\n  - { name: dev, provider: eks-auto }\n",
  );
  const files = { read: async () => "", cluster: async () => [] };
  const clusters = config.clusters.map((entry) => ({ ...entry, says: readSettings(entry.options) }));
  const { profiles } = await namedClusters({ ...readSettings({}), clusters }, files);
  expect(profiles.map(({ name, answers }) => [name, answers.external.kind])).toEqual([
    ["prod", "passed-on"],
    ["dev", "unknown"],
  ]);
  expect(() => readSettings({ provider: "aksx" })).toThrow('provider is "aksx"');
});

describe("what starts", () => {
  it("a second hosts does not beside the one of k3s", async () => {
    const text = custom({ "a.override": "hosts {\n    192.0.2.1 a.example\n    fallthrough\n}\n" });
    expect((await judged({ "c.yaml": text }, "k3s")).kind).toBe("unknown");
    expect((await judged({ "c.yaml": text }, "aks")).kind).toBe("passed-on");
  });
});

it("every provider is shown by its own words alone, and has a source", async () => {
  for (const id of PROVIDER_IDS) {
    const [file, text] = SHOWN[id];
    const { providers } = await discovered({ [file]: text });
    expect(
      providers.map(({ provider }) => provider),
      id,
    ).toEqual([id]);
    expect(PROVIDERS[id].citation.source, id).not.toBe("");
  }
});

describe("AKS's LocalDNS", () => {
  const listener = (address: string, own = "") =>
    `.:53 {\n    errors\n    bind ${address}\n${own}    forward . 10.0.0.10\n    ready ${address}:8181\n    cache 3600\n    nsid localdns\n}\ncluster.local:53 {\n    bind ${address}\n    forward . 10.0.0.10\n    nsid localdns\n}\n`;
  const stanza = indent(DENY, 4);
  const both = (nodes: string, pods: string) =>
    `${listener("169.254.10.10", nodes)}${listener("169.254.10.11", pods)}`;

  it("is a whole CoreDNS, and pods ask its second address", async () => {
    expect(await judged({ "localdns.corefile": both("", stanza) })).toMatchObject({
      kind: "NXDOMAIN",
      line: "localdns.corefile:17",
      codes: [],
    });
    for (const text of [both("", ""), both(stanza, "")]) {
      expect(await judged({ "localdns.corefile": text })).toMatchObject({ kind: "passed-on", codes: [] });
    }
  });

  it("hands on to the cluster's DNS, whose parts answer then", async () => {
    const files = { "localdns.corefile": both("", ""), "custom.yaml": OVERRIDE };
    expect(await judged(files, "aks")).toMatchObject({ kind: "NXDOMAIN", line: "custom.yaml:6", gaps: [] });
    const twin = { ...files, "custom.yaml": clean(OVERRIDE) };
    expect(await judged(twin, "aks")).toMatchObject({ kind: "NODATA", gaps: [] });
    const elsewhere = both("", "").replaceAll(
      "forward . 10.0.0.10\n    ready",
      "forward . 168.63.129.16\n    ready",
    );
    expect(await judged({ ...files, "localdns.corefile": elsewhere }, "aks")).toMatchObject({
      kind: "passed-on",
      gaps: [],
    });
  });

  it("is not NodeLocal DNSCache, which does not start with such plugins", async () => {
    const text = listener("169.254.20.10");
    expect((await judged({ "node-local.corefile": text })).faults).toContain("corefile-refused");
  });
});

describe("parts that are not one cluster's", () => {
  const part = (rcode: string, key = "a.override") =>
    `kind: ConfigMap\nmetadata: {name: coredns-custom}\ndata:\n  ${key}: |\n    template ANY AAAA {\n        rcode ${rcode}\n    }\n`;
  const kinds = async (files: Readonly<Record<string, string>>) => {
    const { clusterFiles, unread } = await discovered(files);
    const { profiles } = await foundClusters(clusterFiles, readSettings({}), unread);
    return profiles.map(({ answers, name }) => [answers.external.kind, name]);
  };

  it("are judged apart where one key has two texts, so that none hides the other", async () => {
    expect(await kinds({ "d/a.yaml": part("NOERROR"), "d/b.yaml": part("NXDOMAIN") })).toEqual([
      ["NODATA", "d/a.yaml"],
      ["NXDOMAIN", "d/b.yaml"],
    ]);
    expect(await kinds({ "d/a.yaml": `${part("NOERROR")}---\n${part("NXDOMAIN")}` })).toEqual([
      ["NODATA", "d/a.yaml"],
      ["NXDOMAIN", "d/a.yaml (2)"],
    ]);
    expect(await kinds({ "d/a.yaml": part("NOERROR"), "d/b.yaml": part("NXDOMAIN", "b.override") })).toEqual([
      ["NODATA", "d/a.yaml"],
    ]);
  });

  it("are judged apart where one is for the DNS on the nodes", async () => {
    const variable = (name: string, rcode: string) =>
      `${name}_additional_configs: |\n  template ANY AAAA {\n    rcode ${rcode}\n  }\n`;
    const all = variable("coredns", "NOERROR") + variable("nodelocaldns", "NXDOMAIN");
    expect((await kinds({ "group_vars/k8s.yml": all })).map(([kind]) => kind)).toEqual([
      "NODATA",
      "NXDOMAIN",
    ]);
  });

  it("are no server block without braces where they begin with a plugin", async () => {
    const text = (rcode: string) =>
      `coredns_default_zone_cache_block: |\n  cache 30\n  template ANY AAAA {\n    rcode ${rcode}\n  }\n`;
    expect(await kinds({ "group_vars/k8s.yml": text("NXDOMAIN") })).toEqual([
      ["NXDOMAIN", "group_vars/k8s.yml"],
    ]);
    expect(await kinds({ "group_vars/k8s.yml": text("NOERROR") })).toEqual([
      ["NODATA", "group_vars/k8s.yml"],
    ]);
  });
});
