/** Tells the layers of a base image from those built on it, by the image's history. Must say nothing where it cannot tell. */
import type { LayerRef } from "../model/image-profile.ts";
import type { HistoryEntry } from "../model/oci.ts";

/** An instruction that ends an image: builders write it so with and without BuildKit (`/bin/sh -c #(nop)  CMD [...]`). */
const ENDS = /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:CMD|ENTRYPOINT)\s/;

/**
 * For each layer, base first, where it came from. Nearly every base image ends with CMD or ENTRYPOINT, and a history
 * goes on through the images built on it: what stands before the last of them that another layer follows is the base.
 * Nothing where no such instruction is followed by a layer.
 */
export function layerOrigins(
  history: readonly HistoryEntry[],
  layers: number,
): readonly LayerRef["origin"][] {
  const made = history.filter(({ emptyLayer }) => !emptyLayer).length;
  if (made !== layers) return [];
  let before = 0;
  let base = 0;
  for (const { emptyLayer, createdBy = "" } of history) {
    if (!emptyLayer) before++;
    else if (ENDS.test(createdBy) && before < layers) base = before;
  }
  return base === 0 ? [] : Array.from({ length: layers }, (_, i) => (i < base ? "base" : "own"));
}
