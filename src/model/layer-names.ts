/** The paths of a layer as one run of bytes, which costs the collector and a file less than as many strings. Must not know what stands at them. */

/** Paths in order, UTF-8, one after the other with nothing between them. Plain data. */
export interface LayerNames {
  readonly bytes: Uint8Array;
  /** Where each ends, ascending; there are as many as names. */
  readonly ends: Uint32Array;
}

/** Names as they come. */
export class NamesBuilder {
  #bytes = Buffer.allocUnsafeSlow(1024);
  #ends = new Uint32Array(32);
  #length = 0;
  #count = 0;

  /** The next name. Returns its index. */
  push(name: string): number {
    this.#makeRoom(3 * name.length);
    this.#length += this.#bytes.write(name, this.#length);
    return this.#end();
  }

  /** The next name, as the first `length` bytes of valid UTF-8. Returns its index. */
  pushBytes(name: Uint8Array, length: number): number {
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const at = this.#length;
    // Names are short: a call for each costs more.
    for (let i = 0; i < length; i++) bytes[at + i] = name[i] as number;
    this.#length += length;
    return this.#end();
  }

  /** What there is, in memory of its own. */
  result(): LayerNames {
    return {
      bytes: new Uint8Array(this.#bytes.subarray(0, this.#length)),
      ends: this.#ends.slice(0, this.#count),
    };
  }

  #end(): number {
    if (this.#count === this.#ends.length) {
      const ends = new Uint32Array(2 * this.#count);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#count] = this.#length;
    return this.#count++;
  }

  #makeRoom(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}

/** These names, packed. */
export function packNames(names: Iterable<string>): LayerNames {
  const builder = new NamesBuilder();
  for (const name of names) builder.push(name);
  return builder.result();
}

/** Each name as text. */
export function unpackNames({ bytes, ends }: LayerNames): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const all = buffer.toString();
  // Only ASCII has as many characters as bytes.
  const isAscii = all.length === bytes.length;
  return Array.from(ends, (end, i) => {
    const start = i === 0 ? 0 : (ends[i - 1] as number);
    return isAscii ? all.slice(start, end) : buffer.toString("utf8", start, end);
  });
}
