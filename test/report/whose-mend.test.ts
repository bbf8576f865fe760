import { describe, expect, it } from "vitest";
import type { Patch, Remedy, RemedyId, Report, Verdict } from "../../src/model/report.ts";
import { renderComment } from "../../src/report/comment.ts";
import { renderHtml } from "../../src/report/html.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { suggestionsOf } from "../../src/report/suggestions.ts";
import { renderTable } from "../../src/report/table.ts";
import { cluster, image, onMusl, workload } from "../support/profiles.ts";

const remedy = (id: RemedyId, title: string): Remedy => ({ id, title, cost: "It costs.", preferred: true });
const found = (ruleId: string, remedies: readonly Remedy[], more: Partial<Verdict> = {}): Verdict => ({
  ruleId,
  outcome: "affected",
  level: "error",
  confidence: "measured",
  summary: `${ruleId} is broken.`,
  names: { internal: "fails", external: "fails" },
  evidence: [],
  remedies,
  at: { file: "dns.yaml", line: 3, column: 1, endLine: 3, endColumn: 9 },
  related: [],
  ...more,
});
const reportOf = (verdicts: readonly Verdict[], patches: readonly Patch[] = []): Report => ({
  images: [image(onMusl("1.2.5"))],
  clusters: [cluster("NXDOMAIN")],
  judgements: verdicts.map((verdict) => ({ workload: workload("a:1"), image: 0, cluster: 0, verdict })),
  diagnostics: [],
  patches,
});
const wide = { colour: false, width: 120 };
const SHARED = remedy("leave-musl", "Leave musl");
const OWN = remedy("raise-ndots", "Raise ndots");
const FILLED = remedy("answer-nodata", "Answer NODATA");
const several = [found("musl-paired-lookup", [SHARED, FILLED]), found("ndots-too-low", [OWN, SHARED])];
const patch: Patch = {
  file: "dns.yaml",
  because: "it answers then",
  diff: "--- a/dns.yaml\n+++ b/dns.yaml\n@@ -3,1 +3,1 @@\n-a\n+b\n",
  remedies: ["answer-nodata"],
};

const SAID: Readonly<Record<string, (report: Report) => string>> = {
  table: (report) => renderTable(report, wide),
  summary: (report) => renderMarkdown(report),
  comment: (report) => renderComment(report) ?? "",
  page: (report) => renderHtml(report),
};

describe.each(Object.entries(SAID))("the %s", (_, render) => {
  const said = (report: Report) => render(report).replace(/<\/?(?:code|wbr)>|[`*]/g, "");

  it("says of each way out and each change whose findings it mends, where several rules find something", () => {
    const text = said(reportOf(several, [patch]));
    expect(text).toContain("Leave musl (for musl-paired-lookup, ndots-too-low)");
    expect(text).toContain("Raise ndots (for ndots-too-low)");
    expect(text).toMatch(/dns\.yaml(: it answers then)? \(for musl-paired-lookup\)/);
    for (const { ruleId } of several) expect(text).toMatch(new RegExp(`(rule +|\\()${ruleId}`));
  });

  it("does not where all findings are of one rule", () => {
    const text = said(reportOf([several[0]!, found("musl-paired-lookup", [OWN])], [patch]));
    expect(text).toContain("Raise ndots");
    expect(text).not.toContain("(for ");
  });

  it("says of a finding that it is likely no more than that", () => {
    const sure = reportOf([found("musl-paired-lookup", [SHARED])]);
    const likely = reportOf([found("musl-paired-lookup", [SHARED], { confidence: "likely" })]);
    expect(said(likely)).toContain("musl-paired-lookup, likely");
    expect(said(sure)).not.toContain("likely");
  });
});

it("shows no change that only mends what is waived or was there before, whatever is new beside it", () => {
  const made = reportOf(several, [patch]);
  const [first, second] = made.judgements;
  const waived = { reason: "goes away", expires: "2030-01-31" };
  for (const quiet of [{ waived }, { status: "existing" as const }]) {
    const old = { ...made, judgements: [{ ...first!, ...quiet }] };
    expect(renderTable(old, wide)).not.toContain("What to do");
    const both = { ...made, judgements: [{ ...first!, ...quiet }, second!] };
    expect(renderTable(both, wide)).not.toContain("Change dns.yaml");
    expect(suggestionsOf(both)).toEqual([]);
    const [alike] = reportOf([found("nginx-resolver", [FILLED])]).judgements;
    const mended = { ...both, judgements: [...both.judgements, alike!] };
    expect(renderTable(mended, wide)).toContain("1. Change dns.yaml");
    expect(suggestionsOf(mended)).toHaveLength(1);
  }
});

it("says likely in the row too, of what is well as of what is hit, and not of what is not known", () => {
  const rowOf = (more: Partial<Verdict>) =>
    renderTable(reportOf([found("x", [], more)]), wide).split("\n")[3];
  const well = { outcome: "not-affected", names: { internal: "resolves", external: "resolves" } } as const;
  expect(rowOf({ confidence: "likely" })).toMatch(/ all fail, likely$/);
  expect(rowOf({ confidence: "likely", ...well })).toMatch(/ all resolve, likely$/);
  expect(rowOf({ confidence: "documented", ...well })).toMatch(/ all resolve$/);
  expect(rowOf({ confidence: "likely", outcome: "unknown" })).not.toContain("likely");
});
