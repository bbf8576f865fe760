import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clusterProfile } from "../../src/cluster/profile.ts";
import { readCorefileInput } from "../../src/cluster/corefiles/find.ts";
import { findEdits } from "../../src/mend/corefile-edits.ts";
import type { ClusterProfile } from "../../src/model/cluster-profile.ts";
import { bothDenied, DENIALS, type PairAnswers } from "../../src/model/dns.ts";
import { pairedByPart } from "../../src/rules/paired-by-part.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { image, onMusl, workload } from "../support/profiles.ts";
import { checked } from "../support/checked.ts";

const profile = (file: string, text: string): ClusterProfile =>
  clusterProfile({ corefiles: [{ file, text }], nodeLocalDns: "auto", autopilot: false });

/** What any name, inside the cluster or out, gets for both halves where that comes of a line. */
const pairs = ({ answers, addresses, parts = [] }: ClusterProfile): readonly PairAnswers[] => [
  ...(["internal", "external"] as const).map((scope) => ({ aaaa: answers[scope], a: addresses![scope] })),
  ...parts,
];

/** What fails in musl alone. */
const failing = (cluster: ClusterProfile) =>
  pairs(cluster).filter(
    (pair) => !bothDenied(pair) && [pair.a, pair.aaaa].some(({ kind }) => DENIALS.has(kind)),
  );

const fixed = (file: string, text: string) =>
  applyEdits(text, findEdits(file, text, readCorefileInput(file, text)));

const outcome = (cluster: ClusterProfile) => {
  const verdict = checked(pairedByPart, { workload: workload(), image: image(onMusl("1.2.5")), cluster });
  return [verdict?.outcome, verdict?.level];
};

const FORWARD = "    forward . 192.0.2.9\n}\n";
const block = (text: string) => `.:53 {\n${text.replace(/^(?=.)/gm, "    ")}${FORWARD}`;
const values = (plugin: string) =>
  `servers:\n  - zones: [{zone: .}]\n    port: 53\n    plugins:\n${plugin.replace(/^(?=.)/gm, "      ")}      - name: forward\n        parameters: . 192.0.2.9\n`;

/** What a way out is offered for, by kind of carrier and of cause. */
const OFFERED: readonly (readonly [string, string, string])[] = [
  ["a template", "Corefile", block("template IN AAAA {\n    rcode NXDOMAIN\n}\n")],
  ["a template of one zone", "Corefile", block("template IN AAAA netflix.com {\n    rcode NXDOMAIN\n}\n")],
  [
    "a pattern",
    "Corefile",
    block("template IN AAAA {\n    match ^www[.]\n    rcode REFUSED\n    fallthrough\n}\n"),
  ],
  [
    "a pattern without fallthrough",
    "Corefile",
    block("template IN AAAA {\n    match ^www[.]\n    rcode NXDOMAIN\n}\n"),
  ],
  ["acl that blocks", "Corefile", block("acl {\n    block type AAAA\n}\n")],
  ["acl that drops", "Corefile", block("acl {\n    drop type AAAA net *\n}\n")],
  ["acl of one zone", "Corefile", block("acl corp {\n    block type AAAA\n}\n")],
  [
    "a placeholder zone whose block denies",
    "Corefile",
    `${block("")}\${ZONE}:53 {\n    template IN AAAA {\n        rcode NXDOMAIN\n    }\n${FORWARD}`,
  ],
  [
    "a template in a configBlock",
    "values.yaml",
    values("- name: template\n  parameters: ANY AAAA\n  configBlock: |-\n    rcode NXDOMAIN\n"),
  ],
  [
    "one on its line",
    "values.yaml",
    values("- name: template\n  parameters: ANY AAAA\n  configBlock: rcode NXDOMAIN\n"),
  ],
  ["acl in a configBlock", "values.yaml", values("- name: acl\n  configBlock: |-\n    block type AAAA\n")],
  [
    "two listeners",
    "Corefile",
    `${block("bind 10.0.0.1\n")}${block("bind 10.0.0.2\ntemplate IN AAAA {\n    rcode NXDOMAIN\n}\n")}`,
  ],
];

describe("the way out", () => {
  it.each(OFFERED)("is proven for %s", (_, file, text) => {
    const before = profile(file, text);
    expect(failing(before).length + before.faults.length).toBeGreaterThan(0);
    const after = profile(file, fixed(file, text));
    expect(failing(after)).toEqual([]);
    expect(after.faults).toEqual([]);
    expect(outcome(after).join(" ")).not.toMatch(/^affected/);
  });

  it("is told in the form the denial is written in", () => {
    const remedy = (file: string, text: string) => {
      const cluster = profile(file, text);
      const found = checked(pairedByPart, { workload: workload(), image: image(onMusl("1.2.5")), cluster });
      return found?.remedies[0]?.snippet;
    };
    const of = (kind: string) => OFFERED.find(([name]) => name === kind)!;
    const said = (kind: string) => remedy(of(kind)[1], of(kind)[2]);
    expect(said("a template")?.text).toBe("template ANY AAAA {\n    rcode NOERROR\n}");
    expect(said("acl that blocks")?.text).toBe("acl {\n    filter type AAAA\n}");
    expect(said("a template in a configBlock")).toMatchObject({
      language: "yaml",
      text: expect.stringContaining("configBlock: |-\n    rcode NOERROR"),
    });
    expect(said("acl in a configBlock")?.text).toContain("configBlock: |-\n    filter type AAAA");
  });

  it("leaves alone what denies more than AAAA, or to some clients only", () => {
    for (const policy of [
      "block type A AAAA",
      "block",
      "block type AAAA net 192.0.2.0/24",
      "allow type AAAA",
    ]) {
      const text = block(`acl {\n    ${policy}\n}\n`);
      expect(fixed("Corefile", text)).toBe(text);
    }
  });
});

const CASES = readFileSync(join(import.meta.dirname, "../recording/cases.txt"), "utf8")
  .split(/^=== /m)
  .slice(1)
  .map((text) => {
    const end = text.indexOf("\n");
    return [text.slice(0, end), text.slice(end + 1).replaceAll("UPSTREAM", "192.0.2.9")] as const;
  });

describe("of the recorded Corefiles", () => {
  const offered = CASES.filter(([, text]) => {
    try {
      return fixed("Corefile", text) !== text;
    } catch {
      return false;
    }
  });

  it("many have one", () => expect(offered.length).toBeGreaterThan(40));

  it.each(offered)("what is offered mends its lines: %s", (_, text) => {
    const edits = findEdits("Corefile", text, readCorefileInput("Corefile", text));
    const after = profile("Corefile", applyEdits(text, edits));
    const lines = new Set(edits.map(({ at }) => at.line));
    const left = failing(after).flatMap(({ a, aaaa }) =>
      [a, aaaa].filter(({ kind, at }) => DENIALS.has(kind) && at !== undefined && lines.has(at.line)),
    );
    expect(left).toEqual([]);
    const refused = (cluster: ClusterProfile) =>
      cluster.faults.filter(({ kind }) => kind === "corefile-refused");
    expect(refused(after).length).toBeLessThanOrEqual(refused(profile("Corefile", text)).length);
  });
});
