import { expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { matchWithoutFallthrough } from "../../src/rules/match-without-fallthrough.ts";

function judge(stanza: string, { behind = "forward . 10.0.0.1", containersNamed = false } = {}) {
  const text = `.:53 {\n    ${stanza}\n    ${behind}\n}\n`;
  const corefiles = [{ file: "Corefile", text }];
  const cluster = clusterProfile({ nodeLocalDns: "auto", autopilot: false, corefiles });
  return matchWithoutFallthrough.checkCluster({ cluster, containersNamed });
}

const stanza = (type: string, ...lines: string[]) =>
  `template IN ${type} {\n${lines.map((line) => `        ${line}\n`).join("")}    }`;

it.each([
  ["AAAA", "warning"],
  ["A", "error"],
  ["ANY", "error"],
])("finds it for %s", (type, level) => {
  const [found, ...more] = judge(stanza(type, "match ^special\\.example\\.com\\.$", "rcode NOERROR"));
  expect(more).toEqual([]);
  expect(found).toMatchObject({ outcome: "affected", level, at: { file: "Corefile", line: 3, column: 15 } });
  expect(found?.summary).toContain("^special\\.example\\.com\\.$");
  expect(found?.remedies[0]?.title).toContain("fallthrough");
});

it.each([
  ["with fallthrough", stanza("AAAA", "match ^a\\.$", "rcode NOERROR", "fallthrough")],
  ["that matches everything", stanza("AAAA", "match .*", "rcode NOERROR")],
  ["without a pattern", stanza("AAAA", "rcode NOERROR")],
  [
    "of zones of its own",
    stanza("A foo.internal", 'match "^.*[.]foo[.]internal[.]$"', 'answer "{{ .Name }} 60 IN A 192.0.2.1"'),
  ],
  ["that sinks a zone of its own", stanza("A ads.example", "match .*", "rcode NXDOMAIN")],
  ["of another type", stanza("TXT", "match ^a\\.$", "rcode NOERROR")],
])("has nothing to say of a template %s", (_, text) => {
  expect(judge(text)).toEqual([]);
});

it("leaves AAAA to the rule about containers where they were named", () => {
  const lines = ["match ^a\\.$", "rcode NOERROR"];
  expect(judge(stanza("AAAA", ...lines), { containersNamed: true })).toEqual([]);
  expect(judge(stanza("A", ...lines), { containersNamed: true })).toHaveLength(1);
});

it("has nothing to say where no plugin stands behind", () => {
  expect(judge(stanza("AAAA", "match ^a\\.$", "rcode NOERROR"), { behind: "log" })).toEqual([]);
});
