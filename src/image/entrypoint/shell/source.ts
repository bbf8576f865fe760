/** A text that is read as shell, and where its lines are. Must not read it. */

/** A script, a part of one, or the text given to `sh -c`. */
export interface Source {
  /** As it is shown: a path, or `sh -c`. */
  readonly name: string;
  readonly text: string;
  /** What `$BASH_SOURCE` is there, nothing where it is no file. */
  readonly path?: string;
  /** The line of a position, from 1. */
  readonly lineOf: (position: number) => number;
}

/** The source of a whole text. */
export function sourceOf(name: string, text: string, path?: string): Source {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineOf = (position: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= position) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return { name, text, path, lineOf };
}
