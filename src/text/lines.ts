/** The lines of a text, and the way from an offset to its place and back. Must be the only count of lines there is. */
import type { Place } from "../model/place.ts";

/**
 * A text by its lines, which are counted when they are first asked for. `\n` and `\r\n` end a line, as in editors and on
 * GitHub; a lone `\r` does not. Offsets in UTF-16 units, lines and columns from 1.
 */
export class Lines {
  readonly #text: string;
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Offsets at which lines start. */
  get starts(): readonly number[] {
    this.#starts ??= lineStarts(this.#text);
    return this.#starts;
  }

  /** Index of the line, from 0, that an offset stands in. */
  lineOf(offset: number): number {
    return Math.max(0, lastAtOrBefore(this.starts, offset));
  }

  /** The place of `start` to `end`, which is exclusive; what lies behind the text is its end. */
  place(file: string, start: number, end: number): Place {
    const [line, column] = this.#position(start);
    const [endLine, endColumn] = this.#position(Math.max(start, end));
    return { file, line, column, endLine, endColumn };
  }

  /** The offset of a place; the text's end where there is no such line. */
  offsetOf(line: number, column: number): number {
    const start = this.starts[line - 1];
    return start === undefined ? this.#text.length : start + column - 1;
  }

  #position(offset: number): readonly [number, number] {
    const inside = Math.min(offset, this.#text.length);
    const line = this.lineOf(inside);
    return [line + 1, inside - (this.starts[line] ?? 0) + 1];
  }
}

/** The text whose lines were asked for last: a file of thousands of ConfigMaps is cut into as many sources. */
let last: { readonly text: string; readonly lines: Lines } = { text: "", lines: new Lines("") };

/** The lines of a text that may have been asked for just now. */
export function linesOf(text: string): Lines {
  if (last.text !== text) last = { text, lines: new Lines(text) };
  return last.lines;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

/** Index of the last of ascending values that is not above `value`; -1 when all are. */
export function lastAtOrBefore(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
