/** Keeps the parts of a large file that will be looked at, as its bytes stream by. Must keep no more than it was allowed to. */

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Bytes present from the window's start on; what goes by out of order is lost. */
  filled: number;
}

/** Parts of one file, by offset. */
export class Windows {
  readonly #budget: number;
  #spent = 0;
  #windows: Window[] = [];
  #block: Uint8Array = new Uint8Array(0);
  #blockStart = 0;

  /** `budget`: the most bytes all parts may have together. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Asks for a part, as far as the budget goes. Of what has gone by, only the present block can still be had. */
  keep(start: number, size: number): void {
    const room = Math.min(size, this.#budget - this.#spent);
    if (!Number.isSafeInteger(start) || start < 0 || !(room > 0)) return;
    this.#spent += room;
    const window: Window = { start, bytes: new Uint8Array(room), filled: 0 };
    this.#windows.push(window);
    this.#fill(window);
  }

  /** Lets go of the part that starts there, once it turned out not to be needed. */
  drop(start: number): void {
    for (const window of this.#windows) if (window.start === start) this.#spent -= window.bytes.length;
    this.#windows = this.#windows.filter((window) => window.start !== start);
  }

  /** The next block of the file, which starts at `start`. Blocks may overlap; each is valid until the next. */
  push(block: Uint8Array, start: number): void {
    this.#block = block;
    this.#blockStart = start;
    for (const window of this.#windows) this.#fill(window);
  }

  /** The bytes from an offset on as far as they were kept, at most `size`; none when they were not. */
  read(offset: number, size: number): Uint8Array {
    let best: Uint8Array = new Uint8Array(0);
    for (const { start, bytes, filled } of this.#windows) {
      const from = offset - start;
      if (from < 0 || from >= filled) continue;
      const found = bytes.subarray(from, Math.min(from + size, filled));
      if (found.length > best.length) best = found;
    }
    return best;
  }

  #fill(window: Window): void {
    const from = window.start + window.filled - this.#blockStart;
    if (from < 0 || from >= this.#block.length) return;
    const count = Math.min(this.#block.length - from, window.bytes.length - window.filled);
    window.bytes.set(this.#block.subarray(from, from + count), window.filled);
    window.filled += count;
  }
}
