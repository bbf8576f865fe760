/** The report as JUnit XML, as CI servers read it. Must let nothing unknown pass, and hold no byte that XML 1.0 forbids. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { type Place, placeText } from "../model/place.ts";
import type { Judgement, Level, Report } from "../model/report.ts";
import { isLoud } from "../judge/exit-code.ts";
import { shown, subjectOf } from "./arrange.ts";
import { eachOnce } from "./causes.ts";
import { printable, sentence } from "./text.ts";

/** How a case ended; viewers show what is skipped as neither passed nor failed. */
interface Case {
  readonly name: string;
  readonly rule: string;
  readonly at?: Place;
  readonly end?: { readonly element: "failure" | "skipped"; readonly type: string; readonly message: string };
  /** What stands in the element, by line. */
  readonly lines: readonly string[];
}

/**
 * Renders a suite for each cluster with a case for each container and rule: a finding of `failOn` or louder is a failure; a
 * quieter one, and what is not known, waived or was there before is skipped. What could not be read stands in a suite of its own. Ends with a line break.
 */
export function renderJunit(report: Report, failOn: Level | "never" = "error"): string {
  const byCluster = groupBy(shown(report), ({ cluster }) => String(cluster));
  const suites = [...byCluster.values()].map((group) => {
    const name = report.clusters[(group[0] as Judgement).cluster]?.name ?? "no cluster";
    return { name, cases: group.map((judgement) => caseOf(report, judgement, failOn)) };
  });
  const told = [report, ...report.clusters].flatMap(({ diagnostics }) => diagnostics);
  const gaps = eachOnce(told.filter(({ weight }) => weight === "gap"));
  if (gaps.length > 0) suites.push({ name: "What could not be known", cases: gaps.map(gapCase) });
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="muslgate" ${numbers(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escaped(name)}" ${numbers(cases)}>`,
      ...cases.flatMap(caseText),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(report: Report, judgement: Judgement, failOn: Level | "never"): Case {
  const { verdict, waived, status, workload } = judgement;
  const preferred = verdict.remedies.find((remedy) => remedy.preferred);
  const at = verdict.at ?? workload?.at;
  const named = { name: subjectOf(report, judgement), rule: verdict.ruleId, at };
  const lines = [
    ...(at === undefined ? [] : [placeText(at)]),
    ...(preferred === undefined ? [] : [`What to do: ${preferred.title}.`]),
  ];
  if (verdict.outcome === "not-affected") return { ...named, lines: [] };
  const skipped = (type: string, message: string): Case => ({
    ...named,
    lines,
    end: { element: "skipped", type, message },
  });
  if (waived !== undefined)
    return skipped("waived", `Waived until ${waived.expires} (${waived.reason}): ${verdict.summary}`);
  if (status === "existing") return skipped("existing", `Known before: ${verdict.summary}`);
  if (verdict.outcome === "unknown") return skipped("unknown", verdict.summary);
  if (!isLoud(verdict, failOn)) return skipped(verdict.level, verdict.summary);
  return { ...named, lines, end: { element: "failure", type: verdict.level, message: verdict.summary } };
}

function gapCase({ code, message, hint, subject, at }: Diagnostic): Case {
  return {
    name: subject ?? (at === undefined ? message : placeText(at)),
    rule: code,
    at,
    end: { element: "skipped", type: "unknown", message: sentence(message) },
    lines: [hint],
  };
}

function numbers(cases: readonly Case[]): string {
  const ended = (element: "failure" | "skipped") =>
    cases.filter(({ end }) => end?.element === element).length;
  return `tests="${cases.length}" failures="${ended("failure")}" errors="0" skipped="${ended("skipped")}"`;
}

function caseText({ name, rule, at, end, lines }: Case): readonly string[] {
  const where = at === undefined ? "" : ` file="${escaped(at.file)}" line="${at.line}"`;
  const head = `    <testcase classname="muslgate.${escaped(rule)}" name="${escaped(name)}"${where}`;
  if (end === undefined) return [`${head} />`];
  const { element, type, message } = end;
  return [
    `${head}>`,
    `      <${element} type="${escaped(type)}" message="${escaped(message)}">`,
    ...lines.map((line) => `        ${escaped(line)}`),
    `      </${element}>`,
    "    </testcase>",
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text on one line for an attribute or an element: `printable` leaves no character that XML 1.0 does not know. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (c) => ENTITIES[c] as string);
}
