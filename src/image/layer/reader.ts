/** Reads layers and streamed archives, in worker threads where they pay. Must not decide what an unreadable layer means. */
import { closeSync, openSync, readSync } from "node:fs";
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Layer } from "../../model/oci.ts";
import type { Proof } from "../../model/proof.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { slots } from "../slots.ts";
import type { ArchiveMembers } from "./archive.ts";
import { fileChunks, gather } from "./chunks.ts";
import { asError } from "./plain-error.ts";
import { Pool, type UnreadBlob } from "./pool.ts";
import { checkFacts, seekLayer } from "./read.ts";
import { factsFromTable, hasTable } from "./toc/toc-facts.ts";
import { type Ask, pausing, perform, type Work } from "./work.ts";

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

/** Layers read through their tables at a time: each holds some megabytes, on this thread. */
const TABLES = 2;

/**
 * A reader that reads plain tars on disk by seeking, without hashing them, layers with a table of contents through it
 * (docs/adr/0004-tables-of-contents.md), and hashes others once, unless `verifyAll` asks for every byte and digest. It uses the bundled worker at
 * `workerUrl`; without one it reads everything on this thread, streams through memory.
 */
export function createLayerReader(
  limits: Limits,
  options: { readonly workerUrl?: URL; readonly verifyAll?: boolean } = {},
): LayerReader & ArchiveReader {
  const { workerUrl, verifyAll = false } = options;
  const pool = workerUrl === undefined ? undefined : new Pool(workerUrl, limits);
  async function run<K extends keyof Work>(blob: UnreadBlob, ask: Work[K]["ask"] & Ask, signal: AbortSignal) {
    if (pool !== undefined && (blob.size === undefined || blob.size > SMALL)) {
      return (await pool.run(blob, ask, signal)) as Work[K]["give"];
    }
    try {
      const chunks =
        blob.kind === "file"
          ? fileChunks(blob.path, blob.offset, blob.size)
          : await gather(await blob.open(signal), MOST_GATHERED);
      return (await perform(chunks, ask, limits, pausing(signal))) as Work[K]["give"];
    } catch (error) {
      throw asError(error);
    }
  }
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
      const facts = await run<"layer">(blob, { kind: "layer", promised }, signal);
      return { facts, verified: proofOf(layer, verifyAll) };
    },
    readArchive: (blob, signal) => run<"archive">(blob, { kind: "archive" }, signal),
    close: async () => pool?.close(),
  };
}

/** Whether a tar starts there as it is, uncompressed: its first header says so. */
function isPlainTar(path: string, offset: number): boolean {
  const head = Buffer.alloc(262);
  const file = openSync(path, "r");
  try {
    const length = readSync(file, head, 0, head.length, offset);
    return length === head.length && head.toString("latin1", 257, 262) === "ustar";
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
