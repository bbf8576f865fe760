/** The report for people at a terminal: one screen that says what breaks, where, why and what to do. Must be pure. */
import pc from "picocolors";
import { columnsOf } from "./columns.ts";
import { placeText } from "../model/place.ts";
import { groupBy } from "../model/group-by.ts";
import { withContext } from "../text/diff.ts";
import type { Report } from "../model/report.ts";
import {
  columns,
  type Finding,
  findingGroups,
  firstOf,
  type Row,
  rows,
  type Standing,
  standingOf,
  standingOfRow,
  waysOut,
} from "./arrange.ts";
import { goneTitle, sides } from "./beside-words.ts";
import { type Cause, beforeWords, noteCauses, unknownCauses } from "./causes.ts";
import { hanging, inColumns, lines } from "./layout.ts";
import { targetLines, targetTitle } from "./target-words.ts";
import { printable, printableLines } from "./text.ts";
import {
  causeWords,
  cellWords,
  clusterWords,
  countWords,
  fewOf,
  forWords,
  imageWords,
  nothingWords,
  ruleWords,
  STANDING_WORDS,
  shortDigests,
  startWords,
  waivedLines,
  whoWords,
} from "./words.ts";

/** What the terminal can do. */
export interface TerminalStyle {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
  /** Leaves no row and no finding out. */
  readonly whole?: boolean;
  /** Whoever reads it writes flags, and can ask for the whole. */
  readonly flags?: boolean;
}

const MARKS: Readonly<Record<Standing, string>> = {
  affected: "✗",
  unknown: "?",
  note: "·",
  "not-affected": "✓",
};

/** Rows of containers that are hit; the rest is counted. */
const MOST_ROWS = 40;
/** Rows in all up to which those that are not hit are shown too. */
const FEW_ROWS = 12;
const MOST_FINDINGS = 20;
/** Columns of sentences; the table of containers takes more where there are more. */
const MOST_WIDTH = 120;
const MOST_LINES = 10;
/** The least width that a cluster's name is broken to, and the most that cells keep where there is little room. */
const MIN_COLUMN = 12;
const MOST_CELL = 24;
/** Names of a folded list. */
const MOST_NAMES = 4;
/** Lines of a patch, and lines around its changes; the JSON report has it whole. */
const MOST_DIFF = 30;
const CONTEXT = 1;

/** What every part is drawn with. */
interface Pen extends TerminalStyle {
  /** Columns of the table of containers. */
  readonly room: number;
  readonly colours: ReturnType<typeof pc.createColors>;
  readonly paint: Readonly<Record<Standing, (text: string) => string>>;
}

/** Renders the report; ends with a line break. */
export function renderTable(report: Report, style: TerminalStyle): string {
  const colours = pc.createColors(style.colour);
  const paint = {
    affected: colours.red,
    unknown: colours.yellow,
    note: colours.cyan,
    "not-affected": colours.green,
  };
  const pen: Pen = {
    ...style,
    room: Math.min(style.width, 200),
    width: Math.min(style.width, MOST_WIDTH),
    colours,
    paint,
  };
  const found = findingGroups(report);
  const { first, more } = firstOf(found, style.whole ? Number.POSITIVE_INFINITY : MOST_FINDINGS);
  const left = `${more} more causes: ${wholeWords(pen)}.`;
  const parts = [
    ...overview(report, pen),
    ...first.map((group) => finding(report, group, pen)),
    ...(more > 0 ? [hanging("", left, pen.width)] : []),
    ...whatToDo(report, pen),
    ...list(targetTitle(report), targetLines(report), { ...pen, whole: true }),
    ...list("Waived", waivedLines(report), pen),
    ...list(goneTitle(report), report.fixed ?? [], pen),
    ...sides(report).flatMap(({ title, lines: all }) => list(title, all, pen)),
    ...causes("Not known", unknownCauses(report), pen),
    ...causes("Worth knowing", noteCauses(report, pen.whole), pen),
    ...known(report, pen),
    lastLine(report, pen),
  ];
  return `${parts.join("\n\n")}\n`;
}

function overview(report: Report, pen: Pen): string[] {
  const all = rows(report);
  if (all.length === 0) return [];
  const { whole = false, width, colours } = pen;
  // Where no cluster is known the image's own answer is the result.
  const hit = all.filter(
    ([one]) => standingOfRow(one) === "affected" || one.worst.verdict.onDenial !== undefined,
  );
  const told = whole || all.length <= FEW_ROWS ? all : hit;
  // What is not known stands below, and how many there are of each in the last line.
  if (told.length === 0) return [];
  const { first, more } = firstOf(told, whole ? Number.POSITIVE_INFINITY : MOST_ROWS);
  const groups = columns(report, all);
  const heads = groups.map((clusters) =>
    fewOf(
      clusters.map((one) => clusterWords(report, one)),
      3,
    ),
  );
  const only = groups.length === 1 ? heads[0] : undefined;
  const left = [
    ...(more > 0 ? [`${more} more`] : []),
    ...(["unknown", "note", "not-affected"] as const).flatMap((standing) => {
      const rest = all.filter((row) => !told.includes(row) && standingOfRow(row[0]) === standing);
      const words = standing === "note" ? "at level note" : STANDING_WORDS[standing];
      return rest.length === 0 ? [] : [`${rest.length} ${words}`];
    }),
  ];
  return [
    [
      ...(only === undefined ? [] : [...lines(`On ${printable(only)}`, width), ""]),
      ...grid(report, first, groups, only === undefined ? heads : ["NAMES"], { ...pen, width: pen.room }),
      ...(left.length === 0
        ? []
        : hanging("", `and images that are not shown: ${left.join(", ")} (${wholeWords(pen)})`, width)
            .split("\n")
            .map(colours.dim)),
    ].join("\n"),
  ];
}

/** The widest of three ways that fits: all beside each other, who and what below the image, one thing a line. */
function grid(
  report: Report,
  all: readonly Row[],
  groups: readonly (readonly [number, ...number[]])[],
  heads: readonly string[],
  pen: Pen,
): readonly string[] {
  const { width, colours } = pen;
  const made = all.map((row) => ({
    standing: standingOfRow(row[0]),
    image: printable(pen.whole ? imageWords(row) : shortDigests(imageWords(row))),
    who: printable(whoWords(row)),
    starts: printable(startWords(report, row)),
    cells: groups.map(([cluster]) => printable(cellWords(row[0], cluster))),
  }));
  const named = made.some(({ who }) => who !== "");
  const titles = heads.map(printable);
  const wide = [
    ["", "IMAGE", ...(named ? ["CONTAINER"] : []), "RESOLVES WITH", ...titles],
    ...made.map(({ standing, image, who, starts, cells }) => [
      verdictWords(standing),
      image,
      ...(named ? [who] : []),
      starts,
      ...cells,
    ]),
  ];
  const below = (indent: (text: string) => string, fit: (cell: string, column: number) => string) => [
    ["", named ? "IMAGE, CONTAINER" : "IMAGE", ...titles.map(fit)],
    ...made.map(({ standing, image, who, starts, cells }) => [
      verdictWords(standing),
      [image, who, starts].filter(Boolean).map(indent).join("\n"),
      ...cells.map(fit),
    ]),
  ];
  // A cluster is called by its file: its name may be broken to what stands below it, and many words there to a few.
  const narrow = titles.map((_, i) => {
    const longest = Math.max(MIN_COLUMN, ...made.map(({ cells }) => columnsOf(cells[i] ?? "")));
    return Math.min(longest, MOST_CELL);
  });
  const broken = (cell: string, column: number) => lines(cell, narrow[column] ?? MOST_CELL).join("\n");
  const whole = (text: string) => text;
  const fitting =
    inColumns(wide, width) ??
    inColumns(below(whole, whole), width) ??
    folded((fold) => below(fold, broken), width);
  if (fitting !== undefined) {
    const [head = [], ...body] = fitting;
    return [
      ...head.map((line) => colours.dim(line)),
      ...body.flatMap((block, i) => painted(block, made[i]?.standing ?? "unknown", pen)),
    ];
  }
  return made.flatMap(({ standing, image, who, starts, cells }) => {
    const said = groupBy(cells.keys(), (i) => cells[i] ?? "");
    const told = [...said].map(([cell, on]) =>
      said.size === 1 || cell === "" ? cell : `${on.map((i) => titles[i]).join(", ")}: ${cell}`,
    );
    const block = [verdictWords(standing), ...[image, who, starts, ...told].filter(Boolean)];
    const text = block.map((line, i) => (i === 0 ? line : hanging("  ", line, width)));
    return painted(text, standing, pen);
  });
}

/** The columns with the images broken to the width that the others leave, where that is a readable one. */
function folded(
  below: (fold: (text: string) => string) => readonly (readonly string[])[],
  width: number,
): readonly (readonly string[])[] | undefined {
  for (let room = width; room >= 28; room -= 4) {
    const fit = inColumns(
      below((text) => hanging("", text, room).replace(/\n/g, "\n  ")),
      width,
    );
    if (fit !== undefined) return fit;
  }
  return undefined;
}

function verdictWords(standing: Standing): string {
  return `${MARKS[standing]} ${STANDING_WORDS[standing]}`;
}

/** Painted when all is laid out: the layout would count the colours' own characters. */
function painted(block: readonly string[], standing: Standing, { paint }: Pen): readonly string[] {
  const words = verdictWords(standing);
  return block.map((line, i) => (i === 0 ? paint[standing](words) + line.slice(words.length) : line));
}

function finding(report: Report, cause: Finding, pen: Pen): string {
  const [first] = cause.hit;
  const { verdict } = first;
  const { width, colours, paint } = pen;
  const detail = (label: string, text: string) =>
    hanging(`  ${colours.dim(label.padEnd(10))} `, printable(text), width);
  const places = [
    ...new Set(cause.hit.flatMap((one) => (one.verdict.at === undefined ? [] : [placeText(one.verdict.at)]))),
  ];
  return [
    hanging(
      `${paint[standingOf(first)](MARKS[standingOf(first)])} `,
      printable(causeWords(report, cause)),
      width,
    ),
    places.length === 0
      ? detail("rule", ruleWords(verdict))
      : detail("at", `${fewOf(places, 4)} (${ruleWords(verdict)})`),
    ...verdict.evidence.map(({ text, confidence, source }) => detail(confidence, `${text} (${source})`)),
  ].join("\n");
}

/** Where all is that is left out here. */
function wholeWords({ flags = false }: TerminalStyle): string {
  return flags ? "--verbose shows all" : "the JSON report has all";
}

function whatToDo(report: Report, { width, colours }: Pen): string[] {
  const { patches, remedies } = waysOut(report);
  if (patches.length + remedies.length === 0) return [];
  const out = [colours.bold("What to do")];
  for (const [i, { file, because, diff, rules }] of patches.entries()) {
    out.push(hanging(`${i + 1}. `, printable(`Change ${file}: ${because}${forWords(rules)}`), width));
    const { first, more } = firstOf(withContext(diff, CONTEXT).replace(/\n$/, "").split("\n"), MOST_DIFF);
    const rest = more === 0 ? [] : [`… and ${more} more lines in the JSON report`];
    out.push(printableLines([...first, ...rest].join("\n")).replace(/^/gm, "     "));
  }
  for (const [i, { title, cost, snippet, rules }] of remedies.entries()) {
    out.push(hanging(`${patches.length + i + 1}. `, printable(`${title}${forWords(rules)}`), width));
    out.push(hanging("   ", printable(cost), width).split("\n").map(colours.dim).join("\n"));
    if (snippet !== undefined && i === 0 && patches.length === 0) {
      out.push(printableLines(snippet.text).replace(/^/gm, "     "));
    }
  }
  return [out.join("\n")];
}

/** A titled list, of which only the first lines are shown; nothing where it is empty. */
function list(title: string, all: readonly string[], { width, colours, whole = false }: Pen): string[] {
  if (all.length === 0) return [];
  const { first, more } = firstOf(all, whole ? Number.POSITIVE_INFINITY : MOST_LINES);
  const rest = more === 0 ? [] : [`and ${more} more`];
  return [
    [colours.bold(title), ...[...first, ...rest].map((line) => hanging("- ", printable(line), width))].join(
      "\n",
    ),
  ];
}

function causes(title: string, all: readonly Cause[], { width, colours, whole = false }: Pen): string[] {
  if (all.length === 0) return [];
  const out = all.flatMap(({ text, hint, list: names, gap }) => {
    const few = fewOf(names, whole ? Number.POSITIVE_INFINITY : MOST_NAMES);
    return [
      hanging(gap ? "! " : "- ", printable(`${text} ${hint}`.trim()), width),
      ...(few === "" ? [] : [colours.dim(hanging("  ", printable(few), width))]),
    ];
  });
  return [[colours.bold(title), ...out].join("\n")];
}

/** How much of what is worth knowing was so before the change that is looked at. */
function known(report: Report, pen: Pen): string[] {
  const words = pen.whole ? "" : beforeWords(report);
  return words === "" ? [] : [pen.colours.dim(hanging("", `${words} (${wholeWords(pen)})`, pen.width))];
}

function lastLine(report: Report, { paint }: Pen): string {
  const parts = countWords(report).map(({ standing, text }) => paint[standing](text));
  if (parts.length > 0) return parts.join(" · ");
  const nothing = `${nothingWords(report)}.`;
  return report.judgements.length === 0 ? paint.unknown(nothing) : nothing;
}
