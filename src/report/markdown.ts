/** The report as Markdown, for a job's summary and a comment. Must let nothing untrusted act as Markdown or HTML. */
import { placeText } from "../model/place.ts";
import type { Judgement, Outcome, Remedy, Report } from "../model/report.ts";
import { code, literal, literalKeepingCode, sourceText } from "./markdown-text.ts";
import { printableLines, sentence } from "./text.ts";
import {
  allDiagnostics,
  distributionWords,
  namesWords,
  OUTCOME_WORDS,
  outcomeCounts,
  resolverWords,
  statusWords,
} from "./words.ts";

const MARKS: Readonly<Record<Outcome, string>> = { affected: "❌", unknown: "❔", "not-affected": "✅" };
const ORDER: readonly Outcome[] = ["affected", "unknown", "not-affected"];

/** Renders the report; ends with a line break. */
export function renderMarkdown(report: Report): string {
  const judgements = report.judgements.toSorted(
    (a, b) => ORDER.indexOf(a.verdict.outcome) - ORDER.indexOf(b.verdict.outcome),
  );
  const parts = [headline(report), table(report, judgements)];
  for (const summary of new Set(
    judgements.filter(({ verdict }) => verdict.outcome !== "not-affected").map((one) => finding(report, one)),
  )) {
    parts.push(summary);
  }
  const remedies = [
    ...new Map(judgements.flatMap(({ verdict }) => verdict.remedies).map((one) => [one.title, one])).values(),
  ];
  if (remedies.length > 0) parts.push(whatToDo(remedies));
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
  const counts = outcomeCounts(report.judgements);
  const parts = ORDER.filter((one) => counts[one] > 0).map((one) => `${counts[one]} ${OUTCOME_WORDS[one]}`);
  const mark = MARKS[ORDER.find((one) => counts[one] > 0) ?? "unknown"];
  return `### ${mark} muslgate: ${parts.join(" · ") || "nothing was judged"}`;
}

function table(report: Report, judgements: readonly Judgement[]): string {
  const rows = judgements.map((judgement) => {
    const { verdict, workload, image, cluster } = judgement;
    const profile = image === undefined ? undefined : report.images[image];
    const cells = [
      `${MARKS[verdict.outcome]} ${OUTCOME_WORDS[verdict.outcome]}`,
      code(workload.name),
      literal([resolverWords(profile), distributionWords(profile)].filter(Boolean).join(", ")),
      code(report.clusters[cluster]?.name ?? ""),
      [namesWords(verdict.names), statusWords(judgement)].filter(Boolean).join(", "),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| | Image | Resolves with | Cluster | Names |", "|---|---|---|---|---|", ...rows].join("\n");
}

function finding(report: Report, { verdict, image }: Judgement): string {
  const lines = [`**${MARKS[verdict.outcome]} ${literal(verdict.summary)}**`];
  if (verdict.at !== undefined) lines.push(`At ${code(placeText(verdict.at))}.`);
  const chain = image === undefined ? [] : (report.images[image]?.process.chain ?? []);
  const evidence = verdict.evidence.filter(({ source }) => source !== report.images[image ?? -1]?.reference);
  if (chain.length > 0) lines.push(`- measured: ${chain.map(({ text }) => code(text)).join(" → ")}`);
  for (const { text, confidence, source } of evidence) {
    lines.push(`- ${confidence}: ${literal(text)} (${sourceText(source)})`);
  }
  return lines
    .join("\n")
    .replace(/\n(?!-)/, "\n\n")
    .replace(/\n- /, "\n\n- ");
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
