/** The report for people at a terminal: one screen that says what breaks, where, why and what to do. Must be pure. */
import Table from "cli-table3";
import pc from "picocolors";
import type { Diagnostic } from "../model/diagnostic.ts";
import { placeText } from "../model/place.ts";
import type { Judgement, Outcome, Remedy, Report } from "../model/report.ts";
import { printable, printableLines, sentence } from "./text.ts";
import {
  allDiagnostics,
  distributionWords,
  namesWords,
  OUTCOME_WORDS,
  outcomeCounts,
  resolverWords,
  statusWords,
} from "./words.ts";

/** What the terminal can do. */
export interface TerminalStyle {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
}

const MARKS: Readonly<Record<Outcome, string>> = { affected: "✗", unknown: "?", "not-affected": "✓" };
const ORDER: readonly Outcome[] = ["affected", "unknown", "not-affected"];

/** Renders the report; ends with a line break. */
export function renderTable(report: Report, style: TerminalStyle): string {
  const colours = pc.createColors(style.colour);
  const paint: Readonly<Record<Outcome, (text: string) => string>> = {
    affected: colours.red,
    unknown: colours.yellow,
    "not-affected": colours.green,
  };
  const width = Math.max(60, Math.min(style.width, 140));
  const judgements = report.judgements.toSorted(
    (a, b) => ORDER.indexOf(a.verdict.outcome) - ORDER.indexOf(b.verdict.outcome),
  );
  const parts = [overview(report, judgements, width, paint, colours)];
  for (const group of grouped(judgements)) {
    const { verdict } = group[0] as Judgement;
    if (verdict.outcome === "not-affected") continue;
    parts.push(explanation(group, width, paint[verdict.outcome], colours));
  }
  const remedies = judgements.flatMap(({ verdict }) => verdict.remedies);
  if (remedies.length > 0) parts.push(whatToDo(distinct(remedies), width, colours));
  const fixed = report.fixed ?? [];
  if (fixed.length > 0) {
    const lines = fixed.map((summary) => wrap("- ", printable(summary), width));
    parts.push([colours.bold("No longer so"), ...lines].join("\n"));
  }
  const diagnostics = allDiagnostics(report);
  if (diagnostics.length > 0) parts.push(notes(diagnostics, width, colours));
  parts.push(lastLine(report, paint));
  return `${parts.join("\n\n")}\n`;
}

type Colours = ReturnType<typeof pc.createColors>;

function overview(
  report: Report,
  judgements: readonly Judgement[],
  width: number,
  paint: Readonly<Record<Outcome, (text: string) => string>>,
  colours: Colours,
): string {
  // One cluster needs no column: it stands above.
  const several = report.clusters.length > 1;
  const cells = judgements.map((judgement) => {
    const { verdict, workload, image, cluster } = judgement;
    const profile = image === undefined ? undefined : report.images[image];
    const resolver = [resolverWords(profile), distributionWords(profile)].filter(Boolean).join(", ");
    return {
      verdict: verdictWords(verdict.outcome),
      image: printable(workload.name),
      resolver: printable(resolver),
      rest: [
        ...(several ? [printable(report.clusters[cluster]?.name ?? "")] : []),
        [namesWords(verdict.names), statusWords(judgement)].filter(Boolean).join(", "),
      ],
    };
  });
  const more = [...(several ? ["CLUSTER"] : []), "NAMES"];
  const beside = [
    ["", "IMAGE", "RESOLVES WITH", ...more],
    ...cells.map(({ verdict, image, resolver, rest }) => [verdict, image, resolver, ...rest]),
  ];
  const below = [
    ["", "IMAGE", ...more],
    ...cells.map(({ verdict, image, resolver, rest }) => [verdict, `${image}\n${resolver}`, ...rest]),
  ];
  const fits = naturalWidths(beside).reduce((sum, one) => sum + one, 0) <= width;
  const [head, ...rows] = fits ? beside : below;
  const table = new Table({
    head: head ?? [],
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    colWidths: columnWidths(fits ? beside : below, width),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...rows);
  // Painted when all is laid out: the layout would count and cut the colours' own characters.
  const lines = table
    .toString()
    .split("\n")
    .map((line, i) => {
      const trimmed = line.trimEnd();
      const outcome = ORDER.find((one) => trimmed.startsWith(verdictWords(one)));
      if (outcome === undefined) return i === 0 ? colours.dim(trimmed) : trimmed;
      const words = verdictWords(outcome);
      return paint[outcome](words) + trimmed.slice(words.length);
    });
  const only = several ? undefined : report.clusters[0]?.name;
  return [...(only === undefined ? [] : [`On ${printable(only)}`, ""]), ...lines].join("\n");
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

/** Judgements that say the same for the same reason stand together. */
function grouped(judgements: readonly Judgement[]): Judgement[][] {
  const groups = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    const { outcome, ruleId, at, names } = judgement.verdict;
    const key = JSON.stringify([
      outcome,
      ruleId,
      judgement.cluster,
      at,
      names,
      outcome === "unknown" ? judgement.workload.name : "",
    ]);
    groups.set(key, [...(groups.get(key) ?? []), judgement]);
  }
  return [...groups.values()];
}

function explanation(
  group: readonly Judgement[],
  width: number,
  paint: (text: string) => string,
  colours: Colours,
): string {
  const { verdict } = group[0] as Judgement;
  const lines = [wrap(`${paint(MARKS[verdict.outcome])} `, printable(verdict.summary), width)];
  if (group.length > 1)
    lines.push(
      wrap(
        "  ",
        `The same holds for ${listed(group.slice(1).map(({ workload }) => printable(workload.name)))}.`,
        width,
      ),
    );
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
  const counts = outcomeCounts(report.judgements);
  const parts = ORDER.filter((outcome) => counts[outcome] > 0).map((outcome) =>
    paint[outcome](`${counts[outcome]} ${OUTCOME_WORDS[outcome]}`),
  );
  return parts.length === 0 ? "Nothing was judged." : parts.join(" · ");
}

function distinct(remedies: readonly Remedy[]): Remedy[] {
  return [...new Map(remedies.map((remedy) => [remedy.title, remedy])).values()];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
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
