import { expect, it } from "vitest";
import type { Judgement, Report, Verdict } from "../../src/model/report.ts";
import { annotationsOf } from "../../src/report/annotations.ts";
import { containers, findingGroups, shown } from "../../src/report/arrange.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";

const note = (line: number): Verdict => ({
  ruleId: "resolver-option-ignored",
  outcome: "affected",
  level: "note",
  confidence: "measured",
  summary: `The setting of line ${line} has no effect.`,
  names: { internal: "resolves", external: "resolves" },
  evidence: [],
  remedies: [],
  at: { file: "a.yaml", line, column: 1, endLine: line, endColumn: 9 },
  related: [],
});
const on = (name: string, verdict: Verdict): Judgement => ({
  workload: workload(name),
  image: 0,
  cluster: 0,
  verdict,
});
const report = (...judgements: Judgement[]): Report => ({
  images: [image(onMusl("1.2.5"))],
  clusters: [cluster("NODATA")],
  judgements,
  diagnostics: [],
});

it("are one line for all containers, wherever they stand, and no annotation", () => {
  const all = report(...[1, 2, 3].map((line) => on(`c${line}`, note(line))));
  expect(findingGroups(shown(all)).map((group) => group.length)).toEqual([3]);
  expect(annotationsOf(all)).toEqual({ shown: [], left: 0 });
});

it("do not hide that something is not known", () => {
  const unknown: Verdict = { ...note(1), ruleId: "musl-paired-lookup", outcome: "unknown", level: "warning" };
  const [one] = containers(report(on("c", note(1)), on("c", unknown)));
  expect(one?.worst.verdict.outcome).toBe("unknown");
});
