import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { aaaaDenied } from "../../src/rules/aaaa-denied.ts";

function judge(text: string, containersNamed = false) {
  const cluster = clusterProfile({
    nodeLocalDns: "auto",
    autopilot: false,
    corefiles: [{ file: "Corefile", text }],
  });
  return aaaaDenied.checkCluster({ cluster, containersNamed });
}

const BLOCK = (zone: string, ...lines: string[]) =>
  `${zone} {\n${lines.map((line) => `    ${line}\n`).join("")}    forward . 10.0.0.1\n}\n`;
const DENY = ["template ANY AAAA {", "    rcode NXDOMAIN", "}"];

describe("a Corefile that denies AAAA", () => {
  it("is found once for each line, with every zone it holds in", () => {
    const snippet = `(deny) {\n    template ANY AAAA {\n        rcode NXDOMAIN\n    }\n}\n`;
    const found = judge(snippet + BLOCK("cluster.local:53", "import deny") + BLOCK(".:53", "import deny"));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ outcome: "affected", level: "warning", at: { line: 2 } });
    expect(found[0]?.summary).toContain('in the zones cluster.local and ".", which');
    expect(found[0]?.remedies[0]?.snippet?.text).toContain("rcode NOERROR");
    expect(judge(BLOCK(".:53", ...DENY), true)).toEqual([]);
    expect(judge(BLOCK("cluster.local:53", ...DENY) + BLOCK(".:53", ...DENY))).toHaveLength(2);
  });

  it.each([
    ["NODATA", BLOCK(".:53", "template ANY AAAA")],
    [
      "a zone in which no name exists at all",
      BLOCK("ads.example:53", "template ANY ANY {", "rcode NXDOMAIN", "}"),
    ],
    ["reverse zones", BLOCK("in-addr.arpa:53", ...DENY)],
    ["nothing of its own", BLOCK(".:53")],
    ["what cannot be known", "import custom/*.server\n"],
  ])("is not one with %s", (_, text) => {
    expect(judge(text)).toEqual([]);
  });
});
