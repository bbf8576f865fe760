/** The report as Markdown, for a job's summary and a comment. Must let nothing untrusted act as Markdown or HTML. */
import { placeText } from "../model/place.ts";
import { type Judgement, type Outcome, OUTCOMES, type Remedy, type Report } from "../model/report.ts";
import { counts, findingGroups, firstOf, rows, shown, subjectOf } from "./arrange.ts";
import { code, fenced, literal, literalKeepingCode, sourceText } from "./markdown-text.ts";
import { printableLines, sentence } from "./text.ts";
import {
  allDiagnostics,
  countWords,
  distributionWords,
  namesWords,
  OUTCOME_WORDS,
  othersWords,
  resolverWords,
  rowName,
  statusWords,
} from "./words.ts";

const MARKS: Readonly<Record<Outcome, string>> = { affected: "❌", unknown: "❔", "not-affected": "✅" };

/** Rows and findings that are shown; the rest is counted. */
const MOST_ROWS = 200;
const MOST_FINDINGS = 50;

/** Renders the report; ends with a line break. */
export function renderMarkdown(report: Report): string {
  const judgements = shown(report);
  const parts = [headline(report)];
  if (report.judgements.some(({ workload }) => workload !== undefined)) parts.push(table(report));
  const { first, more } = firstOf(findingGroups(judgements), MOST_FINDINGS);
  parts.push(...first.map((group) => finding(report, group)));
  if (more > 0) parts.push(`${more} more findings are in the JSON report.`);
  const remedies = [
    ...new Map(judgements.flatMap(({ verdict }) => verdict.remedies).map((one) => [one.title, one])).values(),
  ];
  if (remedies.length > 0) parts.push(whatToDo(remedies));
  const patches = report.patches ?? [];
  if (patches.length > 0) {
    const texts = patches.map(
      ({ file, because, diff }) => `${code(file)}: ${literal(sentence(because))}\n\n${fenced("diff", diff)}`,
    );
    parts.push(["#### Patches", ...texts].join("\n\n"));
  }
  const fixed = report.fixed ?? [];
  if (fixed.length > 0)
    parts.push(`#### No longer so\n\n${fixed.map((summary) => `- ${literal(summary)}`).join("\n")}`);
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
  const counted = countWords(counts(report));
  const worst = OUTCOMES.find((one) => counted.some(({ outcome }) => outcome === one));
  const words = counted.map(({ text }) => text).join(" · ") || "nothing was judged";
  return `### ${MARKS[worst ?? "unknown"]} muslgate: ${words}`;
}

function table(report: Report): string {
  const { first, more } = firstOf(rows(report), MOST_ROWS);
  const lines = first.map((row) => {
    const judgement = row[0] as Judgement;
    const { verdict, image, cluster } = judgement;
    const profile = image === undefined ? undefined : report.images[image];
    const cells = [
      `${MARKS[verdict.outcome]} ${OUTCOME_WORDS[verdict.outcome]}`,
      code(rowName(row)),
      literal([resolverWords(profile), distributionWords(profile)].filter(Boolean).join(", ")),
      code(report.clusters[cluster]?.name ?? ""),
      [namesWords(verdict.names), statusWords(judgement)].filter(Boolean).join(", "),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const rest = more === 0 ? [] : [`| | ${more} more rows | | | |`];
  return ["| | Image | Resolves with | Cluster | Names |", "|---|---|---|---|---|", ...lines, ...rest].join(
    "\n",
  );
}

function finding(report: Report, group: readonly Judgement[]): string {
  const { verdict, image } = group[0] as Judgement;
  const lines = [`**${MARKS[verdict.outcome]} ${literal(verdict.summary)}**`];
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
