/** Where a Corefile's text stands in the file the user gave. Must not know what kind of file that is. */
import type { Place } from "../model/place.ts";
import { lastAtOrBefore, linesOf } from "./lines.ts";

/** One run of text that stands in the file exactly as it reads; offsets in UTF-16 units. */
export interface Segment {
  /** Offset in the Corefile's text. */
  readonly at: number;
  /** Offset in the file. */
  readonly inFile: number;
}

/** A text and its way back to the file. */
export interface Source {
  /** As the user wrote it. */
  readonly file: string;
  /** The Corefile's own text. */
  readonly text: string;
  /** The place of a region of the text, in the file; `end` is exclusive. */
  toPlace(start: number, end: number): Place;
  /** The offset in the file of one offset of the text. */
  toFileOffset(offset: number): number;
}

/** A Corefile that is the whole file. */
export function wholeFile(file: string, text: string): Source {
  return partOfFile(file, text, text, [{ at: 0, inFile: 0 }]);
}

/**
 * A Corefile inside another file: `segments` in ascending order say where each run of it stands, such as
 * the lines of a YAML block scalar without their indentation.
 */
export function partOfFile(
  file: string,
  fileText: string,
  text: string,
  segments: readonly Segment[],
): Source {
  const starts = segments.map(({ at }) => at);
  const toFileOffset = (offset: number): number => {
    const segment = segments[lastAtOrBefore(starts, offset)];
    if (segment === undefined) return 0;
    return Math.min(segment.inFile + (offset - segment.at), fileText.length);
  };
  const toPlace = (start: number, end: number): Place => {
    const from = toFileOffset(start);
    // The last unit decides, so that an end at a line's end does not slip past the next indentation.
    const to = end > start ? toFileOffset(end - 1) + 1 : from;
    return linesOf(fileText).place(file, from, to);
  };
  return { file, text, toPlace, toFileOffset };
}
