/** The report as annotations on lines, loudest first. Must know GitHub's limits but not its protocol. */
import { counted, type Judgement, type Level, LEVELS, type Report, type Verdict } from "../model/report.ts";
import { isNoCluster } from "../model/cluster-profile.ts";
import { type Place, placeText } from "../model/place.ts";
import { isNote, shown, subjectOf, whyUnknown } from "./arrange.ts";
import type { SuggestedLines } from "./suggestions.ts";
import { printable } from "./text.ts";

/** One annotation. */
export interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly at?: Place;
}

/** GitHub shows ten of each level a step and drops the rest silently (toolkit, problem-matchers.md). */
const MOST_A_LEVEL = 10;
const ORDER: readonly Level[] = LEVELS.toReversed();

/**
 * The annotations of a report and how many did not fit: one for findings of one line, and one for all that is not known
 * for one reason, on the first line of it. Where no cluster is known that is a sentence about the run, and none; nor is
 * there one where a suggestion stands already.
 */
export function annotationsOf(
  report: Report,
  suggested: readonly SuggestedLines[] = [],
): {
  readonly shown: readonly Annotation[];
  readonly left: number;
} {
  const byLine = new Map<string, Annotation & { who: Set<string>; where: string }>();
  for (const judgement of shown(report)) {
    const { verdict } = judgement;
    // What was there before is not this change's, and GitHub shows ten of a level only.
    if (!counted(judgement) || isSuggested(verdict, suggested) || isNote(judgement)) continue;
    const isUnknown = verdict.outcome === "unknown";
    const cluster = report.clusters[judgement.cluster];
    if (isUnknown && cluster !== undefined && isNoCluster(cluster)) continue;
    const line = verdict.at === undefined ? subjectOf(report, judgement) : placeText(verdict.at);
    const said = isUnknown ? [whyUnknown(judgement)] : [verdict.level, verdict.names, line];
    const key = JSON.stringify([verdict.ruleId, verdict.outcome, ...said]);
    const earlier = byLine.get(key);
    if (earlier !== undefined) earlier.who.add(subjectOf(report, judgement));
    else {
      const title = titleOf(judgement);
      // A name that a log must not hold cannot be the annotation's; the message says it, made safe.
      const { at, level } = verdict;
      const safe = at !== undefined && printable(at.file) === at.file;
      const message = at === undefined || safe ? verdict.summary : `${placeText(at)}: ${verdict.summary}`;
      const who = new Set([subjectOf(report, judgement)]);
      // What is not known for one reason may stand on many lines.
      const where = isUnknown ? "for the same reason" : "on this line";
      byLine.set(key, { level, title, message, ...(safe ? { at } : {}), who, where });
    }
  }
  const all = [...byLine.values()]
    .map(({ who, where, ...annotation }) => ({
      ...annotation,
      message: printable(
        annotation.message + (who.size > 1 ? ` The same holds for ${who.size - 1} more ${where}.` : ""),
      ),
    }))
    .toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  const fitting = ORDER.flatMap((level) => all.filter((one) => one.level === level).slice(0, MOST_A_LEVEL));
  return { shown: fitting, left: all.length - fitting.length };
}

/** The line that a stanza begins in is not the one that is changed, but GitHub shows both side by side. */
const NEAR = 3;

function isSuggested({ at, remedies }: Verdict, suggested: readonly SuggestedLines[]): boolean {
  return suggested.some(
    ({ file, line, endLine, remedies: taken }) =>
      remedies.some(({ id }) => taken.includes(id)) &&
      at?.file === file &&
      at.line >= line - NEAR &&
      at.line <= endLine + NEAR,
  );
}

function titleOf({ workload, verdict }: Judgement): string {
  if (workload === undefined) return "The cluster's DNS";
  return verdict.outcome === "affected" ? "Names will not resolve" : "Not known whether names resolve";
}
