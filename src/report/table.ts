/** The report for people at a terminal: one screen that says what breaks, where, why and what to do. Must be pure. */
import {
  counted,
  type Judgement,
  type Outcome,
  OUTCOMES,
  type Remedy,
  type Report,
} from "../model/report.ts";
import Table from "cli-table3";
import pc from "picocolors";
import type { Diagnostic } from "../model/diagnostic.ts";
import { placeText } from "../model/place.ts";
import { findingGroups, firstOf, rows, shown, subjectOf } from "./arrange.ts";
import { printable, printableLines, sentence } from "./text.ts";
import {
  allDiagnostics,
  countWords,
  distributionWords,
  levelWords,
  OUTCOME_WORDS,
  othersWords,
  resolverWords,
  rowName,
  rowNames,
  statusWords,
  waivedLines,
} from "./words.ts";

/** What the terminal can do. */
export interface TerminalStyle {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
  /** Leaves no row and no finding out. */
  readonly whole?: boolean;
}

const MARKS: Readonly<Record<Outcome, string>> = { affected: "✗", unknown: "?", "not-affected": "✓" };

/** Rows and findings that are shown; the rest is counted. */
const MOST_ROWS = 40;
const MOST_FINDINGS = 20;
const MOST_LINES = 10;

/** Renders the report; ends with a line break. */
export function renderTable(report: Report, style: TerminalStyle): string {
  const colours = pc.createColors(style.colour);
  const paint: Readonly<Record<Outcome, (text: string) => string>> = {
    affected: colours.red,
    unknown: colours.yellow,
    "not-affected": colours.green,
  };
  const width = Math.max(60, Math.min(style.width, 140));
  const judgements = shown(report);
  const parts: string[] = [];
  if (rows(report).length > 0) {
    parts.push(overview(report, style.whole ? Number.POSITIVE_INFINITY : MOST_ROWS, width, paint, colours));
  }
  const { first, more } = firstOf(
    findingGroups(judgements),
    style.whole ? Number.POSITIVE_INFINITY : MOST_FINDINGS,
  );
  for (const group of first) parts.push(explanation(report, group, width, paint, colours));
  if (more > 0)
    parts.push(`${more} more findings: --verbose shows them, and so does the JSON report (--json-file).`);
  const remedies = judgements.filter(counted).flatMap(({ verdict }) => verdict.remedies);
  if (remedies.length > 0) parts.push(whatToDo(distinct(remedies), width, colours));
  parts.push(...section("Waived", waivedLines(report), width, colours));
  parts.push(...section("No longer so", report.fixed ?? [], width, colours));
  const diagnostics = allDiagnostics(report);
  if (diagnostics.length > 0) parts.push(notes(diagnostics, width, colours));
  parts.push(lastLine(report, paint));
  return `${parts.join("\n\n")}\n`;
}

/** A titled list, of which only the first lines are shown; nothing where it is empty. */
function section(title: string, lines: readonly string[], width: number, colours: Colours): string[] {
  const { first, more } = firstOf(lines, MOST_LINES);
  const rest = more === 0 ? [] : [`and ${more} more`];
  if (first.length === 0) return [];
  return [
    [colours.bold(title), ...[...first, ...rest].map((line) => wrap("- ", printable(line), width))].join(
      "\n",
    ),
  ];
}

type Colours = ReturnType<typeof pc.createColors>;

function overview(
  report: Report,
  most: number,
  width: number,
  paint: Readonly<Record<Outcome, (text: string) => string>>,
  colours: Colours,
): string {
  // One cluster needs no column: it stands above.
  const several = report.clusters.length > 1;
  const { first, more: left } = firstOf(rows(report), most);
  const cells = first.map((row) => {
    const judgement = row[0] as Judgement;
    const { verdict, image, cluster } = judgement;
    const profile = image === undefined ? undefined : report.images[image];
    const resolver = [resolverWords(profile), distributionWords(profile)].filter(Boolean).join(", ");
    return {
      verdict: verdictWords(verdict.outcome),
      image: printable(rowName(row)),
      resolver: printable(resolver),
      rest: [
        ...(several ? [printable(report.clusters[cluster]?.name ?? "")] : []),
        [rowNames(judgement), statusWords(judgement)].filter(Boolean).join(", "),
      ],
    };
  });
  // Images that were named are called by their names, containers of a repository by theirs.
  const what = report.judgements.some(({ workload }) => workload?.at !== undefined) ? "CONTAINER" : "IMAGE";
  const more = [...(several ? ["CLUSTER"] : []), "NAMES"];
  const beside = [
    ["", what, "RESOLVES WITH", ...more],
    ...cells.map(({ verdict, image, resolver, rest }) => [verdict, image, resolver, ...rest]),
  ];
  const below = [
    ["", what, ...more],
    ...cells.map(({ verdict, image, resolver, rest }) => [verdict, `${image}\n${resolver}`, ...rest]),
  ];
  const fits = naturalWidths(beside).reduce((sum, one) => sum + one, 0) <= width;
  const [head, ...body] = fits ? beside : below;
  const table = new Table({
    head: head ?? [],
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    colWidths: columnWidths(fits ? beside : below, width),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...body);
  // Painted when all is laid out: the layout would count and cut the colours' own characters.
  const lines = table
    .toString()
    .split("\n")
    .map((line, i) => {
      const trimmed = line.trimEnd();
      const outcome = OUTCOMES.find((one) => trimmed.startsWith(verdictWords(one)));
      if (outcome === undefined) return i === 0 ? colours.dim(trimmed) : trimmed;
      const words = verdictWords(outcome);
      return paint[outcome](words) + trimmed.slice(words.length);
    });
  const only = several ? undefined : report.clusters[0]?.name;
  return [
    ...(only === undefined ? [] : [`On ${printable(only)}`, ""]),
    ...lines,
    ...(left === 0 ? [] : [colours.dim(`and ${left} more rows (--verbose)`)]),
  ].join("\n");
}

function verdictWords(outcome: Outcome): string {
  return `${MARKS[outcome]} ${OUTCOME_WORDS[outcome]}`;
}

const NO_LINES = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
  ].map((name) => [name, ""]),
);

/** As wide as the longest line of each column, and a gap. */
function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const longest = (cell: string) => Math.max(...cell.split("\n").map((line) => line.length));
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => longest(row[column] ?? ""))) + 2);
}

/** As wide as the content where that fits; else the wide columns give way, each in proportion. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const natural = naturalWidths(rows);
  const excess = natural.reduce((sum, one) => sum + one, 0) - width;
  if (excess <= 0) return natural;
  const flexible = natural.map((one) => Math.max(0, one - 16));
  const room = flexible.reduce((sum, one) => sum + one, 0);
  return natural.map(
    (one, i) => one - Math.ceil(((flexible[i] ?? 0) * Math.min(excess, room)) / Math.max(room, 1)),
  );
}

function explanation(
  report: Report,
  group: readonly Judgement[],
  width: number,
  paint: Readonly<Record<Outcome, (text: string) => string>>,
  colours: Colours,
): string {
  const { verdict } = group[0] as Judgement;
  const mark = paint[verdict.outcome](MARKS[verdict.outcome]);
  const lines = [wrap(`${mark} `, printable(levelWords(verdict) + verdict.summary), width)];
  const others = new Set(group.slice(1).map((one) => printable(subjectOf(report, one))));
  if (others.size > 0) lines.push(wrap("  ", othersWords(verdict.outcome, [...others]), width));
  if (verdict.at !== undefined) lines.push(detail("at", placeText(verdict.at), width, colours));
  for (const { text, confidence, source } of verdict.evidence) {
    lines.push(detail(confidence, `${text} (${source})`, width, colours));
  }
  return lines.join("\n");
}

function detail(label: string, text: string, width: number, colours: Colours): string {
  return wrap(`  ${colours.dim(label.padEnd(11))} `, printable(text), width);
}

function whatToDo(remedies: readonly Remedy[], width: number, colours: Colours): string {
  const lines = [colours.bold("What to do")];
  for (const [i, { title, cost, snippet }] of remedies.entries()) {
    lines.push(wrap(`${i + 1}. `, printable(title), width));
    lines.push(colours.dim(wrap("   ", printable(cost), width)));
    if (snippet !== undefined && i === 0) {
      lines.push(printableLines(snippet.text).replace(/^/gm, "     "));
    }
  }
  return lines.join("\n");
}

function notes(diagnostics: readonly Diagnostic[], width: number, colours: Colours): string {
  const lines = [colours.bold("Worth knowing")];
  for (const { message, hint, at, weight } of diagnostics) {
    const where = at === undefined ? "" : `${placeText(at)}: `;
    lines.push(
      wrap(weight === "gap" ? "! " : "- ", printable(`${where}${sentence(message)} ${hint}`), width),
    );
  }
  return lines.join("\n");
}

function lastLine(report: Report, paint: Readonly<Record<Outcome, (text: string) => string>>): string {
  const parts = countWords(report).map(({ outcome, text }) => paint[outcome](text));
  if (parts.length > 0) return parts.join(" · ");
  return report.judgements.length === 0 ? "Nothing was judged." : "Nothing new.";
}

function distinct(remedies: readonly Remedy[]): Remedy[] {
  return [...new Map(remedies.map((remedy) => [remedy.title, remedy])).values()];
}

/** Breaks at blanks; following lines are indented as far as the start is wide. */
function wrap(start: string, text: string, width: number, indent = visibleLength(start)): string {
  const lines: string[] = [];
  let line = start;
  let length = visibleLength(start);
  let empty = true;
  for (const word of text.split(" ")) {
    const wordLength = visibleLength(word);
    if (!empty && length + 1 + wordLength > width) {
      lines.push(line);
      line = " ".repeat(indent) + word;
      length = indent + wordLength;
    } else {
      line += empty ? word : ` ${word}`;
      length += wordLength + (empty ? 0 : 1);
    }
    empty = false;
  }
  return [...lines, line].join("\n");
}

function visibleLength(text: string): number {
  return text.replace(/\u001b\[[0-9;]*m/g, "").length;
}
