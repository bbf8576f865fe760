/** Keeps the parts of a large file that will be looked at, as its bytes stream by. Must keep no more than it was asked to. */

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
  filled: number;
}

/** One file after the other is looked at: the memory of the last serves the next, instead of megabytes of garbage each. */
const ARENA = 8 * 2 ** 20;
let spare: Uint8Array | undefined;

/** Parts of one file, by offset. `release` when nothing will be read any more. */
export class Windows {
  #arena: Uint8Array | undefined;
  #used = 0;
  readonly #windows: Window[] = [];
  readonly #fileSize: number;
  #position = 0;

  constructor(fileSize: number) {
    this.#fileSize = fileSize;
    this.#arena = spare ?? new Uint8Array(Math.min(ARENA, fileSize));
    spare = undefined;
  }

  /** Hands the memory on to the next file. */
  release(): void {
    if (this.#arena?.length === ARENA) spare = this.#arena;
    this.#arena = undefined;
    this.#windows.length = 0;
  }

  /** Bytes seen. */
  get position(): number {
    return this.#position;
  }

  /** Asks for a part that has not gone by yet; what lies outside the file is left out. */
  keep(start: number, size: number): void {
    const from = Math.max(start, this.#position);
    const end = Math.min(start + size, this.#fileSize);
    if (end > from) this.#windows.push({ start: from, bytes: this.#room(end - from), filled: 0 });
  }

  #room(size: number): Uint8Array {
    const room = this.#arena?.subarray(this.#used, this.#used + size);
    if (room?.length !== size) return new Uint8Array(size);
    this.#used += size;
    return room;
  }

  /** The next bytes of the file. */
  push(bytes: Uint8Array): void {
    const begin = this.#position;
    const end = begin + bytes.length;
    for (const window of this.#windows) {
      const from = Math.max(begin, window.start);
      const to = Math.min(end, window.start + window.bytes.length);
      if (to <= from) continue;
      window.bytes.set(bytes.subarray(from - begin, to - begin), from - window.start);
      window.filled = to - window.start;
    }
    this.#position = end;
  }

  /** Whether everything asked for has been seen. */
  get complete(): boolean {
    return this.#windows.every(({ bytes, filled }) => filled === bytes.length);
  }

  /** The bytes at an offset as far as they were kept; nothing where they start outside every window. */
  read(offset: number, size: number): Uint8Array | undefined {
    // Windows overlap: the one that reaches furthest has the most of it.
    const window = this.#windows
      .filter(({ start, filled }) => offset >= start && offset < start + filled)
      .toSorted((a, b) => b.start + b.filled - (a.start + a.filled))[0];
    if (window === undefined) return undefined;
    const from = offset - window.start;
    return window.bytes.subarray(from, Math.min(from + size, window.filled));
  }
}
