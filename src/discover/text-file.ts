/** A file's text and the way from an offset to its line. Must not know what the text means. */
import type { Place } from "../model/place.ts";
import { Lines } from "../text/lines.ts";

/** One file as it was read. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** The place of the UTF-16 units `start` (inclusive) to `end` (exclusive). */
  place(start: number, end: number): Place;
}

/** Makes one. */
export function textFile(path: string, text: string): TextFile {
  const lines = new Lines(text);
  return { path, text, place: (start, end) => lines.place(path, start, end) };
}
