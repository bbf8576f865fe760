/** The two things a reader is asked to do with bytes, the same on this thread and on another. Must not fetch anything. */
import type { LayerFacts } from "../../model/layer-facts.ts";
import { DETECTORS } from "../detect/index.ts";
import type { Limits } from "../limits.ts";
import { type ArchiveMembers, readArchive } from "./archive.ts";
import { asError } from "./plain-error.ts";
import { type Promised, readLayer } from "./read.ts";

/** What is asked, and what it gives. */
export interface Work {
  layer: { readonly ask: { readonly kind: "layer"; readonly promised: Promised }; readonly give: LayerFacts };
  archive: { readonly ask: { readonly kind: "archive" }; readonly give: ArchiveMembers };
}

/** Any of the questions. */
export type Ask = Work[keyof Work]["ask"];

/** Does it. Throws MuslgateError. */
export function perform(chunks: Iterable<Uint8Array>, ask: Ask, limits: Limits): LayerFacts | ArchiveMembers {
  try {
    return ask.kind === "layer"
      ? readLayer(chunks, ask.promised, DETECTORS, limits)
      : readArchive(chunks, DETECTORS, limits);
  } catch (error) {
    throw asError(error);
  }
}
