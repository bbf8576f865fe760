import type { ClusterFile } from "../../src/discover/cluster-file.ts";
import { describe, expect, it } from "vitest";
import { foundClusters } from "../../src/cluster/found.ts";
import { readSettings } from "../../src/settings/settings.ts";

const configMap = (name: string, ...stanza: string[]) =>
  `kind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  Corefile: |\n    .:53 {\n${stanza.map((line) => `        ${line}\n`).join("")}        forward . /etc/resolv.conf\n    }\n`;
const DENY = ["template ANY AAAA {", "    rcode NXDOMAIN", "}"];
const file = (path: string, text: string, kind: ClusterFile["kind"] = "config-map"): ClusterFile => ({
  file: path,
  text,
  kind,
});

async function found(...files: ClusterFile[]) {
  const { profiles, diagnostics } = await foundClusters(files, readSettings({}));
  return {
    clusters: profiles.map(({ name, answers }) => `${name} ${answers.external.kind}`),
    codes: [...diagnostics, ...profiles.flatMap((one) => one.diagnostics)].map(({ code }) => code),
  };
}

describe("clusters of a repository", () => {
  it("take the cache on the nodes and the DNS behind it in one folder for one", async () => {
    const { clusters } = await found(
      file("dns/coredns.yaml", configMap("coredns")),
      file("dns/node-local-dns.yaml", configMap("node-local-dns", ...DENY)),
      file("other/coredns.yaml", configMap("coredns", ...DENY)),
    );
    expect(clusters).toEqual(["dns/coredns.yaml NXDOMAIN", "other/coredns.yaml NXDOMAIN"]);
  });

  it.each([
    [
      "a bare Corefile",
      file("dns/Corefile", `.:53 {\n${DENY.join("\n")}\nforward . 10.0.0.1\n}\n`, "corefile"),
    ],
    ["another ConfigMap", file("dns/b.yaml", configMap("coredns-staging", ...DENY))],
  ])("never drop a second Corefile: %s beside one that is fine", async (_, second) => {
    const { clusters } = await found(file("dns/a.yaml", configMap("coredns")), second);
    expect(clusters).toEqual(["dns/a.yaml passed-on", `${second.file} NXDOMAIN`]);
  });

  it("tell two in one file apart", async () => {
    const both = `${configMap("coredns")}---\n${configMap("coredns", ...DENY)}`;
    expect((await found(file("dns.yaml", both))).clusters).toEqual([
      "dns.yaml passed-on",
      "dns.yaml (2) NXDOMAIN",
    ]);
  });

  it("read a coredns-custom beside what imports it", async () => {
    const custom =
      "kind: ConfigMap\nmetadata:\n  name: coredns-custom\ndata:\n  deny.override: |\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n";
    const coredns = file("dns/coredns.yaml", configMap("coredns", "import custom/*.override"));
    expect((await found(coredns, file("dns/custom.yaml", custom))).clusters).toEqual([
      "dns/coredns.yaml NXDOMAIN",
    ]);
    const alone = await found(file("dns/custom.yaml", custom));
    expect([alone.clusters, alone.codes]).toEqual([["dns/custom.yaml NXDOMAIN"], ["corefile-assumed"]]);
  });

  it("know what has yet to be rendered from what does not start", async () => {
    for (const [text, code] of [
      [`$\{DOMAIN}:53 {\n    forward . 10.0.0.1\n}\n`, "zone-placeholder"],
      [".:53 {\n    forward . 10.0.0.1\n}STUBDOMAINS\n", "corefile-unrendered"],
    ] as const) {
      const { clusters, codes } = await found(file("Corefile", text, "corefile"));
      expect([clusters, codes[0]]).toEqual([["Corefile unknown"], code]);
    }
  });
});

describe("server blocks in a chart's values", () => {
  const blocks = (text: string) =>
    file("dns/values.yaml", `cache:\n  customServerBlocks: |\n${text.replace(/^/gm, "    ")}\n`);
  const STUB = "corp.example:53 {\n  errors\n  forward . 10.0.0.1\n}";

  it("for some zones alone are a part of a Corefile, and refuse no other name", async () => {
    expect((await found(blocks(STUB))).clusters).toEqual(["dns/values.yaml passed-on"]);
    const denying = STUB.replace("errors", DENY.join("\n  "));
    const { profiles } = await foundClusters([blocks(denying)], readSettings({}));
    expect(profiles.map(({ answers }) => answers.external.kind)).toEqual(["passed-on"]);
    expect(
      profiles.flatMap(({ zones }) => zones.map(({ zone, answer }) => `${zone} ${answer.kind}`)),
    ).toContain("corp.example. NXDOMAIN");
  });

  it("with the root among them are a Corefile", async () => {
    const whole = `${STUB}\n.:53 {\n  ${DENY.join("\n  ")}\n  forward . /etc/resolv.conf\n}`;
    expect((await found(blocks(whole))).clusters).toEqual(["dns/values.yaml NXDOMAIN"]);
  });
});

it("does not miss a Corefile that a generator takes from the folder beside it", async () => {
  const generator = "configMapGenerator:\n  - name: coredns\n    files: [Corefile]\n";
  const { codes } = await found(
    file("dns/prod/kustomization.yaml", generator),
    file("dns/prod/Corefile", ". {\n  forward . 10.0.0.1\n}\n", "corefile"),
  );
  expect(codes).not.toContain("corefile-elsewhere");
});
