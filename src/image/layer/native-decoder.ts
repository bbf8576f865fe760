/** Drives Node's own zlib and zstd decoders synchronously, through one buffer. Must not know what is decoded. */
import zlib from "node:zlib";
import { MuslgateError } from "../../model/error.ts";

/**
 * The part of a zlib stream's native handle that is used. Node's own synchronous functions and npm's minizlib
 * drive it the same way; the public streams cost a trip through the thread pool a chunk, and stop after the
 * first zstd frame on Node 22 and 24 (docs/adr/0001-synchronous-layer-walk.md).
 */
interface NativeHandle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inAt: number,
    inLength: number,
    output: Uint8Array,
    outAt: number,
    outLength: number,
  ): void;
  onerror: (message: string, errno: number, code: string) => void;
  close(): void;
}

/** Bytes put out at a time. */
const OUT = 256 * 1024;
/** Bytes taken in after which what there is, if only nothing, is put out: whoever reads may have more to do. */
const SILENT = 4 * 2 ** 20;
const NOTHING = new Uint8Array(0);

/** The formats that this Node can decode so; zstd from 22.15 on. */
export type NativeFormat = "gzip" | "zstd";

/** Whether this Node can. */
export function hasNative(format: NativeFormat): boolean {
  return format === "gzip" || "createZstdDecompress" in zlib;
}

/**
 * Decodes into chunks, mostly full ones; one put out is valid until the next is asked for. All members of a gzip and
 * all frames of a zstd stream are decoded. Throws an Error with the decoder's words on damage and on a
 * stream that stops early.
 */
export function* decodeNatively(
  format: NativeFormat,
  chunks: Iterable<Uint8Array>,
): Generator<Uint8Array, void> {
  const { handle, state, finish } = open(format);
  let failure: string | undefined;
  handle.onerror = (message) => {
    failure ??= message;
  };
  const out = Buffer.allocUnsafeSlow(OUT);
  let filled = 0;
  let silent = 0;
  const step = (flush: number, input: Uint8Array, at: number) => {
    const length = input.length - at;
    handle.writeSync(flush, input, at, length, out, filled, OUT - filled);
    if (failure !== undefined) throw new Error(failure);
    const before = filled;
    filled = OUT - (state[0] as number);
    return { consumed: length - (state[1] as number), produced: filled - before };
  };
  try {
    try {
      for (const chunk of chunks) {
        // A full buffer may have left output behind even when all input is taken.
        for (let at = 0, full = true; at < chunk.length || full; ) {
          const { consumed, produced } = step(0, chunk, at);
          at += consumed;
          full = filled === OUT;
          if (full) {
            yield out;
            filled = 0;
            silent = 0;
          } else if (produced === 0 && consumed === 0 && at < chunk.length) {
            // Zeros behind the end are padding (GNU gzip ignores them too); anything else is damage.
            if (chunk.subarray(at).some((byte) => byte !== 0))
              throw new Error("there is something behind its end");
            break;
          }
        }
        silent += chunk.length;
        if (silent >= SILENT) {
          yield out.subarray(0, filled);
          filled = 0;
          silent = 0;
        }
      }
      step(finish, NOTHING, 0);
    } catch (error) {
      // What came before the damage is read before the damage is told.
      if (filled > 0) yield out.subarray(0, filled);
      throw error;
    }
    if (filled > 0) yield out.subarray(0, filled);
  } finally {
    handle.close();
  }
}

function open(format: NativeFormat) {
  const options = { chunkSize: OUT };
  const stream: unknown =
    format === "gzip"
      ? zlib.createGunzip(options)
      : (zlib as unknown as { createZstdDecompress(options: object): unknown }).createZstdDecompress(options);
  const { _handle: handle, _writeState: state } = stream as {
    _handle?: NativeHandle;
    _writeState?: Uint32Array;
  };
  if (typeof handle?.writeSync !== "function" || state === undefined) {
    throw new MuslgateError(
      "internal",
      `Node ${process.version} has no synchronous ${format} decoder where muslgate looks for it`,
      "Use Node 20, 22 or 24.",
    );
  }
  return { handle, state, finish: format === "gzip" ? zlib.constants.Z_FINISH : 2 };
}
