import { readClusterSettings } from "../../src/cluster/gcloud.ts";
import type { ClusterProfileInput } from "../../src/cluster/input.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { MuslgateError } from "../../src/model/error.ts";
import { CORPUS, describeWith } from "../support/parts.ts";

const corefiles = join(CORPUS, "corefile");

function profile(input: Partial<ClusterProfileInput>) {
  return clusterProfile({ nodeLocalDns: "auto", autopilot: false, ...input });
}

function kinds(input: Partial<ClusterProfileInput>) {
  const { answers } = profile(input);
  return [answers.internal.kind, answers.external.kind];
}

describe("the article's clusters by version", () => {
  it.each<[string, Partial<ClusterProfileInput>, string, string]>([
    [
      "1.21.6-gke.1500 with NodeLocal",
      { gkeVersion: "1.21.6-gke.1500", nodeLocalDns: "enabled" },
      "NODATA",
      "measured",
    ],
    [
      "1.22.6-gke.1000 with",
      { gkeVersion: "v1.22.6-gke.1000", nodeLocalDns: "enabled" },
      "NXDOMAIN",
      "measured",
    ],
    [
      "1.22.6-gke.1000 without",
      { gkeVersion: "1.22.6-gke.1000", nodeLocalDns: "disabled" },
      "NODATA",
      "measured",
    ],
    ["Autopilot 1.22.6-gke.1000", { gkeVersion: "1.22.6-gke.1000", autopilot: true }, "NXDOMAIN", "measured"],
    [
      "1.22.7-gke.1500 with",
      { gkeVersion: "1.22.7-gke.1500", nodeLocalDns: "enabled" },
      "NODATA",
      "documented",
    ],
    [
      "1.22.7-gke.1400 with",
      { gkeVersion: "1.22.7-gke.1400", nodeLocalDns: "enabled" },
      "NXDOMAIN",
      "likely",
    ],
    ["1.22.6-gke.300 with", { gkeVersion: "1.22.6-gke.300", nodeLocalDns: "enabled" }, "NXDOMAIN", "likely"],
    ["1.22.6 with", { gkeVersion: "1.22.6", nodeLocalDns: "enabled" }, "NXDOMAIN", "likely"],
    ["1.23.0-gke.100 with", { gkeVersion: "1.23.0-gke.100", nodeLocalDns: "enabled" }, "unknown", "likely"],
    ["1.34.1-gke.3720000 by default", { gkeVersion: "1.34.1-gke.3720000" }, "NODATA", "likely"],
    ["1.22 with", { gkeVersion: "1.22", nodeLocalDns: "enabled" }, "unknown", "likely"],
    ["latest", { gkeVersion: "latest" }, "unknown", "likely"],
    ["-", { gkeVersion: "-" }, "unknown", "likely"],
    ["Google Distributed Cloud", { gkeVersion: "1.28.300-gke.131" }, "unknown", "likely"],
    ["nothing said", {}, "unknown", "likely"],
  ])("%s", (_, input, kind, confidence) => {
    expect(kinds(input)).toEqual([kind, kind]);
    expect(profile(input).confidence).toBe(confidence);
  });

  it("says what is missing where builds differ", () => {
    const [first] = profile({ gkeVersion: "1.22", nodeLocalDns: "enabled" }).diagnostics;
    expect(first?.code).toBe("gke-version-ambiguous");
    expect(first?.hint).toContain("ConfigMap");
    expect(first?.weight).toBe("gap");
  });

  it("goes by the page that is current where older copies of it contradict it", () => {
    expect(profile({ gkeVersion: "1.33.0-gke.1" }).nodeLocalDns).toBe("disabled");
    expect(profile({ gkeVersion: "1.33.1-gke.1" }).nodeLocalDns).toBe("disabled");
    expect(profile({ gkeVersion: "1.34.1-gke.3719999" }).nodeLocalDns).toBe("disabled");
    expect(profile({ gkeVersion: "1.34.1-gke.3720000" }).nodeLocalDns).toBe("enabled");
  });

  it("refuses a malformed version with the text as written", () => {
    expect(() => profile({ gkeVersion: "1.x" })).toThrow('"1.x" is not a GKE version');
  });
});

describeWith({ corpus: true }, "the article's clusters by ConfigMap", () => {
  const given = (name: string) => ({
    corefiles: [{ file: name, text: readFileSync(join(corefiles, name), "utf8") }],
  });

  it.each<[string, number, number]>([
    ["gke-1.22.6-gke.1000.configmap.yaml", 16, 66],
    ["gke-1.22.6-gke.1000.describe.txt", 13, 64],
  ])("%s denies AAAA in cluster.local and in .", (name, internal, external) => {
    const { zones, answers, nodeLocalDns, diagnostics } = profile(given(name));
    expect(zones.map(({ zone, answer }) => [zone, answer.kind])).toEqual([
      ["cluster.local.", "NXDOMAIN"],
      ["in-addr.arpa.", "passed-on"],
      ["ip6.arpa.", "passed-on"],
      [".", "NXDOMAIN"],
    ]);
    expect([answers.internal.at?.line, answers.external.at?.line]).toEqual([internal, external]);
    expect([nodeLocalDns, diagnostics]).toEqual(["enabled", []]);
  });

  it.each(["gke-1.21.6-gke.1500.configmap.yaml", "gke-1.21.6-gke.1500.describe.txt"])(
    "%s denies nothing",
    (name) => {
      const { zones } = profile(given(name));
      expect(zones.map(({ zone, answer }) => [zone, answer.kind])).toEqual([
        ["cluster.local.", "passed-on"],
        ["in-addr.arpa.", "passed-on"],
        ["ip6.arpa.", "passed-on"],
        [".", "passed-on"],
      ]);
    },
  );

  it("does not apply node-local-dns's Corefile where NodeLocal DNSCache is off", () => {
    const found = profile({ ...given("gke-1.22.6-gke.1000.configmap.yaml"), nodeLocalDns: "disabled" });
    expect(found.answers.internal.kind).toBe("NODATA");
    expect(found.diagnostics.map(({ code }) => code)).toEqual(["corefile-not-asked"]);
  });

  it("lets the Corefile beat the version", () => {
    const input = { ...given("gke-1.22.6-gke.1000.configmap.yaml"), gkeVersion: "1.22.7-gke.1500" };
    expect([profile(input).basis, ...kinds(input)]).toEqual(["corefile", "NXDOMAIN", "NXDOMAIN"]);
  });
});

describe("Corefiles in files", () => {
  const DENY = "template ANY AAAA {\n        rcode NXDOMAIN\n    }";
  const bare = `.:53 {\n    ${DENY}\n    forward . 192.0.2.1\n}\n`;
  const at = (text: string) => {
    const found = profile({ corefiles: [{ file: "f", text }] });
    const place = found.answers.external.at;
    return [found.answers.external.kind, place && text.split("\n")[place.line - 1]?.slice(place.column - 1)];
  };
  const indented = (prefix: string) =>
    bare
      .split("\n")
      .map((line) => (line === "" ? "" : prefix + line))
      .join("\n");

  it("maps places back out of whatever holds the Corefile", () => {
    expect(at(bare)).toEqual(["NXDOMAIN", "template ANY AAAA {"]);
    expect(at(`kind: ConfigMap\ndata:\n  Corefile: |\n${indented("      ")}`)).toEqual([
      "NXDOMAIN",
      "template ANY AAAA {",
    ]);
    expect(
      at(`kind: ConfigMap\r\ndata:\r\n  Corefile: |\r\n${indented("    ").replaceAll("\n", "\r\n")}`),
    ).toEqual(["NXDOMAIN", "template ANY AAAA {\r"]);
    const json = JSON.stringify(
      { kind: "List", items: [{ kind: "ConfigMap", data: { Corefile: bare } }] },
      null,
      1,
    );
    expect(at(json)[1]).toMatch(/^template ANY AAAA \{\\n/);
    expect(at(`data:\n  Corefile: "${bare.replaceAll("\n", "\\n")}"`)[1]).toMatch(/^template ANY AAAA/);
    expect(at(`Name: x\n\nData\n====\nCorefile:\n----\n${bare}\n\nEvents:  <none>\n`)).toEqual([
      "NXDOMAIN",
      "template ANY AAAA {",
    ]);
  });

  it("keeps several Corefiles apart and follows what the cache hands on", () => {
    const map = (name: string, corefile: string) =>
      `kind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  Corefile: |\n${corefile
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n")}\n`;
    const cache = map(
      "node-local-dns",
      "cluster.local {\n forward . __PILLAR__CLUSTER__DNS__\n}\n. {\n forward . /etc/resolv.conf\n}",
    );
    const cluster = map(
      "coredns",
      `. {\n ${DENY}\n kubernetes cluster.local\n forward . /etc/resolv.conf\n}`,
    );
    const text = `${cache}---\n${cluster}`;
    expect(kinds({ corefiles: [{ file: "f", text }] })).toEqual(["NXDOMAIN", "passed-on"]);
    expect(kinds({ corefiles: [{ file: "f", text }], nodeLocalDns: "disabled" })).toEqual([
      "NXDOMAIN",
      "NXDOMAIN",
    ]);
  });

  it("reads coredns-custom where CoreDNS imports it", () => {
    const text =
      "kind: ConfigMap\nmetadata:\n  name: coredns\ndata:\n  Corefile: |\n    .:53 {\n      import custom/*.override\n      forward . 192.0.2.1\n    }\n    import custom/*.server\n" +
      "---\nkind: ConfigMap\nmetadata:\n  name: coredns-custom\ndata:\n  no-v6.override: |\n    template ANY AAAA {\n      rcode NXDOMAIN\n    }\n";
    expect(at(text)).toEqual(["NXDOMAIN", "template ANY AAAA {"]);
    expect(at(text.split("---")[0]!)[0]).toBe("unknown");
  });

  it("says when node-cache would not start", () => {
    const text = ". {\n bind 169.254.20.10\n kubernetes cluster.local\n}";
    const [fault, ...more] = profile({ corefiles: [{ file: "f", text }] }).faults;
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ kind: "corefile-refused", at: { line: 3 } });
    expect(fault?.because).toContain("node-cache is built without the plugin kubernetes");
  });

  it("takes the cluster's domain from the kubernetes plugin", () => {
    const text = ". {\n kubernetes k8s.example.test in-addr.arpa\n forward . 192.0.2.1\n}";
    const found = profile({ corefiles: [{ file: "f", text }] });
    expect([found.domain, found.answers.internal.kind, found.answers.external.kind]).toEqual([
      "k8s.example.test",
      "NODATA",
      "passed-on",
    ]);
  });

  it.each<[string, string, string?]>([
    ["", "f is empty"],
    [" \n", "f is empty"],
    ["kind: ConfigMap\ndata: {}\n", "f holds no Corefile", "usage"],
    ["# A title\n\nSome text.\n", "f is no Corefile: its lines are not directives of CoreDNS", "usage"],
    [".:53 {\n  myplugin\n}\n", "f is no Corefile: its lines are not directives of CoreDNS", "usage"],
    ['kind: ConfigMap\ndata:\n  Corefile: ""\n', "the Corefile in f is empty"],
    ['kind: ConfigMap\ndata:\n  {{- include "x" . }}\n', "f is a template that has yet to be rendered"],
  ])("refuses %j", (text, message, code = "input") => {
    let caught: unknown;
    try {
      profile({ corefiles: [{ file: "f", text }] });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(MuslgateError);
    expect(caught).toMatchObject({ code, message });
  });

  it("never calls a Corefile with a syntax error clean", () => {
    const found = profile({ corefiles: [{ file: "f", text: ". {\n forward . 192.0.2.1\n" }] });
    expect([found.answers.internal.kind, found.answers.external.kind]).toEqual(["unknown", "unknown"]);
    expect(found.faults.map(({ kind, at }) => [kind, at?.file])).toEqual([["corefile-refused", "f"]]);
  });

  it("knows that the cluster's own names exist, whatever A says of them", () => {
    const text = "cluster.local {\n template ANY ANY {\n rcode NXDOMAIN\n }\n kubernetes cluster.local\n}";
    const { answers, faults } = profile({ corefiles: [{ file: "f", text }] });
    expect(answers.internal.kind).toBe("NXDOMAIN");
    expect(faults.map(({ kind }) => kind)).toContain("address-denied");
  });

  it("tells names that A does not know either from those whose AAAA alone is denied", () => {
    const text =
      "cluster.local {\n kubernetes cluster.local\n}\n. {\n template ANY ANY {\n rcode NXDOMAIN\n }\n}";
    const { answers, addresses, faults, zones } = profile({ corefiles: [{ file: "f", text }] });
    expect([answers.internal.kind, answers.external.kind]).toEqual(["NODATA", "NXDOMAIN"]);
    expect([addresses?.internal.kind, addresses?.external.kind]).toEqual(["address", "NXDOMAIN"]);
    expect(faults.map(({ kind, directive }) => [kind, directive])).toEqual([["address-denied", "template"]]);
    expect(zones.find(({ zone }) => zone === ".")?.answer.kind).toBe("NXDOMAIN");
  });
});

describe("what a profile was made of", () => {
  const corefile = (file: string, name: string) => ({
    file,
    text: `kind: ConfigMap\napiVersion: v1\nmetadata: {name: ${name}}\ndata:\n  Corefile: |\n    .:53 {\n      errors\n    }\n`,
  });
  const line = { file: "gke.json", line: 4, column: 3, endLine: 4, endColumn: 9 };
  const made = (input: Partial<ClusterProfileInput>) =>
    profile(input).sources.map(({ file, role, at }) => `${file} ${role} ${at.file}:${at.line}`);

  it("is every Corefile that is asked, in its role, and the settings", () => {
    const both = [corefile("a.yaml", "coredns"), corefile("b.yaml", "node-local-dns")];
    expect(made({ corefiles: both, at: line })).toEqual([
      "b.yaml node-local-dns b.yaml:6",
      "a.yaml cluster-dns a.yaml:6",
      "gke.json settings gke.json:4",
    ]);
    expect(made({ corefiles: both, nodeLocalDns: "disabled" })).toEqual(["a.yaml cluster-dns a.yaml:6"]);
    expect(made({ corefiles: [{ file: "Corefile", text: ". {\n}\n" }] })).toEqual([
      "Corefile cluster-dns Corefile:1",
    ]);
  });

  it("is nothing where options say all", () => {
    expect(made({ gkeVersion: "1.22.6-gke.1000" })).toEqual([]);
  });
});

it("takes an Autopilot cluster whose version nothing names to run a release of today, and says so", () => {
  const profile = clusterProfile({ nodeLocalDns: "auto", autopilot: true });
  expect(profile).toMatchObject({
    basis: "gke-version",
    answers: { internal: { kind: "NODATA" }, external: { kind: "NODATA" } },
    confidence: "likely",
  });
  expect(profile.evidence[0]?.text).toContain("is taken to run a release of today");
  const old = clusterProfile({ nodeLocalDns: "auto", autopilot: true, gkeVersionAtLeast: "1.22.6-gke.1000" });
  expect(old.answers.external.kind).toBe("unknown");
});

it("takes one that a release channel keeps up to date so too, whatever its cache, and one without a channel not", () => {
  const container = (channel: string, rest = "") =>
    readClusterSettings(
      "c.yaml",
      `apiVersion: container.cnrm.cloud.google.com/v1beta1\nkind: ContainerCluster\nmetadata: {name: shop}\nspec:\n  location: x\n${channel}${rest}`,
    );
  const kept = container("  releaseChannel: {channel: REGULAR}\n");
  const [profile] = kept.clusters.map(({ input }) => clusterProfile(input));
  expect(profile).toMatchObject({ answers: { external: { kind: "NODATA" } }, confidence: "likely" });
  expect(profile?.evidence[0]?.text).toContain("is taken to run a release of today");
  expect(kept.diagnostics).toMatchObject([{ code: "gke-version-not-said", weight: "notice" }]);
  const cache = "  addonsConfig: {dnsCacheConfig: {enabled: true}}\n";
  for (const [text, rest] of [
    ["", ""],
    ["  releaseChannel: {channel: UNSPECIFIED}\n", cache],
    ["  releaseChannel: {channel: REGULAR}\n", `${cache}  minMasterVersion: 1.22.6-gke.1000\n`],
  ] as const) {
    const left = container(text, rest);
    expect(left.clusters.map(({ input }) => clusterProfile(input).answers.external.kind)).toEqual([
      "unknown",
    ]);
    expect(left.diagnostics).toMatchObject([{ weight: "gap" }]);
  }
});

it("does not say that somebody turned NodeLocal DNSCache off where nobody did", () => {
  const gcloud = (addons: string) =>
    readClusterSettings("c.yaml", `currentMasterVersion: 1.22.6-gke.1000\nname: shop\n${addons}`);
  const because = (addons: string) =>
    gcloud(addons).clusters.map(({ input }) => clusterProfile(input).nodeLocalDnsBecause)[0];
  expect(because("")).toContain("nothing turns NodeLocal DNSCache on");
  expect(because("addonsConfig: { dnsCacheConfig: { enabled: false } }\n")).toContain("said to be disabled");
});
