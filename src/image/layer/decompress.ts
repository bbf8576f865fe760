/** Undoes a layer's compression, chunk by chunk. Must not trust a media type, only the bytes. */
import { MuslgateError, messageOf } from "../../model/error.ts";
import type { Chunks } from "./chunks.ts";
import { type Decoding, decodeNatively, hasNative } from "./native-decoder.ts";

/** Bytes that tell how a layer is compressed. */
export const HEAD_BYTES = 6;

/** How a layer is compressed, as its first bytes say. */
export type Compression = "none" | "gzip" | "zstd";

/** What the first bytes of a layer say (RFC 1952, RFC 8878). Throws MuslgateError for what is not read. */
export function compressionOf(head: Uint8Array): Compression {
  const magic = Buffer.from(head.subarray(0, HEAD_BYTES)).toString("hex");
  if (magic.startsWith("1f8b")) return "gzip";
  // A frame, or one that is skipped (RFC 8878, 3.1).
  if (magic.startsWith("28b52ffd") || /^5.2a4d18/.test(magic)) return "zstd";
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

/**
 * The uncompressed bytes; a chunk is valid until the next is asked for. Throws MuslgateError (`input`) on
 * damage and on a stream that stops early.
 */
export async function* decompress(
  compression: Compression,
  chunks: Chunks,
  { seen = () => {}, elsewhere = () => false }: Partial<Decoding> = {},
): AsyncGenerator<Uint8Array, void> {
  if (compression === "none") {
    for await (const chunk of chunks) {
      seen(chunk);
      yield chunk;
    }
    return;
  }
  const decoding = { seen, elsewhere };
  try {
    yield* hasNative(compression)
      ? decodeNatively(compression, chunks, decoding)
      : await withWasm(chunks, decoding);
  } catch (error) {
    throw error instanceof MuslgateError ? error : damaged(compression, error);
  }
}

/** Starting it takes time and memory, so it is loaded where something is zstd and Node has no decoder. */
async function withWasm(chunks: Chunks, decoding: Decoding) {
  const { decodeZstd } = await import("./wasm-decoder.ts");
  return decodeZstd(chunks, decoding);
}

function damaged(what: string, cause: unknown): MuslgateError {
  return new MuslgateError(
    "input",
    `the layer's ${what} data is damaged or cut short (${messageOf(cause)})`,
    "Build or pull the image again.",
    cause,
  );
}
