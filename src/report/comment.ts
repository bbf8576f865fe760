/** The report as a comment on a pull request: what it does, what mends it, who is hit. Must fit a comment and cut nothing in half. */
import { counted, type Outcome, type Report } from "../model/report.ts";
import {
  type Finding,
  findingGroups,
  isNote,
  type Row,
  rows,
  shown,
  standingOf,
  subjectOf,
  waysOut,
} from "./arrange.ts";
import { noteCauses, unknownCauses } from "./causes.ts";
import { causeText, folded, patchText, placeLink, remedyText, text } from "./markdown-parts.ts";
import { clipped, code, literal, MARKS } from "./markdown-text.ts";
import {
  causeWords,
  changeWords,
  countWords,
  imageWords,
  ruleWords,
  shortDigests,
  startWords,
  whoWords,
} from "./words.ts";

/** What a comment has besides the report. */
export interface CommentExtras {
  /** The page of the run. */
  readonly runUrl?: string;
  /** Address of the commit's files, without closing slash: places become links. */
  readonly blobUrl?: string;
  /** Most bytes of UTF-8. GitHub takes 65,536 characters; the rest is for the marker. */
  readonly most?: number;
}

const MOST_BYTES = 65_000;
const MOST_GROUPS = 30;
const MOST_IMAGES = 10;
/** Causes that stand unfolded. */
const FEW = 3;

/**
 * The comment, or nothing where there is nothing to say: no finding is new and none is gone. Where nothing was
 * compared every finding is new. Waived findings are no findings. Ends with a line break.
 */
export function renderComment(report: Report, extras: CommentExtras = {}): string | undefined {
  const found = shown(report).filter(counted);
  const fixed = report.fixed ?? [];
  if (found.length === 0 && fixed.length === 0) return undefined;
  const affected = found.some(({ verdict }) => verdict.outcome === "affected");
  const { patches, remedies } = waysOut(report);
  const ways = remedies.map(remedyText);
  // What is only not known is mended by nothing yet.
  const mends = affected ? patches.map(patchText) : [];
  const best = patches.length > 0 ? [] : ways.slice(0, 1);
  const others = [...(affected ? [] : patches.map(patchText)), ...ways.slice(best.length)];
  const counting = rows(report).filter(([{ worst }]) => counted(worst));
  const hit = counting.filter(([{ worst }]) => standingOf(worst) === "affected");
  const noted = counting.filter(([{ worst }]) => standingOf(worst) === "note");
  const causes = findingGroups(report).map(
    (cause) => [isNote(cause.hit[0]), causeLine(report, cause, extras.blobUrl)] as const,
  );
  const why = causes.flatMap(([quiet, line]) => (quiet ? [] : [line]));
  const notes = causes.flatMap(([quiet, line]) => (quiet ? [`- ${line}`] : []));
  const many = why.length > FEW;
  const unknown = unknownCauses(report);
  const before = existing(report);
  const isOpen = unknown.length > 0 || before.unknown > 0 || (found.length > 0 && !affected);
  const standing = !affected
    ? "not-affected"
    : found.some((one) => standingOf(one) === "affected")
      ? "affected"
      : "note";
  const mark = MARKS[isOpen && standing !== "affected" ? "unknown" : standing];
  const gaps = noteCauses(report).filter(({ gap }) => gap).length;
  const otherWays: Section = {
    title: mends.length + best.length > 0 ? "What else could be done" : "What could be done",
    noun: "ways out",
    items: others,
    tight: affected,
    fold: true,
  };
  const notKnown: Section = {
    title: "Not known",
    noun: "causes",
    items: unknown.map(causeText),
    tight: true,
    most: MOST_GROUPS,
    fold: affected,
  };
  const sections: Section[] = [
    { noun: "patches", items: mends, first: true },
    { noun: "ways out", items: best, first: true },
    {
      title: "Who is hit",
      noun: "images",
      items: hit.map((row) => hitLine(report, row, extras.blobUrl)),
      tight: true,
      most: MOST_IMAGES,
    },
    {
      title: many ? "Why" : undefined,
      noun: "findings",
      items: many ? why.map((one) => `- ${one}`) : why,
      tight: many,
      most: MOST_GROUPS,
      fold: many,
    },
    {
      title: "At level note",
      noun: "lines",
      items: [...notes, ...noted.map((row) => hitLine(report, row, extras.blobUrl))],
      tight: true,
      most: MOST_GROUPS,
      fold: standing !== "note",
    },
    ...(affected ? [otherWays, notKnown] : [notKnown, otherWays]),
    {
      title: "No longer so",
      noun: "findings",
      items: fixed.map((one) => `- ${text(one)}`),
      tight: true,
      fold: affected,
    },
  ];
  const rest = [
    ...countWords(report).flatMap(({ text: part }) => (part.endsWith(" before") ? [part] : [])),
    ...(gaps > 0 ? [`${gaps} more ${gaps === 1 ? "thing" : "things"} worth knowing`] : []),
  ];
  const run = runLink(extras.runUrl, rest);
  return assemble(`### ${mark} ${changeWords(report)}`, sections, run, extras.most ?? MOST_BYTES);
}

/** What takes the place of an earlier comment when there is nothing to say any more. */
export function renderResolved(report: Report, { runUrl }: CommentExtras = {}): string {
  const before = existing(report);
  const rest =
    before.affected + before.unknown === 0
      ? "No finding is left."
      : `Nothing new is left. Known before: ${before.affected + before.unknown}, in the run's summary.`;
  const mark = MARKS[before.unknown > 0 ? "unknown" : "not-affected"];
  return `${[`### ${mark} muslgate: resolved`, rest, ...runLink(runUrl, [])].join("\n\n")}\n`;
}

/** How many containers and clusters have findings that were there before, by their worst. */
function existing(report: Report): { readonly affected: number; readonly unknown: number } {
  const old = shown(report).filter(({ status, waived }) => status === "existing" && waived === undefined);
  const who = (wanted: Outcome) =>
    new Set(
      old
        .filter(({ verdict }) => verdict.outcome === wanted)
        .map((one) => JSON.stringify([subjectOf(report, one), one.workload === undefined])),
    );
  const affected = who("affected");
  return { affected: affected.size, unknown: [...who("unknown")].filter((one) => !affected.has(one)).length };
}

/** `- shop/api:1.0: deployment/api, container app · musl 1.2.2`, the image a link to its line. */
function hitLine(report: Report, row: Row, blob: string | undefined): string {
  const who = whoWords(row);
  const at = row.find(({ workload }) => workload.at !== undefined)?.workload.at;
  const image = code(clipped(shortDigests(imageWords(row)), 300));
  const linked = at === undefined ? image : placeLink(at, blob, image);
  const where = at !== undefined && linked === image ? ` at ${placeLink(at, undefined)}` : "";
  return `- ${linked}${who === "" ? "" : `: ${text(who)}`}${where} · ${literal(clipped(startWords(report, row), 200))}`;
}

function causeLine(report: Report, cause: Finding, blob: string | undefined): string {
  const { verdict } = cause.hit[0];
  const where = verdict.at === undefined ? "" : ` At ${placeLink(verdict.at, blob)}`;
  return `${text(causeWords(report, cause))}${where} (${ruleWords(verdict, code(clipped(verdict.ruleId, 100)))}).`;
}

/** The address is the runner's, and goes into Markdown only if it looks like one. */
function runLink(url: string | undefined, rest: readonly string[]): readonly string[] {
  const linked = url !== undefined && /^https?:\/\/[\w.:/-]+$/.test(url);
  if (rest.length === 0) return linked ? [`[The run with the whole report](${url})`] : [];
  const more = rest.join(", ");
  return [linked ? `${more}: [the run](${url}) has the whole report.` : `${more}, in the run's summary.`];
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
  /** It is to be unfolded. */
  readonly fold?: boolean;
}

/** Room for a section's title, its fold and the line that counts what was left out. */
const SECTION_BYTES = 200;

/** Puts whole items together while they fit, section by section, and counts the others. UTF-8 is never shorter than UTF-16. */
function assemble(head: string, sections: readonly Section[], tail: readonly string[], most: number): string {
  const used = sections.filter(({ items }) => items.length > 0);
  const fixedPart = [head, ...tail].join("\n\n");
  let left = most - Buffer.byteLength(fixedPart) - 4 - used.length * SECTION_BYTES;
  const blocks = new Map<Section, string>();
  for (const section of used.toSorted((a, b) => Number(b.first ?? false) - Number(a.first ?? false))) {
    const { title, noun, items, tight, fold = false, most: mostItems = Number.POSITIVE_INFINITY } = section;
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
    const body = [list, more].filter((one) => one !== "").join("\n\n");
    const block = title === undefined ? body : fold ? folded(title, body) : `#### ${title}\n\n${body}`;
    blocks.set(section, block);
  }
  return `${[head, ...used.map((section) => blocks.get(section)), ...tail].join("\n\n")}\n`;
}
