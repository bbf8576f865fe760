/** The two things a reader is asked to do with bytes, the same on this thread and on another. Must not fetch anything. */
import { setImmediate } from "node:timers/promises";
import type { LayerFacts } from "../../model/layer-facts.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { type ArchiveMembers, readArchive } from "./archive.ts";
import { begun } from "./chunks.ts";
import { HEAD_BYTES, mayBeZstd, prepareDecompression } from "./decompress.ts";
import { asError } from "./plain-error.ts";
import { layerSteps, type Promised } from "./read.ts";

/** What is asked, and what it gives. */
export interface Work {
  layer: { readonly ask: { readonly kind: "layer"; readonly promised: Promised }; readonly give: LayerFacts };
  archive: { readonly ask: { readonly kind: "archive" }; readonly give: ArchiveMembers };
}

/** A pause for work on a thread that has more to do: signals are heard, and other threads fed and asked, in between. */
export function pausing(signal: AbortSignal): () => Promise<void> {
  return async () => {
    await setImmediate();
    signal.throwIfAborted();
  };
}

/** Any of the questions. */
export type Ask = Work[keyof Work]["ask"];

/**
 * Does it, in one go once the stream has begun; with `pause`, a layer waits for that every few megabytes, and stops where it
 * rejects. Rejects with MuslgateError.
 */
export async function perform(
  chunks: Iterable<Uint8Array>,
  ask: Ask,
  limits: Limits,
  pause?: () => Promise<void>,
): Promise<LayerFacts | ArchiveMembers> {
  try {
    const { head, all } = begun(chunks, HEAD_BYTES);
    // The members of an archive may be compressed in other ways than it is.
    if (ask.kind === "archive" || mayBeZstd(head)) await prepareDecompression("zstd");
    if (ask.kind === "archive") return readArchive(all, DETECTORS, limits);
    const steps = layerSteps(all, ask.promised, DETECTORS, limits);
    let step = steps.next();
    while (!step.done) {
      // A pause that rejects ends the steps, which close what they read from.
      step = await (pause?.() ?? Promise.resolve()).then(
        () => steps.next(),
        (error: unknown) => steps.throw(error),
      );
    }
    return step.value;
  } catch (error) {
    throw asError(error);
  }
}
