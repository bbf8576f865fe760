/** Hands a stream's bytes to another thread through memory that both see. Must not look at them. */
import { MuslgateError } from "../../model/error.ts";
import { CHUNK } from "./chunks.ts";
import { fromPlain, type PlainError, plainError } from "./plain-error.ts";

/** Chunks on their way at most, so that a fast sender does not fill the memory. */
const SLOTS = 8;

/** Places in the counters: slots sent and taken, then of each slot what is in it and how many bytes. */
const SENT = 0;
const TAKEN = 1;
const KIND = 2;
const LENGTH = KIND + SLOTS;
/** What a slot may hold. */
const BYTES = 0;
const END = 1;
const FAILED = 2;
/** Instead of a number sent: there will be no more. */
const CLOSED = -1;

/** The memory. It serves one stream after the other. */
export interface Ring {
  readonly counters: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** Two megabytes: messages between threads would leave garbage on both sides for each chunk. */
export function createRing(): Ring {
  return {
    counters: new Int32Array(new SharedArrayBuffer(4 * (LENGTH + SLOTS))),
    bytes: new Uint8Array(new SharedArrayBuffer(SLOTS * CHUNK)),
  };
}

/**
 * Sends a stream into a ring until its end; a failure of the stream travels as such. Nobody reads the ring when it begins,
 * and who reads it is told when the signal ends it. Never rejects.
 */
export async function feedRing(
  { counters, bytes }: Ring,
  open: () => Promise<AsyncIterable<Uint8Array>>,
  signal: AbortSignal,
): Promise<void> {
  counters.fill(0);
  let sent = 0;
  let length = 0;
  const send = (kind: number) => {
    counters[KIND + (sent % SLOTS)] = kind;
    counters[LENGTH + (sent % SLOTS)] = length;
    length = 0;
    Atomics.store(counters, SENT, ++sent);
    Atomics.notify(counters, SENT);
  };
  /** Resolves once the next slot has been read, or nobody will read it. */
  const free = async () => {
    for (;;) {
      signal.throwIfAborted();
      const taken = Atomics.load(counters, TAKEN);
      if (sent - taken < SLOTS) return;
      await Atomics.waitAsync(counters, TAKEN, taken, 1_000).value;
    }
  };
  const put = (piece: Uint8Array) => {
    const take = Math.min(CHUNK - length, piece.length);
    bytes.set(piece.subarray(0, take), (sent % SLOTS) * CHUNK + length);
    length += take;
    return take;
  };
  try {
    try {
      for await (const piece of await open()) {
        for (let at = 0; at < piece.length; ) {
          if (length === 0) await free();
          at += put(piece.subarray(at));
          if (length === CHUNK) send(BYTES);
        }
      }
      if (length > 0) send(BYTES);
      await free();
      send(END);
    } catch (error) {
      if (length === 0) await free();
      length = 0;
      put(Buffer.from(JSON.stringify(plainError(error))));
      send(FAILED);
    }
  } catch {
    Atomics.store(counters, SENT, CLOSED);
    Atomics.notify(counters, SENT);
  }
}

/** The bytes of a ring, on a thread that may block; a chunk is valid until the next. Throws MuslgateError when the sender failed. */
export function* ringChunks({ counters, bytes }: Ring): Generator<Uint8Array, void> {
  // Decoders and hashes are not all at ease with shared memory.
  const own = Buffer.allocUnsafeSlow(CHUNK);
  for (let taken = 0; ; taken++) {
    Atomics.wait(counters, SENT, taken);
    if (Atomics.load(counters, SENT) === CLOSED)
      throw new MuslgateError("input", "its transfer was ended", "Run muslgate again.");
    const slot = taken % SLOTS;
    const kind = counters[KIND + slot];
    const chunk = own.subarray(0, counters[LENGTH + slot]);
    chunk.set(bytes.subarray(slot * CHUNK, slot * CHUNK + chunk.length));
    Atomics.store(counters, TAKEN, taken + 1);
    Atomics.notify(counters, TAKEN);
    if (kind === END) return;
    if (kind === FAILED) throw fromPlain(JSON.parse(chunk.toString()) as PlainError);
    yield chunk;
  }
}
