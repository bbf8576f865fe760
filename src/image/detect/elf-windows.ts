/** Keeps the parts of a large file that will be looked at, as its bytes stream by. Must keep no more than it was asked to. */

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
  filled: number;
}

/** Parts of one file, by offset. */
export class Windows {
  readonly #windows: Window[] = [];
  readonly #fileSize: number;
  #position = 0;

  constructor(fileSize: number) {
    this.#fileSize = fileSize;
  }

  /** Bytes seen. */
  get position(): number {
    return this.#position;
  }

  /** Asks for a part that has not gone by yet; what lies outside the file is left out. */
  keep(start: number, size: number): void {
    const from = Math.max(start, this.#position);
    const end = Math.min(start + size, this.#fileSize);
    if (end > from) this.#windows.push({ start: from, bytes: new Uint8Array(end - from), filled: 0 });
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
    const window = this.#windows.find(({ start, filled }) => offset >= start && offset < start + filled);
    if (window === undefined) return undefined;
    const from = offset - window.start;
    return window.bytes.subarray(from, Math.min(from + size, window.filled));
  }
}
