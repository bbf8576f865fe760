import { describe, expect, it } from "vitest";
import { exitCode } from "../../src/judge/exit-code.ts";
import type { DiagnosticCode } from "../../src/model/diagnostic-codes.ts";
import type { Report } from "../../src/model/report.ts";
import { cluster, image, onMusl, report } from "../support/profiles.ts";

const affected = report([image(onMusl("1.2.2"))], cluster("NXDOMAIN"));
const slow = report([image(onMusl("1.1.24"))], cluster("SERVFAIL"));
const unknown = report([image(onMusl("1.2.2"))], cluster("unknown"));
const clean = report([image(onMusl("1.2.2"))], cluster("NODATA"));
const at = { file: "a.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };
const inRepository = (of: Report): Report => ({
  ...of,
  judgements: of.judgements.map((one) => ({ ...one, workload: one.workload && { ...one.workload, at } })),
});
const marked = (of: Report, status: "new" | "existing"): Report => ({
  ...of,
  judgements: of.judgements.map((one) => ({ ...one, status })),
});

const noCluster = cluster("unknown", "unknown", { basis: "nothing" });
const withTold = (weight: "gap" | "notice", code: DiagnosticCode = "not-followed") => ({
  ...clean,
  diagnostics: [{ code, message: "m", hint: "h", weight }] as const,
});

describe("exitCode", () => {
  it.each([
    ["affected", affected, "error", false, 1],
    ["affected, never", affected, "never", false, 0],
    ["slow, error", slow, "error", false, 0],
    ["slow, warning", slow, "warning", false, 1],
    ["unknown", unknown, "note", false, 0],
    ["unknown, asked for", unknown, "error", true, 3],
    ["clean", clean, "note", true, 0],
    ["no image read, and none that matters", { ...inRepository(clean), images: [] }, "error", true, 0],
    ["no image read of those that were named", { ...clean, images: [] }, "error", false, 3],
    ["unknown before", marked(unknown, "existing"), "error", true, 0],
    ["newly unknown", marked(unknown, "new"), "error", true, 3],
    ["a gap, and nothing unknown", withTold("gap"), "error", false, 0],
    ["a gap, asked for", withTold("gap"), "error", true, 3],
    ["an image not read that does not matter", withTold("gap", "image-unreadable"), "error", true, 0],
    ["a notice, asked for", withTold("notice"), "error", true, 0],
    [
      "a gap beside what is found",
      { ...affected, diagnostics: withTold("gap").diagnostics },
      "error",
      true,
      1,
    ],
    ["nothing in sight", report([], noCluster), "never", false, 3],
    ["nothing in sight, before either", { ...report([], noCluster), fixed: [] }, "error", false, 0],
    ["a cluster alone", report([], cluster("NODATA", "NODATA", { at })), "error", false, 0],
    ["a version that was said", report([], cluster("NODATA")), "error", false, 3],
    [
      "nothing in sight, at a target either",
      {
        ...report([], noCluster),
        fixed: [],
        targets: [{ to: "alpine=3.24", breaks: [], heals: [], unknown: [] }],
      },
      "error",
      false,
      3,
    ],
    ["no image read at all", { ...unknown, images: [] }, "error", false, 3],
  ] as const)("%s", (_, of, failOn, failOnUnknown, code) => {
    expect(exitCode(of, failOn, failOnUnknown)).toBe(code);
  });
});
