/** The report's patches as suggestions of lines. Must suggest only what can be shown and committed letter by letter. */
import { createHash } from "node:crypto";
import { counted, type RemedyId, type Report } from "../model/report.ts";
import { changesIn } from "../text/diff-changes.ts";
import { takes } from "./arrange.ts";
import { fenced, literal, clipped } from "./markdown-text.ts";
import { printable, sentence } from "./text.ts";

/** Lines of a file, from 1, both ends included. */
export interface SuggestedLines {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  /** The ways out that it takes: what has none of them is not mended by it. */
  readonly remedies: readonly RemedyId[];
}

/** Lines to take the place of others. */
export interface Suggestion extends SuggestedLines {
  /** The lines as they are: a suggestion is for these alone. */
  readonly lines: readonly string[];
  /** What it is for and the lines that take their place, as a review comment's Markdown. */
  readonly body: string;
  /** The same for the same change to the same file, whatever line it moves to. */
  readonly identity: string;
}

/** A suggestion for each change of the patches whose findings count. */
export function suggestionsOf(report: Report): readonly Suggestion[] {
  const found = report.judgements.filter((one) => counted(one) && one.verdict.outcome === "affected");
  const patches = (report.patches ?? []).filter((patch) => found.some((one) => takes(patch, one)));
  const seen = new Map<string, number>();
  return patches.flatMap(({ file, because, diff, remedies = [] }) =>
    changesIn(diff).flatMap(({ line, removed, added, above }) => {
      // What only adds lines takes the line above along.
      const first = removed.length > 0 ? line : line - 1;
      const old = removed.length > 0 ? removed : above === undefined ? [] : [above];
      const lines = removed.length > 0 ? added : [...old, ...added];
      if (old.length === 0 || ![...old, ...lines].every(isPlain)) return [];
      const same = JSON.stringify([file, old, lines]);
      const before = seen.get(same) ?? 0;
      seen.set(same, before + 1);
      const identity = createHash("sha256").update(`${same} ${before}`).digest("hex").slice(0, 16);
      const why = literal(clipped(sentence(because), 1_000));
      const body = `${why}\n\n${fenced("suggestion", lines.join("\n"))}`;
      return [{ file, line: first, endLine: first + old.length - 1, lines: old, body, identity, remedies }];
    }),
  );
}

/** Whether Markdown shows a line as it is: what is escaped there would be committed escaped. */
function isPlain(line: string): boolean {
  const text = line.replace(/\t/g, "");
  return printable(text) === text && !/^\s*::/.test(line);
}
