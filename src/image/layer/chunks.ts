/** Brings a layer's stored bytes to a synchronous reader. Must not look at them. */
import { closeSync, openSync, readSync } from "node:fs";
import { MuslgateError } from "../../model/error.ts";

/** Bytes read or handed over at a time: the knee of the curve (docs/performance.md). */
export const CHUNK = 256 * 1024;

/** The bytes of part of a file, through one buffer that is used again: a chunk is valid until the next. */
export function* fileChunks(path: string, offset: number, size: number): Generator<Uint8Array, void> {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, Math.max(size, 1)));
    let at = 0;
    while (at < size) {
      const got = readSync(file, buffer, 0, Math.min(buffer.length, size - at), offset + at);
      if (got === 0) return;
      at += got;
      yield buffer.subarray(0, got);
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Looks at how a stream begins: its first `count` bytes or more where there are so many, and all of it, with those.
 * Leaving `all` early closes the stream.
 */
export function begun(
  chunks: Iterable<Uint8Array>,
  count: number,
): { readonly head: Uint8Array; readonly all: Iterable<Uint8Array> } {
  const source = chunks[Symbol.iterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < count) {
    const next = source.next();
    if (next.done) break;
    // A chunk is valid until the next: what is kept beyond that is copied.
    head = head.length === 0 && next.value.length >= count ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, all: everything(head, source) };
}

function* everything(head: Uint8Array, rest: Iterator<Uint8Array>): Generator<Uint8Array, void> {
  try {
    if (head.length > 0) yield head;
    for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
  } finally {
    rest.return?.();
  }
}

/** A stream's bytes in memory. Throws MuslgateError (`limit`) above `maxBytes`. */
export async function gather(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new MuslgateError(
        "limit",
        `a layer of more than ${maxBytes} bytes cannot be read without worker threads`,
        "Run the bundled program.",
      );
    }
    // A chunk is valid until the next.
    chunks.push(Buffer.from(chunk));
  }
  return chunks;
}
