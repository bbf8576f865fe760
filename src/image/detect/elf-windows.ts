/** Keeps the parts of a large file that will be looked at, as its bytes stream by. Must keep no more than it was allowed to. */

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Bytes present from the window's start on; what goes by out of order is lost. */
  filled: number;
}

/** One file after the other is looked at: the memory of the last serves the next, instead of megabytes of garbage each. */
let spare: Uint8Array | undefined;

/** Parts of one file, by offset. `release` when nothing will be read any more. */
export class Windows {
  readonly #budget: number;
  #arena: Uint8Array = new Uint8Array(0);
  #spent = 0;
  #windows: Window[] = [];
  #block: Uint8Array = new Uint8Array(0);
  #blockStart = 0;

  /** `budget`: the most bytes all parts, and what is taken with `room`, may have together. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Hands the memory on to the next file; nothing that was read may be used any more. */
  release(): void {
    if (this.#arena.length > 0) spare = this.#arena;
    this.#arena = new Uint8Array(0);
    this.#windows = [];
  }

  /** Takes memory out of the budget: fewer bytes than asked for once it is spent. */
  room(size: number): Uint8Array {
    if (this.#arena.length === 0) {
      this.#arena = spare?.length === this.#budget ? spare : new Uint8Array(this.#budget);
      spare = undefined;
    }
    const room = this.#arena.subarray(this.#spent, this.#spent + size);
    this.#spent += room.length;
    return room;
  }

  /** Asks for a part, as far as the budget goes. Of what has gone by, only the present block can still be had. */
  keep(start: number, size: number): void {
    if (!Number.isSafeInteger(start) || start < 0 || !(size > 0)) return;
    const window: Window = { start, bytes: this.room(Math.min(size, this.#budget)), filled: 0 };
    this.#windows.push(window);
    this.#fill(window);
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
