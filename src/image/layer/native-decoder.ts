/** Drives Node's own zlib and zstd decoders, here or in libuv's threads, through two buffers. Must not know what is decoded. */
import zlib from "node:zlib";
import { MuslgateError } from "../../model/error.ts";
import type { Chunks } from "./chunks.ts";

/**
 * The part of a zlib stream's native handle that is used. The public streams would put a new buffer out for each chunk, hand it
 * through their queues, and stop after the first zstd frame on Node 22 and 24 (docs/adr/0007-one-thread.md).
 */
interface NativeHandle {
  /** Begins a step in another thread; `cb` or `onerror` is called when it has been done. */
  write: NativeStep;
  /** The same at once; `onerror` is called before it returns. */
  writeSync: NativeStep;
  cb: () => void;
  onerror: (message: string, errno: number, code: string) => void;
  /** What a step works on, which nothing else may hold by then. */
  buffer: unknown;
  close(): void;
}

type NativeStep = (
  flush: number,
  input: Uint8Array,
  inAt: number,
  inLength: number,
  output: Uint8Array,
  outAt: number,
  outLength: number,
) => void;

/** Bytes put out at a time: of a step here what the processor's own memory holds, elsewhere more, since each wakes two threads. */
const HERE_OUT = 256 * 1024;
const OUT = 1024 * 1024;
/** Buffers that nobody uses now: left to the collector, those of many small layers would be most of the memory. */
const spare: Buffer[] = [];
const MOST_SPARE = 8;
const NOTHING = new Uint8Array(0);
/** Steps done here at most before one is done elsewhere: signals are heard meanwhile, and other streams go on. */
const MOST_HERE = 16;

/** The formats that this Node can decode so; zstd from 22.15 on. */
export type NativeFormat = "gzip" | "zstd";

/** Whether this Node can. */
export function hasNative(format: NativeFormat): boolean {
  return format === "gzip" || "createZstdDecompress" in zlib;
}

/** What is asked meanwhile. */
export interface Decoding {
  /** Is shown the bytes as they are stored, each chunk once, and before what it unpacks to or while that is made. */
  readonly seen: (stored: Uint8Array) => void;
  /** Whether the next bytes are to be unpacked in another thread, which pays where this one has other things to do. */
  readonly elsewhere: () => boolean;
}

/**
 * Decodes into chunks, mostly full ones; one put out is valid until the next is asked for, and the next is being made
 * meanwhile: that is when a chunk that came in is `seen`, once. All members of a gzip and all frames of a zstd stream are decoded. Throws an Error with the decoder's words on
 * damage and on a stream that stops early.
 */
export async function* decodeNatively(
  format: NativeFormat,
  chunks: Chunks,
  { seen, elsewhere }: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const decoder = open(format);
  let [out, other] = [spare.pop() ?? Buffer.allocUnsafeSlow(OUT), spare.pop() ?? Buffer.allocUnsafeSlow(OUT)];
  let filled = 0;
  /** Full, and not put out yet: that is done while the step after it goes on. */
  let full: Uint8Array | undefined;
  let step: Promise<Step> | Step | undefined;
  let here = 0;
  try {
    try {
      for await (const chunk of chunks) {
        // A full buffer may have left output behind even when all input is taken.
        for (let at = 0, more = true, isNew = true; at < chunk.length || more; isNew = false) {
          here = elsewhere() || here === MOST_HERE ? 0 : here + 1;
          const room = (here > 0 && filled < HERE_OUT ? HERE_OUT : OUT) - filled;
          step = decoder[here === 0 ? "begin" : "step"](
            0,
            chunk.subarray(at),
            out.subarray(filled, filled + room),
          );
          if (isNew) seen(chunk);
          if (full !== undefined) yield full;
          full = undefined;
          const { consumed, produced } = await step;
          at += consumed;
          filled += produced;
          more = produced === room;
          if (more) {
            full = out.subarray(0, filled);
            [out, other] = [other, out];
            filled = 0;
          } else if (produced === 0 && consumed === 0 && at < chunk.length) {
            // Zeros behind the end are padding (GNU gzip ignores them too); anything else is damage.
            if (chunk.subarray(at).some((byte) => byte !== 0))
              throw new Error("there is something behind its end");
            break;
          }
        }
      }
      decoder.step(decoder.finish, NOTHING, out.subarray(filled));
    } catch (error) {
      // What earlier steps made is read before the damage is told.
      if (full !== undefined) yield full;
      if (filled > 0) yield out.subarray(0, filled);
      throw error;
    }
    if (full !== undefined) yield full;
    if (filled > 0) yield out.subarray(0, filled);
  } finally {
    await Promise.resolve(step).catch(() => {});
    decoder.close();
    if (spare.length < MOST_SPARE) spare.push(out, other);
  }
}

/** Bytes that a step took and made. */
interface Step {
  readonly consumed: number;
  readonly produced: number;
}

function open(format: NativeFormat) {
  // Its own buffer is not used.
  const options = { chunkSize: 64 };
  const stream =
    format === "gzip"
      ? zlib.createGunzip(options)
      : (zlib as unknown as { createZstdDecompress(options: object): zlib.Gunzip }).createZstdDecompress(
          options,
        );
  const { _handle: handle, _writeState: state } = stream as unknown as {
    _handle?: NativeHandle;
    _writeState?: Uint32Array;
  };
  if (typeof handle?.write !== "function" || typeof handle.writeSync !== "function" || state === undefined) {
    throw new MuslgateError(
      "internal",
      `Node ${process.version} has no ${format} decoder where muslgate looks for it`,
      "Use Node 20, 22 or 24.",
    );
  }
  // A destroyed stream leaves what a step made where it is, and says no more than that it was done.
  stream.destroyed = true;
  /** What a step took and made of what it was given; the first two of the state are bytes left there. */
  const done = (input: Uint8Array, output: Uint8Array): Step => ({
    consumed: input.length - (state[1] as number),
    produced: output.length - (state[0] as number),
  });
  return {
    finish: format === "gzip" ? zlib.constants.Z_FINISH : 2,
    /** Does a step. Throws an Error with the decoder's words. */
    step(flush: number, input: Uint8Array, output: Uint8Array): Step {
      let failure: string | undefined;
      handle.onerror = (message) => {
        failure ??= message;
      };
      handle.writeSync(flush, input, 0, input.length, output, 0, output.length);
      if (failure !== undefined) throw new Error(failure);
      return done(input, output);
    },
    /** Has it done elsewhere: both buffers are its own until then. Rejects as `step` throws. */
    begin(flush: number, input: Uint8Array, output: Uint8Array): Promise<Step> {
      const made = new Promise<Step>((resolve, reject) => {
        handle.onerror = (message) => reject(new Error(message));
        handle.cb = () => resolve(done(input, output));
        handle.buffer = [input, output];
        handle.write(flush, input, 0, input.length, output, 0, output.length);
      });
      // Told to whoever waits for it, after what was made before it has been put out.
      made.catch(() => {});
      return made;
    },
    close: () => handle.close(),
  };
}
