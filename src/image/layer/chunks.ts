/** Brings a layer's stored bytes to a synchronous reader. Must not look at them. */
import { closeSync, openSync, readSync } from "node:fs";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { MuslgateError } from "../../model/error.ts";
import { fromPlain, type PlainError, plainError } from "./plain-error.ts";

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

/** What the main thread sends into a channel: bytes, the end, or why there will be none. */
type ChannelMessage =
  | { readonly bytes: Uint8Array }
  | { readonly end: true }
  | { readonly failed: PlainError };

/** Counters shared by both ends of a channel: messages sent, messages taken. */
const SENT = 0;
const TAKEN = 1;
/** Messages on their way at most, so that a fast sender does not fill the memory. */
const AHEAD = 8;

/** Creates the counters of a channel. */
export function channelCounters(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Sends a stream into a channel until its end; a failure of the stream travels as such. Never rejects. */
export async function feedChannel(
  port: MessagePort,
  counters: Int32Array<SharedArrayBuffer>,
  open: () => Promise<AsyncIterable<Uint8Array>>,
  signal: AbortSignal,
): Promise<void> {
  // Chunks come back when they have been read, and serve again: without that each would be garbage on both sides.
  const free: Uint8Array<ArrayBuffer>[] = [];
  port.on("message", (chunk: Uint8Array<ArrayBuffer>) => free.push(chunk));
  port.unref();
  const send = (message: ChannelMessage, transfer: ArrayBuffer[] = []) => {
    port.postMessage(message, transfer);
    Atomics.add(counters, SENT, 1);
    Atomics.notify(counters, SENT);
  };
  try {
    for await (const bytes of gathered(await open(), () => free.pop() ?? new Uint8Array(CHUNK))) {
      for (;;) {
        if (signal.aborted) return;
        const taken = Atomics.load(counters, TAKEN);
        if (Atomics.load(counters, SENT) - taken < AHEAD) break;
        await Atomics.waitAsync(counters, TAKEN, taken, 1_000).value;
      }
      send({ bytes }, [bytes.buffer]);
    }
    send({ end: true });
  } catch (error) {
    send({ failed: plainError(error) });
  }
}

/** The bytes of a channel, on a thread that may block. Throws MuslgateError when the sender failed. */
export function* channelChunks(
  port: MessagePort,
  counters: Int32Array<SharedArrayBuffer>,
): Generator<Uint8Array, void> {
  for (let taken = 0; ; taken++) {
    Atomics.wait(counters, SENT, taken);
    const message = receiveMessageOnPort(port)?.message as ChannelMessage;
    Atomics.add(counters, TAKEN, 1);
    Atomics.notify(counters, TAKEN);
    if ("end" in message) return;
    if ("failed" in message) throw fromPlain(message.failed);
    yield message.bytes;
    if (message.bytes.length === CHUNK)
      port.postMessage(message.bytes, [message.bytes.buffer as ArrayBuffer]);
  }
}

/** Copies small pieces into chunks with a buffer of their own, which can be handed to another thread. */
async function* gathered(
  pieces: AsyncIterable<Uint8Array>,
  fresh: () => Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let chunk = fresh();
  let length = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const take = Math.min(CHUNK - length, piece.length - at);
      chunk.set(piece.subarray(at, at + take), length);
      length += take;
      at += take;
      if (length === CHUNK) {
        yield chunk;
        chunk = fresh();
        length = 0;
      }
    }
  }
  if (length > 0) yield chunk.slice(0, length);
}

/** A stream's bytes in memory. Throws MuslgateError (`limit`) above `maxBytes`. */
export async function gather(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of gathered(stream, () => new Uint8Array(CHUNK))) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new MuslgateError(
        "limit",
        `a layer of more than ${maxBytes} bytes cannot be read without worker threads`,
        "Run the bundled program.",
      );
    }
    chunks.push(chunk);
  }
  return chunks;
}
