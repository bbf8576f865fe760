/** Brings stored bytes to whoever reads them, chunk by chunk. Must not look at them. */
import { closeSync, openSync, read } from "node:fs";

/** Bytes read or handed over at a time: the knee of the curve (docs/performance.md). */
export const CHUNK = 512 * 1024;

/** Bytes in order, from memory or from afar; a chunk is valid until the next is asked for. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The bytes of part of a file; while one chunk is used, the next is read into the other of two buffers. */
export async function* fileChunks(
  path: string,
  offset: number,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  const file = openSync(path, "r");
  const buffer = () => Buffer.allocUnsafeSlow(Math.min(CHUNK, Math.max(size, 1)));
  let free: Buffer = buffer();
  let used: Buffer | undefined;
  let at = 0;
  const readNext = (into: Buffer) => {
    const count = readAt(file, into, Math.min(into.length, size - at), offset + at);
    // It is told to whoever waits for it, if somebody does.
    count.catch(() => {});
    return count;
  };
  let reading = readNext(free);
  try {
    while (at < size) {
      const count = await reading;
      if (count === 0) return;
      at += count;
      const chunk = free.subarray(0, count);
      if (at < size) {
        [free, used] = [used ?? buffer(), free];
        reading = readNext(free);
      }
      yield chunk;
    }
  } finally {
    await reading.catch(() => {});
    closeSync(file);
  }
}

function readAt(file: number, into: Buffer, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, into, 0, length, position, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}

/**
 * Looks at how a stream begins: its first `count` bytes or more where there are so many, and all of it, with those.
 * Leaving `all` early closes the stream.
 */
export async function begun(
  chunks: Chunks,
  count: number,
): Promise<{ readonly head: Uint8Array; readonly all: AsyncIterable<Uint8Array> }> {
  const source = iterator(chunks);
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < count) {
    const next = await source.next();
    if (next.done) break;
    // A chunk is valid until the next: what is kept beyond that is copied.
    head = head.length === 0 && next.value.length >= count ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, all: everything(head, source) };
}

type Source = AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

function iterator(chunks: Chunks): Source {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
}

async function* everything(head: Uint8Array, rest: Source): AsyncGenerator<Uint8Array, void> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
