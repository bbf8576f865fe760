/** The report as annotations on lines, loudest first. Must know GitHub's limits but not its protocol. */
import { counted, type Judgement, type Level, LEVELS, type Report, type Verdict } from "../model/report.ts";
import { type Place, placeText } from "../model/place.ts";
import { shown, subjectOf } from "./arrange.ts";
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
 * The annotations of a report, those of one line and outcome joined, and how many did not fit. None where a suggestion
 * stands already.
 */
export function annotationsOf(
  report: Report,
  suggested: readonly SuggestedLines[] = [],
): {
  readonly shown: readonly Annotation[];
  readonly left: number;
} {
  const byLine = new Map<string, Annotation & { others: number }>();
  for (const judgement of shown(report)) {
    const { verdict } = judgement;
    // What was there before is not this change's, and GitHub shows ten of a level only.
    if (!counted(judgement) || isSuggested(verdict, suggested)) continue;
    const key = JSON.stringify([
      verdict.ruleId,
      verdict.outcome,
      verdict.level,
      verdict.names,
      verdict.at === undefined ? subjectOf(report, judgement) : placeText(verdict.at),
    ]);
    const earlier = byLine.get(key);
    if (earlier !== undefined) earlier.others++;
    else {
      const title = titleOf(judgement);
      // A name that a log must not hold cannot be the annotation's; the message says it, made safe.
      const { at, level } = verdict;
      const safe = at !== undefined && printable(at.file) === at.file;
      const message = at === undefined || safe ? verdict.summary : `${placeText(at)}: ${verdict.summary}`;
      byLine.set(key, { level, title, message, ...(safe ? { at } : {}), others: 0 });
    }
  }
  const all = [...byLine.values()]
    .map(({ others, ...annotation }) => ({
      ...annotation,
      message: printable(
        annotation.message + (others > 0 ? ` The same holds for ${others} more on this line.` : ""),
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
