/** The report as Markdown, for a job's summary and a comment. Must let nothing untrusted act as Markdown or HTML. */
import { counted, type Judgement, OUTCOMES, type Remedy, type Report } from "../model/report.ts";
import { placeText } from "../model/place.ts";
import { findingGroups, firstOf, rows, shown, subjectOf } from "./arrange.ts";
import { code, fenced, literal, literalKeepingCode, MARKS, sourceText } from "./markdown-text.ts";
import { printableLines, sentence } from "./text.ts";
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

/** Rows and findings that are shown; the rest is counted. */
const MOST_ROWS = 50;
const MOST_FINDINGS = 50;
const MOST_LINES = 20;

/** Renders the report; ends with a line break. */
export function renderMarkdown(report: Report): string {
  const judgements = shown(report);
  const parts = [headline(report)];
  if (rows(report).length > 0) parts.push(table(report));
  const { first, more } = firstOf(findingGroups(judgements), MOST_FINDINGS);
  parts.push(...first.map((group) => finding(report, group)));
  if (more > 0) parts.push(`${more} more findings are in the JSON report.`);
  const remedies = [
    ...new Map(
      judgements
        .filter(counted)
        .flatMap(({ verdict }) => verdict.remedies)
        .map((one) => [one.title, one]),
    ).values(),
  ];
  const patches = report.patches ?? [];
  if (patches.length > 0) {
    const texts = patches.map(
      ({ file, because, diff }) => `${code(file)}: ${literal(sentence(because))}\n\n${fenced("diff", diff)}`,
    );
    parts.push(["#### Patches", ...texts].join("\n\n"));
  }
  if (remedies.length > 0) parts.push(whatToDo(remedies));
  parts.push(...section("Waived", waivedLines(report)), ...section("No longer so", report.fixed ?? []));
  const diagnostics = allDiagnostics(report);
  if (diagnostics.length > 0) {
    const lines = diagnostics.map(({ message, hint, at }) => {
      return `- ${at === undefined ? "" : `${code(placeText(at))}: `}${literal(sentence(message))} ${literal(hint)}`;
    });
    parts.push(
      `<details><summary>Worth knowing (${diagnostics.length})</summary>\n\n${lines.join("\n")}\n\n</details>`,
    );
  }
  return `${parts.join("\n\n")}\n`;
}

function headline(report: Report): string {
  const found = countWords(report);
  const worst = OUTCOMES.find((one) => found.some(({ outcome }) => outcome === one));
  const nothing = report.judgements.length === 0 ? "nothing was judged" : "nothing new";
  const words = found.map(({ text }) => text).join(" · ") || nothing;
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

function table(report: Report): string {
  const { first, more } = firstOf(rows(report), MOST_ROWS);
  const several = report.clusters.length > 1;
  const lines = first.map((row) => {
    const judgement = row[0] as Judgement;
    const { verdict, image, cluster } = judgement;
    const profile = image === undefined ? undefined : report.images[image];
    const cells = [
      `${MARKS[verdict.outcome]}&nbsp;${OUTCOME_WORDS[verdict.outcome].replace(" ", "&nbsp;")}`,
      code(rowName(row)),
      literal([resolverWords(profile), distributionWords(profile)].filter(Boolean).join(", ")),
      ...(several ? [code(report.clusters[cluster]?.name ?? "")] : []),
      [rowNames(judgement), statusWords(judgement)].filter(Boolean).join(", "),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = ["", "Container", "Resolves with", ...(several ? ["Cluster"] : []), "Names"];
  const rest =
    more === 0 ? [] : [`| | ${more} more rows in the JSON report |${" |".repeat(head.length - 2)}`];
  const only = several ? [] : [`On ${code(report.clusters[0]?.name ?? "")}:`, ""];
  return [...only, `| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...lines, ...rest].join("\n");
}

function finding(report: Report, group: readonly Judgement[]): string {
  const { verdict, image } = group[0] as Judgement;
  const lines = [`**${MARKS[verdict.outcome]} ${levelWords(verdict)}${literal(verdict.summary)}**`];
  const others = [...new Set(group.slice(1).map((one) => code(subjectOf(report, one))))];
  if (others.length > 0) lines.push(othersWords(verdict.outcome, others));
  if (verdict.at !== undefined) lines.push(`At ${code(placeText(verdict.at))}.`);
  const chain = image === undefined ? [] : (report.images[image]?.process.chain ?? []);
  const evidence = verdict.evidence.filter(({ source }) => source !== report.images[image ?? -1]?.reference);
  const points = [
    ...(chain.length > 0 ? [`- measured: ${chain.map(({ text }) => code(text)).join(" → ")}`] : []),
    ...evidence.map(
      ({ text, confidence, source }) => `- ${confidence}: ${literal(text)} (${sourceText(source)})`,
    ),
  ];
  return [...lines, points.join("\n")].filter((part) => part !== "").join("\n\n");
}

function whatToDo(remedies: readonly Remedy[]): string {
  const lines = remedies.map(({ title, cost, snippet }, i) => {
    const block =
      snippet === undefined
        ? ""
        : `\n\n   \`\`\`${snippet.language}\n${printableLines(snippet.text).replace(/^/gm, "   ")}\n   \`\`\``;
    return `${i + 1}. **${literalKeepingCode(title)}**. ${literalKeepingCode(cost)}${block}`;
  });
  return `#### What to do\n\n${lines.join("\n")}`;
}
