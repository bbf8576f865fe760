/** The two things a reader is asked to do with bytes, the same on this thread and on another. Must not fetch anything. */
import type { LayerFacts } from "../../model/layer-facts.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { type ArchiveMembers, readArchive } from "./archive.ts";
import { begun } from "./chunks.ts";
import { HEAD_BYTES, mayBeZstd, prepareDecompression } from "./decompress.ts";
import { asError } from "./plain-error.ts";
import { type Promised, readLayer } from "./read.ts";

/** What is asked, and what it gives. */
export interface Work {
  layer: { readonly ask: { readonly kind: "layer"; readonly promised: Promised }; readonly give: LayerFacts };
  archive: { readonly ask: { readonly kind: "archive" }; readonly give: ArchiveMembers };
}

/** Any of the questions. */
export type Ask = Work[keyof Work]["ask"];

/** Does it, in one go once the stream has begun. Rejects with MuslgateError. */
export async function perform(
  chunks: Iterable<Uint8Array>,
  ask: Ask,
  limits: Limits,
): Promise<LayerFacts | ArchiveMembers> {
  try {
    const { head, all } = begun(chunks, HEAD_BYTES);
    // The members of an archive may be compressed in other ways than it is.
    if (ask.kind === "archive" || mayBeZstd(head)) await prepareDecompression("zstd");
    return ask.kind === "layer"
      ? readLayer(all, ask.promised, DETECTORS, limits)
      : readArchive(all, DETECTORS, limits);
  } catch (error) {
    throw asError(error);
  }
}
