/** Undoes a layer's compression, chunk by chunk and synchronously. Must not trust a media type, only the bytes. */
import type { ZSTDDecoder } from "zstddec/stream";
import { MuslgateError, messageOf } from "../../model/error.ts";
import { decodeNatively, hasNative } from "./native-decoder.ts";

/** Bytes that tell how a layer is compressed. */
export const HEAD_BYTES = 6;

/** How a layer is compressed, as its first bytes say. */
export type Compression = "none" | "gzip" | "zstd";

/** What the first bytes of a layer say (RFC 1952, RFC 8878). Throws MuslgateError for what is not read. */
export function compressionOf(head: Uint8Array): Compression {
  const magic = magicOf(head);
  if (magic.startsWith("1f8b")) return "gzip";
  if (isZstd(magic)) return "zstd";
  const other = magic.startsWith("fd377a585a00") ? "xz" : magic.startsWith("425a68") ? "bzip2" : undefined;
  if (other !== undefined) {
    throw new MuslgateError(
      "input",
      `the layer is compressed with ${other}, which OCI has no media type for`,
      "Store the layer uncompressed, or with gzip or zstd.",
    );
  }
  return "none";
}

/** Whether it takes zstd to read what begins so. Of fewer bytes than tell it may. */
export function mayBeZstd(head: Uint8Array): boolean {
  return head.length < HEAD_BYTES || isZstd(magicOf(head));
}

const magicOf = (head: Uint8Array) => Buffer.from(head.subarray(0, HEAD_BYTES)).toString("hex");

/** A frame, or one that is skipped (RFC 8878, 3.1). */
const isZstd = (magic: string) => magic.startsWith("28b52ffd") || /^5.2a4d18/.test(magic);

/**
 * Must have resolved before such bytes are undone: where Node has no decoder for zstd, one in WebAssembly is started.
 * That takes time and memory on every thread, so it is not asked for where nothing is zstd.
 */
export async function prepareDecompression(compression: Compression): Promise<void> {
  if (compression !== "zstd" || hasNative("zstd")) return;
  const { ZSTDDecoder } = await import("zstddec/stream");
  zstd ??= new ZSTDDecoder();
  await zstd.init();
}
let zstd: ZSTDDecoder | undefined;

/**
 * The uncompressed bytes; a chunk is valid until the next is asked for. Throws MuslgateError (`input`) on
 * damage and on a stream that stops early.
 */
export function* decompress(
  compression: Compression,
  chunks: Iterable<Uint8Array>,
): Generator<Uint8Array, void> {
  if (compression === "none") return yield* chunks;
  try {
    yield* hasNative(compression) ? decodeNatively(compression, chunks) : unzstd(chunks);
  } catch (error) {
    throw error instanceof MuslgateError ? error : damaged(compression, error);
  }
}

/** zstddec spins for ever on damaged input: three empty outputs without new input mean damage. */
function* unzstd(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  if (zstd === undefined) throw new Error("its decoder was not started");
  let fed = 0;
  let seen = 0;
  let idle = 0;
  function* counted() {
    for (const chunk of chunks) {
      fed++;
      yield chunk;
    }
  }
  for (const bytes of zstd.decodeStreaming(counted())) {
    if (bytes.length > 0) {
      idle = 0;
      yield bytes;
    } else if (fed !== seen) {
      seen = fed;
      idle = 0;
    } else if (++idle > 2) throw new Error("corrupt data");
  }
}

function damaged(what: string, cause: unknown): MuslgateError {
  return new MuslgateError(
    "input",
    `the layer's ${what} data is damaged or cut short (${messageOf(cause)})`,
    "Build or pull the image again.",
    cause,
  );
}
