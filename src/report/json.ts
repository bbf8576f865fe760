/** The report for programs. Its form is docs/report.schema.json and has a version. Must add nothing to the report. */
import type { Judgement, Report } from "../model/report.ts";
import { counts } from "./arrange.ts";

/** Raised in its first part when a field goes or changes its meaning, in its second when one is added. */
export const JSON_VERSION = "2.1";

/** Renders the report; ends with a line break. */
export function renderJson(report: Report): string {
  return [...jsonParts(report)].join("");
}

/** The same text in parts, for a report that is too large to be held as one. */
export function* jsonParts(report: Report): Generator<string> {
  const whole = { version: JSON_VERSION, summary: counts(report), ...report };
  let start = "{\n";
  for (const [name, value] of Object.entries(whole)) {
    if (value === undefined) continue;
    yield `${start}  "${name}": `;
    start = ",\n";
    if (name === "judgements" && report.judgements.length > 0)
      yield* items(report.judgements, withoutSurroundings);
    else if (Array.isArray(value) && value.length > 0) yield* items(value, (one: unknown) => one);
    else yield indented(value, "  ");
  }
  yield "\n}\n";
}

/** Each is made what it is told as when its turn comes, so that there is no second list of them. */
function* items<T>(all: readonly T[], told: (one: T) => unknown): Generator<string> {
  let start = "[\n";
  for (const one of all) {
    yield `${start}    ${indented(told(one), "    ")}`;
    start = ",\n";
  }
  yield "\n  ]";
}

/** Breaks of lines stand between values alone: those in texts are escaped. */
function indented(value: unknown, by: string): string {
  return visible(JSON.stringify(value, null, 2)).replaceAll("\n", `\n${by}`);
}

/** Any document as JSON with a line break; invisible characters are escaped too, for terminals and editors that show it. */
export function jsonText(document: unknown): string {
  return `${visible(JSON.stringify(document, null, 2))}\n`;
}

/** Values of variables and build arguments may be secrets, and so may be what names are read from. */
function withoutSurroundings(judgement: Judgement): Judgement {
  if (judgement.workload === undefined) return judgement;
  const { surroundings: _, build: __, names: ___, pod: ____, ...workload } = judgement.workload;
  return { ...judgement, workload };
}

function visible(json: string): string {
  return json.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, escapeUnits);
}

function escapeUnits(text: string): string {
  return Array.from(
    { length: text.length },
    (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}
