/** Drives zstd in WebAssembly, for a Node that has none of its own. Must not be loaded where nothing is zstd. */
import { ZSTDDecoder } from "zstddec/stream";
import type { Chunks } from "./chunks.ts";
import type { Decoding } from "./native-decoder.ts";

/** What is used of zstd's own interface (zstd.h, "Streaming decompression"). */
interface Zstd {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(at: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  /** 0 where a frame has ended and all of it is put out; an error is a negative number. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** Bytes taken in and put out at a time. */
const IN = 128 * 1024;
const OUT = 256 * 1024;
/** A ZSTD_inBuffer or ZSTD_outBuffer: where, how many bytes, and how many of them are done. */
const BUFFER = 12;

/** The library decodes what is there at once; its module, which it is handed when it starts, takes bytes as they come. */
class Started extends ZSTDDecoder {
  zstd: Zstd | undefined;
  override _init = (result: Parameters<ZSTDDecoder["_init"]>[0]): void => {
    super._init(result);
    this.zstd = result.instance.exports as unknown as Zstd;
  };
}

let started: Promise<Zstd> | undefined;

async function start(): Promise<Zstd> {
  const decoder = new Started();
  await decoder.init();
  return decoder.zstd as Zstd;
}

/** As `decodeNatively`, of zstd alone, and on this thread. */
export async function* decodeZstd(chunks: Chunks, { seen }: Decoding): AsyncGenerator<Uint8Array, void> {
  started ??= start();
  const zstd = await started;
  const place = zstd.malloc(IN + OUT + 2 * BUFFER);
  const context = zstd.ZSTD_createDCtx();
  // What is put out must not lie in the memory that all decoders have: when one needs more of it, all of it moves.
  const out = Buffer.allocUnsafeSlow(OUT);
  const [input, output, from, to] = [place + IN + OUT, place + IN + OUT + BUFFER, place, place + IN];
  let left = 0;
  try {
    for await (const chunk of chunks) {
      seen(chunk);
      for (let at = 0; at < chunk.length; at += IN) {
        const piece = chunk.subarray(at, at + IN);
        new Uint8Array(zstd.memory.buffer).set(piece, from);
        let taken = 0;
        let made = OUT;
        // A full buffer may have left output behind even when all input is taken, unless a frame has ended with it.
        while (taken < piece.length || (made === OUT && left !== 0)) {
          // The memory may have grown meanwhile.
          const words = new Int32Array(zstd.memory.buffer);
          words.set([from, piece.length, taken], input >> 2);
          words.set([to, OUT, 0], output >> 2);
          left = zstd.ZSTD_decompressStream(context, output, input);
          if (left < 0) throw new Error("corrupt data");
          const [, , nowTaken = 0] = new Int32Array(zstd.memory.buffer, input, 3);
          [, , made = 0] = new Int32Array(zstd.memory.buffer, output, 3);
          if (nowTaken === taken && made === 0) {
            if (taken < piece.length) throw new Error("corrupt data");
            break;
          }
          taken = nowTaken;
          if (made === 0) continue;
          out.set(new Uint8Array(zstd.memory.buffer, to, made));
          yield out.subarray(0, made);
        }
      }
    }
    if (left !== 0) throw new Error("unexpected end of data");
  } finally {
    zstd.ZSTD_freeDCtx(context);
    zstd.free(place);
  }
}
