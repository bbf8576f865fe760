/** What there is to say of a rule, as Markdown: its page, and what `muslgate explain` prints. Must say nothing of a run. */
import pc from "picocolors";
import type { RuleInfo } from "../rules/rule.ts";

/** The page, without a line break at its end. */
export function rulePage(rule: RuleInfo): string {
  return [
    `# ${rule.id}`,
    "",
    `**${rule.title}** (${rule.level})`,
    "",
    rule.description,
    "",
    rule.explanation,
    "",
    "## What to change",
    "",
    rule.mend,
    "",
    "## How to see it live",
    "",
    rule.see,
    "",
    ...waiver(rule),
    "## Sources",
    "",
    ...rule.sources.map((source) => `- ${source}`),
  ].join("\n");
}

/** A finding about a cluster alone is no image's. */
function waiver(rule: RuleInfo): readonly string[] {
  const narrower = "checkCluster" in rule ? 'path: "deploy/**"' : 'image: "**/legacy-*"';
  return [
    "## How to waive it",
    "",
    "In `muslgate.yaml`, with a reason and a last day; without `image` and `path` it covers the rule everywhere.",
    "",
    "```yaml",
    "waivers:",
    `  - rule: ${rule.id}`,
    `    ${narrower}`,
    "    reason: is switched off at the end of the quarter",
    "    expires: 2027-03-31",
    "```",
    "",
  ];
}

/** The page for a terminal: Markdown as it is, its headings bold where there are colours. */
export function styledPage(rule: RuleInfo, colour: boolean): string {
  const { bold } = pc.createColors(colour);
  return rulePage(rule).replace(/^(?:#+ .*|\*\*.*\*\* .*)$/gm, (line) => bold(line));
}
