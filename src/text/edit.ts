/** Edits of a text. Must not know what it says. */
import type { Place } from "../model/place.ts";

/** One replacement; offsets in UTF-16 units of the file, `end` exclusive and equal to `start` for an insertion. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What it is for, in one sentence. */
  readonly because: string;
  readonly at: Place;
}

/** In the order of the text; what is put in stands before what is replaced there. */
const byPlace = (a: Pick<Edit, "start" | "end">, b: Pick<Edit, "start" | "end">): number =>
  a.start - b.start || a.end - b.end;

/** The text with the edits made; they must not overlap. */
export function applyEdits(text: string, edits: readonly Pick<Edit, "start" | "end" | "text">[]): string {
  let out = "";
  let at = 0;
  for (const edit of edits.toSorted(byPlace)) {
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/**
 * The edits that do to `text` what `earlier` and then `later` do, where `later` is told in the offsets and lines of
 * the text that `earlier` leads to; an earlier edit inside a later one becomes part of it. Undefined where a later
 * one cuts through an earlier one.
 */
export function followedBy(
  text: string,
  earlier: readonly Edit[],
  later: readonly Edit[],
): readonly Edit[] | undefined {
  const sorted = earlier.toSorted(byPlace);
  const kept = new Set(sorted);
  const mapped: Edit[] = [];
  for (const edit of later) {
    let [start, end, lines, shift] = [edit.start, edit.end, 0, 0];
    for (const before of sorted) {
      const from = before.start + shift;
      const to = from + before.text.length;
      const grown = before.text.length - (before.end - before.start);
      shift += grown;
      if (to <= edit.start) {
        start -= grown;
        end -= grown;
        lines += breaksIn(before.text) - breaksIn(text.slice(before.start, before.end));
      } else if (from >= edit.start && to <= edit.end) {
        end -= grown;
        kept.delete(before);
      } else if (from < edit.end || from <= edit.start) {
        return undefined;
      }
    }
    const { at } = edit;
    mapped.push({
      ...edit,
      start,
      end,
      at: { ...at, line: at.line - lines, endLine: at.endLine - lines },
    });
  }
  return [...kept, ...mapped].toSorted(byPlace);
}

function breaksIn(text: string): number {
  return text.split("\n").length - 1;
}
