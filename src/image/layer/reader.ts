/** Reads layers and streamed archives, some side by side. Must not decide what an unreadable layer means. */
import { closeSync, openSync, readSync } from "node:fs";
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Blob, Layer } from "../../model/oci.ts";
import type { Proof } from "../../model/proof.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { slots } from "../slots.ts";
import { type ArchiveMembers, readArchive } from "./archive.ts";
import { asError } from "./as-error.ts";
import { type Chunks, fileChunks } from "./chunks.ts";
import { checkFacts, type Reading, readLayer, seekLayer } from "./read.ts";
import { factsFromTable, hasTable } from "./toc/toc-facts.ts";

/** Bytes that are still to come. */
export type UnreadBlob = Exclude<Blob, { kind: "read" }>;

/** A layer's facts, and how it is known that they are of the layer that the image promises. */
export interface ReadLayer {
  readonly facts: LayerFacts;
  readonly verified: Proof;
}

/** What is proved of a layer that was read whole; with `all`, every digest that the image gives was compared. */
export function proofOf({ digest, diffId }: Layer, all: boolean): Proof {
  if (digest === undefined) return diffId === undefined ? "none" : "diff-id";
  return all && diffId !== undefined ? "every-digest" : "stored-digest";
}

/** Reads layers. Every rejection is a MuslgateError. */
export interface LayerReader {
  read(layer: Layer, signal: AbortSignal): Promise<ReadLayer>;
}

/** Reads archives that come as a stream. */
export interface ArchiveReader {
  readArchive(blob: UnreadBlob, signal: AbortSignal): Promise<ArchiveMembers>;
}

/** Layers read at a time: as many as libuv has threads to unpack them in. */
const AT_ONCE = 4;

/** Layers read through their tables at a time: each holds some megabytes, on this thread. */
const TABLES = 2;

/**
 * A reader that reads plain tars on disk by seeking, without hashing them, layers with a table of contents through it
 * (docs/adr/0004-tables-of-contents.md), and hashes others once, unless `verifyAll` asks for every byte and digest. This thread
 * walks; others unpack meanwhile (docs/adr/0007-one-thread.md).
 */
export function createLayerReader(
  limits: Limits,
  { verifyAll = false }: { readonly verifyAll?: boolean } = {},
): LayerReader & ArchiveReader {
  const lanes = slots(AT_ONCE);
  let going = 0;
  const read = <T>(
    blob: UnreadBlob,
    signal: AbortSignal,
    how: (chunks: Chunks, how: Reading) => Promise<T>,
  ) =>
    lanes(async () => {
      going++;
      // Then this thread has more to do.
      const elsewhere = () => going > 1 || blob.kind === "stream";
      const reading = { detectors: DETECTORS, limits, signal, elsewhere };
      try {
        return await withChunks(blob, signal, (chunks) => how(chunks, reading));
      } catch (error) {
        throw asError(error);
      } finally {
        going--;
      }
    });
  const tables = slots(TABLES);
  return {
    async read(layer, signal) {
      const { blob, digest, diffId } = layer;
      if (blob.kind === "read")
        return { facts: checkFacts(blob.facts(), diffId), verified: proofOf(layer, true) };
      if (!verifyAll && blob.kind === "file" && diffId !== undefined && isPlainTar(blob.path, blob.offset)) {
        try {
          return { facts: seekLayer(blob, diffId, DETECTORS, limits), verified: "none" };
        } catch (error) {
          throw asError(error);
        }
      }
      if (!verifyAll && hasTable(layer)) {
        const facts = await tables(() => factsFromTable(layer, DETECTORS, limits, signal));
        if (facts !== undefined) return { facts, verified: "table-of-contents" };
      }
      const trusted = verifyAll ? undefined : "diffId";
      const promised = { digest, diffId, size: blob.size, trusted } as const;
      const facts = await read(blob, signal, (chunks, how) => readLayer(chunks, promised, how));
      return { facts, verified: proofOf(layer, verifyAll) };
    },
    readArchive: (blob, signal) => read(blob, signal, readArchive),
  };
}

/** Opens the bytes for as long as they are used. */
async function withChunks<T>(
  blob: UnreadBlob,
  signal: AbortSignal,
  use: (chunks: Chunks) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let opened: AsyncIterator<Uint8Array> | undefined;
  try {
    const bytes =
      blob.kind === "file"
        ? fileChunks(blob.path, blob.offset, blob.size)
        : await blob.open(AbortSignal.any([signal, stop.signal]));
    const source = bytes[Symbol.asyncIterator]();
    opened = source;
    return await use({ [Symbol.asyncIterator]: () => source });
  } finally {
    stop.abort();
    // Whoever gave up before a loop over it has left it open.
    await opened?.return?.();
  }
}

/** Whether a tar starts there as it is, uncompressed: its first header says so. */
function isPlainTar(path: string, offset: number): boolean {
  const head = Buffer.alloc(262);
  try {
    const file = openSync(path, "r");
    try {
      const length = readSync(file, head, 0, head.length, offset);
      return length === head.length && head.toString("latin1", 257, 262) === "ustar";
    } finally {
      closeSync(file);
    }
  } catch {
    // Whoever reads it whole says why not.
    return false;
  }
}
