/** The report as a comment on a pull request: what is new, and the way out. Must fit a comment and cut nothing in half. */
import { counted, type Judgement, type Patch, type Remedy, type Report } from "../model/report.ts";
import { placeText } from "../model/place.ts";
import { shown, subjectOf } from "./arrange.ts";
import { clipped, code, fenced, literal, literalKeepingCode, MARKS } from "./markdown-text.ts";
import { sentence } from "./text.ts";
import { allDiagnostics, countWords, levelWords } from "./words.ts";

/** What a comment has besides the report. */
export interface CommentExtras {
  /** The page of the run. */
  readonly runUrl?: string;
  /** Most bytes of UTF-8. GitHub takes 65,536 characters; the rest is for the marker. */
  readonly most?: number;
}

const MOST_BYTES = 65_000;
const MOST_TEXT = 1_000;
const MOST_IMAGES = 10;
const MOST_GROUPS = 30;

/**
 * The comment, or nothing where there is nothing to say: no finding is new and none is gone. Where nothing was
 * compared every finding is new. Waived findings are no findings. Ends with a line break.
 */
export function renderComment(report: Report, extras: CommentExtras = {}): string | undefined {
  const { fresh, existing, fixed } = sorted(report);
  if (fresh.length === 0 && fixed.length === 0) return undefined;
  const isOpen = [...fresh, ...existing].some(({ verdict }) => verdict.outcome === "unknown");
  const affected = fresh.some(({ verdict }) => verdict.outcome === "affected");
  const mark = MARKS[affected ? "affected" : isOpen ? "unknown" : "not-affected"];
  const gaps = allDiagnostics(report).filter(({ weight }) => weight === "gap").length;
  const sections: Section[] = [
    { noun: "findings", items: groups(fresh).map((group) => groupText(report, group)), most: MOST_GROUPS },
    { title: "Patches", noun: "patches", items: (report.patches ?? []).map(patchText) },
    { title: "What to do", noun: "ways out", items: remedies(fresh).map(remedyText), first: true },
    { title: "No longer so", noun: "findings", items: fixed.map((one) => `- ${text(one)}`), tight: true },
    {
      title: "Known before",
      noun: "findings",
      items: groups(existing).map((group) => `- ${groupLine(report, group)}`),
      tight: true,
      most: MOST_GROUPS,
    },
  ];
  const tail = [
    ...(gaps > 0
      ? [`${gaps} more ${gaps === 1 ? "thing is" : "things are"} worth knowing, in the run's summary.`]
      : []),
    ...runLink(extras.runUrl),
  ];
  const words = countWords(report).map(({ text: part }) => part);
  const head = `### ${mark} muslgate: ${words.join(" · ")}`;
  return assemble(head, sections, tail, extras.most ?? MOST_BYTES);
}

/** What takes the place of an earlier comment when there is nothing to say any more. */
export function renderResolved(report: Report, { runUrl }: CommentExtras = {}): string {
  const { existing } = sorted(report);
  const isOpen = existing.some(({ verdict }) => verdict.outcome === "unknown");
  const rest =
    existing.length === 0
      ? "No finding is left."
      : `Nothing new is left. Known before: ${existing.length}, in the run's summary.`;
  return `${[`### ${MARKS[isOpen ? "unknown" : "not-affected"]} muslgate: resolved`, rest, ...runLink(runUrl)].join("\n\n")}\n`;
}

interface Sorted {
  readonly fresh: readonly Judgement[];
  readonly existing: readonly Judgement[];
  readonly fixed: readonly string[];
}

function sorted(report: Report): Sorted {
  const found = shown(report).filter(
    ({ verdict, waived }) => verdict.outcome !== "not-affected" && waived === undefined,
  );
  return {
    fresh: found.filter(counted),
    existing: found.filter(({ status }) => status === "existing"),
    fixed: report.fixed ?? [],
  };
}

/** Findings of one rule, outcome and line: one cause. Those without a line are alone. */
function groups(judgements: readonly Judgement[]): readonly (readonly [Judgement, ...Judgement[]])[] {
  const by = new Map<string, [Judgement, ...Judgement[]]>();
  judgements.forEach((judgement, i) => {
    const { ruleId, outcome, level, names: hit, at } = judgement.verdict;
    const key = JSON.stringify([ruleId, outcome, level, hit, at === undefined ? i : [at.file, at.line]]);
    const group = by.get(key);
    if (group === undefined) by.set(key, [judgement]);
    else group.push(judgement);
  });
  return [...by.values()];
}

type Group = ReturnType<typeof groups>[number];

function groupText(report: Report, group: Group): string {
  const [{ verdict }] = group;
  const lines = [`**${MARKS[verdict.outcome]} ${levelWords(verdict)}${text(verdict.summary)}**`];
  if (verdict.at !== undefined) lines.push(`At ${place(group)} (${code(clipped(verdict.ruleId, 100))}).`);
  if (group.length > 1) lines.push(`The same line, ${group.length} times: ${names(report, group)}.`);
  return lines.join("\n\n");
}

function groupLine(report: Report, group: Group): string {
  const [{ verdict }] = group;
  const where = verdict.at === undefined ? "" : `${place(group)}: `;
  return group.length === 1
    ? `${where}${text(verdict.summary)}`
    : `${where}${code(clipped(verdict.ruleId, 100))}, ${group.length} times: ${names(report, group)}`;
}

function place([{ verdict }]: Group): string {
  return verdict.at === undefined ? "" : code(clipped(placeText(verdict.at), 300));
}

function names(report: Report, group: Group): string {
  const all = [...new Set(group.map((one) => clipped(subjectOf(report, one), 200)))];
  const first = all.slice(0, MOST_IMAGES).map(code).join(", ");
  return all.length > MOST_IMAGES ? `${first} and ${all.length - MOST_IMAGES} more` : first;
}

/** What to do first about these findings, each once: the run's summary has the other ways out. */
function remedies(judgements: readonly Judgement[]): readonly Remedy[] {
  const first = judgements.flatMap(({ verdict: { remedies: all } }) => {
    return all.find(({ preferred }) => preferred) ?? all[0] ?? [];
  });
  return [...new Map(first.map((one) => [one.title, one])).values()];
}

function remedyText({ title, cost, snippet }: Remedy): string {
  const line = `**${literalKeepingCode(clipped(title, MOST_TEXT))}**. ${literalKeepingCode(clipped(cost, MOST_TEXT))}`;
  return snippet === undefined ? line : `${line}\n\n${fenced(snippet.language, snippet.text)}`;
}

function patchText({ file, diff, because }: Patch): string {
  return `${code(clipped(file, 300))}: ${text(sentence(because))}\n\n${fenced("diff", diff)}`;
}

function text(untrusted: string): string {
  return literal(clipped(untrusted, MOST_TEXT));
}

/** The address is the runner's, and goes into Markdown only if it looks like one. */
function runLink(url: string | undefined): readonly string[] {
  return url !== undefined && /^https?:\/\/[\w.:/-]+$/.test(url)
    ? [`[The run with the whole report](${url})`]
    : [];
}

interface Section {
  readonly title?: string;
  /** What its items are called where some are left out. */
  readonly noun: string;
  readonly items: readonly string[];
  /** Items are lines of a list. */
  readonly tight?: boolean;
  readonly most?: number;
  /** Gets its room before the others. */
  readonly first?: boolean;
}

/** Room for a section's title and for the line that counts what was left out. */
const SECTION_BYTES = 120;

/** Puts whole items together while they fit, section by section, and counts the others. UTF-8 is never shorter than UTF-16. */
function assemble(head: string, sections: readonly Section[], tail: readonly string[], most: number): string {
  const used = sections.filter(({ items }) => items.length > 0);
  const fixedPart = [head, ...tail].join("\n\n");
  let left = most - Buffer.byteLength(fixedPart) - 4 - used.length * SECTION_BYTES;
  const blocks = new Map<Section, string>();
  for (const section of used.toSorted((a, b) => Number(b.first ?? false) - Number(a.first ?? false))) {
    const { title, noun, items, tight, most: mostItems = Number.POSITIVE_INFINITY } = section;
    const fitting: string[] = [];
    for (const item of items) {
      const bytes = Buffer.byteLength(item) + 2;
      if (bytes > left || fitting.length >= mostItems) continue;
      left -= bytes;
      fitting.push(item);
    }
    const rest = items.length - fitting.length;
    const list = fitting.join(tight ? "\n" : "\n\n");
    const more = rest > 0 ? `Not shown here: ${rest} of ${items.length} ${noun}; see the run.` : "";
    const parts = [title === undefined ? "" : `#### ${title}`, list, more];
    blocks.set(section, parts.filter((one) => one !== "").join("\n\n"));
  }
  return `${[head, ...used.map((section) => blocks.get(section)), ...tail].join("\n\n")}\n`;
}
