/** Reads layers and streamed archives, in worker threads where they pay. Must not decide what an unreadable layer means. */
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Layer } from "../../model/oci.ts";
import type { Limits } from "../limits.ts";
import type { ArchiveMembers } from "./archive.ts";
import { fileChunks, gather } from "./chunks.ts";
import { prepareDecompression } from "./decompress.ts";
import { asError } from "./plain-error.ts";
import { Pool, type UnreadBlob } from "./pool.ts";
import { checkFacts } from "./read.ts";
import { type Ask, perform, type Work } from "./work.ts";

/** Reads layers. Every rejection is a MuslgateError. */
export interface LayerReader {
  read(layer: Layer, signal: AbortSignal): Promise<LayerFacts>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Reads archives that come as a stream. */
export interface ArchiveReader {
  readArchive(blob: UnreadBlob, signal: AbortSignal): Promise<ArchiveMembers>;
}

/** Stored bytes below which starting a thread costs more than it gives. */
const SMALL = 2 * 2 ** 20;
/** What may be held in memory where there are no threads (in tests). */
const MOST_GATHERED = 512 * 2 ** 20;

/**
 * A reader that uses the bundled worker at `workerUrl`; without one it reads everything on this thread,
 * streams through memory.
 */
export function createLayerReader(limits: Limits, workerUrl?: URL): LayerReader & ArchiveReader {
  const pool = workerUrl === undefined ? undefined : new Pool(workerUrl, limits);
  async function run<K extends keyof Work>(blob: UnreadBlob, ask: Work[K]["ask"] & Ask, signal: AbortSignal) {
    if (pool !== undefined && (blob.size === undefined || blob.size > SMALL)) {
      return (await pool.run(blob, ask, signal)) as Work[K]["give"];
    }
    await prepareDecompression();
    try {
      const chunks =
        blob.kind === "file"
          ? fileChunks(blob.path, blob.offset, blob.size)
          : await gather(await blob.open(signal), MOST_GATHERED);
      return perform(chunks, ask, limits) as Work[K]["give"];
    } catch (error) {
      throw asError(error);
    }
  }
  return {
    async read(layer, signal) {
      const { blob, digest, diffId } = layer;
      if (blob.kind === "read") return checkFacts(blob.facts(), diffId);
      return run<"layer">(blob, { kind: "layer", promised: { digest, diffId, size: blob.size } }, signal);
    },
    readArchive: (blob, signal) => run<"archive">(blob, { kind: "archive" }, signal),
    close: async () => pool?.close(),
  };
}
