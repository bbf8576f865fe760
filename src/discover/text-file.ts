/** A file's text and the way from an offset to its line. Must not know what the text means. */
import type { Place } from "../model/place.ts";

/** One file as it was read. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** The place of the UTF-16 units `start` (inclusive) to `end` (exclusive). */
  place(start: number, end: number): Place;
}

/** Makes one; lines end with LF, CRLF or CR. */
export function textFile(path: string, text: string): TextFile {
  let starts: number[] | undefined;
  const position = (offset: number): [number, number] => {
    starts ??= [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - (starts[low] as number) + 1];
  };
  return {
    path,
    text,
    place(start, end) {
      const [line, column] = position(Math.min(start, text.length));
      const [endLine, endColumn] = position(Math.min(Math.max(start, end), text.length));
      return { file: path, line, column, endLine, endColumn };
    },
  };
}
