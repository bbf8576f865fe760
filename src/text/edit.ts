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

/** The text with the edits made; they must not overlap. */
export function applyEdits(text: string, edits: readonly Pick<Edit, "start" | "end" | "text">[]): string {
  let out = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}
