/** A text and where it stands in the file the user gave. Must not know what kind of file that is, nor what the text says. */
import type { Place } from "../model/place.ts";
import { lastAtOrBefore, Lines } from "./lines.ts";

/** One run of a text that stands in another exactly as it reads; offsets in UTF-16 units. */
export interface Segment {
  /** Offset in the text. */
  readonly at: number;
  /** Offset in the text around it. */
  readonly outside: number;
}

/** A text and its way back to the file. */
export interface Source {
  /** As the user wrote it, or its path in the repository. */
  readonly file: string;
  readonly text: string;
  /** What the text stands for, letter for letter as long, where some of it is other letters than the file has. */
  readonly written?: string;
  /** The place of a region of the text, in the file; `end` is exclusive. */
  toPlace(start: number, end: number): Place;
  /** The offset in the file of one offset of the text. */
  toFileOffset(offset: number): number;
}

/** A text that is the whole file. */
export function wholeFile(file: string, text: string): Source {
  const lines = new Lines(text);
  return {
    file,
    text,
    toPlace: (start, end) => lines.place(file, start, end),
    toFileOffset: (offset) => Math.min(offset, text.length),
  };
}

/**
 * A text inside another: `segments` in ascending order say where each run of it stands there, such as the lines of a
 * YAML block scalar without their indentation.
 */
export function partOf(outer: Source, text: string, segments: readonly Segment[]): Source {
  const starts = segments.map(({ at }) => at);
  const outside = (offset: number): number => {
    const segment = segments[lastAtOrBefore(starts, offset)];
    return segment === undefined ? 0 : Math.min(segment.outside + (offset - segment.at), outer.text.length);
  };
  return {
    file: outer.file,
    text,
    toPlace(start, end) {
      const from = outside(start);
      // The last unit decides, so that an end at a line's end does not slip past the next indentation.
      return outer.toPlace(from, end > start ? outside(end - 1) + 1 : from);
    },
    toFileOffset: (offset) => outer.toFileOffset(outside(offset)),
  };
}

/** A text that stands at one place as a whole, whatever its letters: what was coded there, or what is made of it. */
export function pinnedTo(at: Source, text: string): Source {
  const place = at.toPlace(0, at.text.length);
  return { file: at.file, text, toPlace: () => place, toFileOffset: () => at.toFileOffset(0) };
}
