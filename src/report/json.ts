/** The report for programs. Its form is docs/report.schema.json and has a version. Must add nothing to the report. */
import type { Judgement, Report } from "../model/report.ts";
import { counts } from "./arrange.ts";

/** Raised in its first part when a field goes or changes its meaning, in its second when one is added. */
export const JSON_VERSION = "2.0";

/** Renders the report; ends with a line break. */
export function renderJson(report: Report): string {
  const judgements = report.judgements.map(withoutSurroundings);
  return jsonText({ version: JSON_VERSION, summary: counts(report), ...report, judgements });
}

/** Any document as JSON with a line break; invisible characters are escaped too, for terminals and editors that show it. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, escapeUnits)}\n`;
}

/** Values of variables and build arguments may be secrets, and so may be what names are read from. */
function withoutSurroundings(judgement: Judgement): Judgement {
  if (judgement.workload === undefined) return judgement;
  const { surroundings: _, build: __, names: ___, pod: ____, ...workload } = judgement.workload;
  return { ...judgement, workload };
}

function escapeUnits(text: string): string {
  return Array.from(
    { length: text.length },
    (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}
