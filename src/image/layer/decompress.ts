/** Undoes a layer's compression, chunk by chunk and synchronously. Must not trust a media type, only the bytes. */
import { Gunzip } from "minizlib";
import { ZSTDDecoder } from "zstddec/stream";
import { MuslgateError, messageOf } from "../../model/error.ts";

/** How a layer is compressed, as its first bytes say. */
export type Compression = "none" | "gzip" | "zstd";

/** Input is cut to this many bytes a step: at gzip's greatest ratio (1,032) a step stays under 34 MB. */
const STEP = 32 * 1024;
const OUT = 256 * 1024;

/** What the first bytes of a layer say (RFC 1952, RFC 8878). Throws MuslgateError for what is not read. */
export function compressionOf(head: Uint8Array): Compression {
  const magic = Buffer.from(head.subarray(0, 6)).toString("hex");
  if (magic.startsWith("1f8b")) return "gzip";
  if (magic.startsWith("28b52ffd") || /^5.2a4d18/.test(magic)) return "zstd";
  const other = magic.startsWith("fd377a585a00") ? "xz" : /^425a68/.test(magic) ? "bzip2" : undefined;
  if (other !== undefined) {
    throw new MuslgateError(
      "input",
      `the layer is compressed with ${other}, which OCI has no media type for`,
      "Store the layer uncompressed, or with gzip or zstd.",
    );
  }
  return "none";
}

/** Must have resolved before a zstd layer is read. */
export async function prepareDecompression(): Promise<void> {
  await zstd.init();
}
const zstd = new ZSTDDecoder();

/** The uncompressed bytes. Throws MuslgateError (`input`) on damage and on a stream that stops early. */
export function* decompress(
  compression: Compression,
  chunks: Iterable<Uint8Array>,
): Generator<Uint8Array, void> {
  if (compression === "gzip") yield* gunzip(chunks);
  else if (compression === "zstd") yield* unzstd(chunks);
  else yield* chunks;
}

function* gunzip(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  const out: Uint8Array[] = [];
  let failure: unknown;
  // minizlib hands its options on to zlib, whose chunkSize its types leave out.
  const stream = new Gunzip({ chunkSize: OUT } as ConstructorParameters<typeof Gunzip>[0]);
  stream.on("data", (bytes: Uint8Array) => out.push(bytes));
  stream.on("error", (error: unknown) => {
    failure ??= error;
  });
  const drain = () => {
    if (failure !== undefined) throw damaged("gzip", failure);
    return out.splice(0);
  };
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += STEP) {
      stream.write(Buffer.from(chunk.buffer, chunk.byteOffset + at, Math.min(STEP, chunk.length - at)));
      yield* drain();
    }
  }
  stream.end();
  yield* drain();
}

/** zstddec spins for ever on damaged input: three empty outputs without new input mean damage. */
function* unzstd(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  let fed = 0;
  let seen = 0;
  let idle = 0;
  function* counted() {
    for (const chunk of chunks) {
      fed++;
      yield chunk;
    }
  }
  try {
    for (const bytes of zstd.decodeStreaming(counted() as unknown as Uint8Array[])) {
      if (bytes.length > 0) {
        idle = 0;
        yield bytes;
      } else if (fed !== seen) {
        seen = fed;
        idle = 0;
      } else if (++idle > 2) throw new Error("corrupt data");
    }
  } catch (error) {
    throw error instanceof MuslgateError ? error : damaged("zstd", error);
  }
}

function damaged(what: string, cause: unknown): MuslgateError {
  return new MuslgateError(
    "input",
    `the layer's ${what} data is damaged or cut short (${messageOf(cause).replace(/^zlib: /, "")})`,
    "Build or pull the image again.",
    cause,
  );
}
