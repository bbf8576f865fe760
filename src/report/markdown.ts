/** The report as Markdown, for a job's summary. Must let nothing untrusted act as Markdown or HTML. */
import type { Report } from "../model/report.ts";
import {
  columns,
  type Finding,
  findingGroups,
  firstOf,
  isNote,
  type Row,
  rows,
  type Standing,
  STANDINGS,
  standingOf,
  standingOfRow,
  waysOut,
} from "./arrange.ts";
import { goneTitle, sides } from "./beside-words.ts";
import { beforeWords, noteCauses, unknownCauses } from "./causes.ts";
import { cellCode, causeText, folded, patchText, placeLink, remedyText, text } from "./markdown-parts.ts";
import { code, fenced, literal, MARKS, sourceText } from "./markdown-text.ts";
import { targetLines, targetTitle } from "./target-words.ts";
import { traceOf } from "./trace.ts";
import {
  causeWords,
  cellWords,
  clusterWords,
  countWords,
  fewOf,
  imageWords,
  nothingWords,
  ruleWords,
  shortDigests,
  startWords,
  waivedLines,
  whoWords,
} from "./words.ts";

/** Rows, findings and lines that are shown; the rest is counted. */
const MOST_ROWS = 50;
const MOST_FINDINGS = 20;
const MOST_LINES = 20;
/** Clusters that get a column; of more each has a table. */
const MOST_COLUMNS = 2;

/** Renders the report; ends with a line break. `blob` is the address of the commit's files, where places become links. */
export function renderMarkdown(report: Report, blob?: string): string {
  const all = rows(report);
  const of = (wanted: Standing) => all.filter(([one]) => standingOfRow(one) === wanted);
  const { patches, remedies } = waysOut(report);
  const causes = findingGroups(report);
  const isLoud = ({ hit: [one] }: Finding) => !isNote(one);
  const { first, more } = firstOf(causes.filter(isLoud), MOST_FINDINGS);
  const quiet = firstOf(
    causes.filter((one) => !isLoud(one)),
    MOST_FINDINGS,
  );
  const unknown = unknownCauses(report);
  const notes = noteCauses(report);
  const before = beforeWords(report);
  const parts = [
    headline(report),
    ...section(targetTitle(report), targetLines(report)),
    ...tables(report, of("affected")),
    ...tables(
      report,
      of("unknown").filter(([{ worst }]) => worst.verdict.onDenial !== undefined),
    ),
    ...first.map((cause) => finding(report, cause, blob)),
    ...moreCauses(more),
    ...waysTexts(patches.map(patchText), remedies.map(remedyText), causes.length > 0),
    ...section("Waived", waivedLines(report)),
    ...section(goneTitle(report), report.fixed ?? []),
    ...sides(report).flatMap(({ title, lines }) => section(text(title), lines)),
    ...(unknown.length > 0
      ? [
          folded(
            `${MARKS.unknown} Not known: ${imagesWord(of("unknown").length)}`,
            unknown.map(causeText).join("\n"),
          ),
        ]
      : []),
    ...foldedTables(report, "note", "At level note", of("note"), [
      ...quiet.first.map((cause) => finding(report, cause, blob)),
      ...moreCauses(quiet.more),
    ]),
    ...foldedTables(report, "not-affected", "Not affected", of("not-affected")),
    ...(notes.length > 0 ? [folded(`Worth knowing (${notes.length})`, notes.map(causeText).join("\n"))] : []),
    ...(before === "" ? [] : [`${before}: the JSON report has all.`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function foldedTables(
  report: Report,
  standing: Standing,
  title: string,
  all: readonly Row[],
  above: readonly string[] = [],
): readonly string[] {
  if (all.length + above.length === 0) return [];
  // Of containers that are hit otherwise the tables stand elsewhere.
  const count = all.length > 0 ? `: ${imagesWord(all.length)}` : "";
  return [folded(`${MARKS[standing]} ${title}${count}`, [...above, ...tables(report, all)].join("\n\n"))];
}

function moreCauses(more: number): readonly string[] {
  return more > 0 ? [`${more} more causes are in the JSON report.`] : [];
}

function imagesWord(count: number): string {
  return `${count} ${count === 1 ? "image" : "images"}`;
}

/**
 * The changes that were worked out, else the first way out; the others to unfold. What is only not known is mended by no
 * change.
 */
function waysTexts(patches: readonly string[], ways: readonly string[], found: boolean): readonly string[] {
  const title = "What else could be done";
  const all = [...patches, ...ways].join("\n\n");
  if (patches.length > 0 && !found) return [folded("What could be done", all)];
  const told = patches.length > 0 ? patches : ways.slice(0, 1);
  const others = patches.length > 0 ? ways : ways.slice(1);
  return [
    ...(patches.length > 0 || told.length === 0 ? [] : ["#### What to do"]),
    ...told,
    ...(others.length === 0 ? [] : [folded(title, others.join("\n"))]),
  ];
}

function headline(report: Report): string {
  const found = countWords(report);
  const worst = STANDINGS.find((one) => found.some(({ standing }) => standing === one));
  const nothing = nothingWords(report);
  const words = found.map(({ text: part }) => part).join(" · ") || nothing;
  return `### ${MARKS[worst ?? (report.judgements.length === 0 ? "unknown" : "not-affected")]} muslgate: ${words}`;
}

/** A titled list, of which only the first lines are shown; nothing where it is empty. */
function section(title: string, lines: readonly string[]): string[] {
  const { first, more } = firstOf(lines, MOST_LINES);
  const rest = more === 0 ? [] : [`- and ${more} more in the JSON report`];
  return first.length === 0
    ? []
    : [`#### ${title}\n\n${[...first.map((line) => `- ${literal(line)}`), ...rest].join("\n")}`];
}

/** One table with a column a cluster; of many clusters one below the other. */
function tables(report: Report, all: readonly Row[]): readonly string[] {
  if (all.length === 0) return [];
  const groups = columns(report, all);
  const names = groups.map((clusters) =>
    fewOf(
      clusters.map((one) => clusterWords(report, one)),
      3,
    ),
  );
  if (groups.length === 1)
    return [`On ${code(names[0] ?? "")}:`, table(report, all, [[groups[0]?.[0] ?? 0, "Names"]])];
  if (groups.length <= MOST_COLUMNS) {
    return [
      table(
        report,
        all,
        groups.map(([cluster], i) => [cluster, cellCode(names[i] ?? "")]),
      ),
    ];
  }
  return groups.flatMap(([cluster], i) => {
    const standing = all[0] && standingOfRow(all[0][0]);
    const here = all.filter(([{ told }]) => {
      const one = told.get(cluster);
      return one !== undefined && standingOf(one) === standing;
    });
    return here.length === 0
      ? []
      : [`On ${code(names[i] ?? "")}:`, table(report, here, [[cluster, "Names"]])];
  });
}

function table(
  report: Report,
  all: readonly Row[],
  clusters: readonly (readonly [number, string])[],
): string {
  const { first, more } = firstOf(all, MOST_ROWS);
  // What is looked for first stands where a phone shows it.
  const head = ["Container", ...clusters.map(([, title]) => title), "Resolves with"];
  const lines = first.map((row) => {
    // A phone has no room for a path that is not broken.
    const who = literal(whoWords(row)).replaceAll("/", "/<wbr>");
    const name = [cellCode(shortDigests(imageWords(row))), who].filter(Boolean).join("<br>");
    const cells = clusters.map(([cluster]) => {
      const one = row[0].told.get(cluster);
      return `${one === undefined ? "" : `${MARKS[standingOf(one)]} `}${literal(cellWords(row[0], cluster))}`;
    });
    return `| ${[name, ...cells, literal(startWords(report, row))].join(" | ")} |`;
  });
  const rest = more === 0 ? [] : [`| ${more} more in the JSON report |${" |".repeat(head.length - 1)}`];
  return [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...lines, ...rest].join("\n");
}

function finding(report: Report, cause: Finding, blob: string | undefined): string {
  const { verdict, image } = cause.hit[0];
  const trace = traceOf(report, cause.hit[0]);
  const places = [
    ...new Set(cause.hit.flatMap(({ verdict: { at } }) => (at === undefined ? [] : [placeLink(at, blob)]))),
  ];
  const chain = image === undefined ? [] : (report.images[image]?.process.chain ?? []);
  const evidence = verdict.evidence.filter(({ source }) => source !== report.images[image ?? -1]?.reference);
  const points = [
    ...(chain.length > 0 ? [`- measured: ${chain.map(({ text: step }) => code(step)).join(" → ")}`] : []),
    ...evidence.map(
      ({ text: said, confidence, source }) => `- ${confidence}: ${literal(said)} (${sourceText(source)})`,
    ),
  ];
  return [
    `**${text(causeWords(report, cause))}**${places.length === 0 ? "" : ` At ${fewOf(places, 4)}`} (${ruleWords(verdict, code(verdict.ruleId))}).`,
    ...(points.length === 0 ? [] : [folded("How that is known", points.join("\n"))]),
    ...(trace === undefined ? [] : [folded("One lookup, step by step", fenced("text", trace))]),
  ].join("\n\n");
}
