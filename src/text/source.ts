/** Where a Corefile's text stands in the file the user gave. Must not know what kind of file that is. */
import type { Place } from "../model/place.ts";

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
  const toFileOffset = (offset: number): number => {
    const segment = segments[lastAtOrBefore(segments.length, (i) => segments[i]!.at, offset)];
    if (segment === undefined) return 0;
    return Math.min(segment.inFile + (offset - segment.at), fileText.length);
  };
  const toPlace = (start: number, end: number): Place => {
    const from = toFileOffset(start);
    // The last unit decides, so that an end at a line's end does not slip past the next indentation.
    const to = end > start ? toFileOffset(end - 1) + 1 : from;
    const lines = lineStarts(fileText);
    const [line, column] = lineAndColumn(lines, from);
    const [endLine, endColumn] = lineAndColumn(lines, to);
    return { file, line, column, endLine, endColumn };
  };
  return { file, text, toPlace, toFileOffset };
}

/** The file whose lines were counted last: a file of thousands of ConfigMaps is cut into as many sources. */
let counted: { readonly text: string; readonly starts: readonly number[] } = { text: "", starts: [0] };

/** Offsets at which lines start. `\n` and `\r\n` end a line, as in editors and on GitHub; a lone `\r` does not. */
export function lineStarts(text: string): readonly number[] {
  if (counted.text === text) return counted.starts;
  const starts = [0];
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  counted = { text, starts };
  return starts;
}

/** Index of the line, from 0, that an offset stands in. */
export function lineOf(starts: readonly number[], offset: number): number {
  return Math.max(
    0,
    lastAtOrBefore(starts.length, (i) => starts[i]!, offset),
  );
}

function lineAndColumn(starts: readonly number[], offset: number): [number, number] {
  const line = lineOf(starts, offset);
  return [line + 1, offset - (starts[line] ?? 0) + 1];
}

/** Index of the last of `count` ascending values that is not above `value`; -1 when all are. */
function lastAtOrBefore(count: number, at: (i: number) => number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
