/** Reads the layers of one image, side by side. Must not lay them over each other, nor fail for one that cannot be read. */
import type { Digest } from "../model/digest.ts";
import { defect } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { LayerRef } from "../model/image-profile.ts";
import type { Image, Layer } from "../model/oci.ts";
import { type Proof, weaker } from "../model/proof.ts";
import { keptBudget } from "./layer/fact-collection.ts";
import type { LayerReader } from "./layer/reader.ts";
import type { Limits } from "./limits.ts";
import { layerOrigins } from "./origin.ts";
import type { OverlayLayer } from "./overlay.ts";

/** An image's layers, read. */
export interface ReadLayers {
  readonly layers: readonly OverlayLayer[];
  /** What is proved of each of them. */
  readonly verified: Proof;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the layers of an image. One that cannot be read leaves a diagnostic. Rejects with MuslgateError (`limit`) where they
 * are together more than may be held at once.
 */
export async function readLayers(
  image: Image,
  reader: LayerReader,
  signal: AbortSignal,
  limits: Limits,
): Promise<ReadLayers> {
  const kept = keptBudget(limits);
  const failed = new Map<number, Diagnostic>();
  let proved: Proof = "every-digest";
  const history = image.config.history.filter(({ emptyLayer }) => !emptyLayer);
  const origins = layerOrigins(image.config.history, image.layers.length);
  const readOne = async (layer: Layer, index: number): Promise<OverlayLayer> => {
    const createdBy = history.length === image.layers.length ? history[index]?.createdBy : undefined;
    const made = { createdBy, origin: origins[index] };
    try {
      const { facts, verified } = await reader.read(layer, signal);
      proved = weaker(proved, verified);
      kept.spend(facts.keptBytes);
      return { ref: layerRef(layer, index, facts.diffId, made), facts };
    } catch (error) {
      signal.throwIfAborted();
      failed.set(index, unreadable(image, layer, index, error));
      return { ref: layerRef(layer, index, layer.diffId ?? layer.digest ?? UNKNOWN, made) };
    }
  };
  // The largest is begun first: nothing but it is left to wait for where the others are done beside it.
  const layers: Promise<OverlayLayer>[] = [];
  for (const [index, layer] of [...image.layers.entries()].toSorted(
    (a, b) => storedBytes(b[1]) - storedBytes(a[1]),
  ))
    layers[index] = readOne(layer, index);
  const read = await Promise.all(layers);
  // In the order of the layers, whichever failed first.
  const diagnostics = image.layers.flatMap((_, index) => failed.get(index) ?? []);
  return { layers: read, verified: proved, diagnostics };
}

/** Bytes as stored, 0 where nobody said. */
function storedBytes({ blob }: Layer): number {
  return blob.kind === "read" ? 0 : (blob.size ?? 0);
}

const UNKNOWN: Digest = `sha256:${"0".repeat(64)}`;

function layerRef(
  layer: Layer,
  index: number,
  diffId: Digest,
  made: Pick<LayerRef, "createdBy" | "origin">,
): LayerRef {
  return { index, diffId, digest: layer.digest, ...made };
}

function unreadable(image: Image, layer: Layer, index: number, error: unknown): Diagnostic {
  const name = layer.digest ?? layer.diffId;
  if (!(error instanceof MuslgateError) || error.code === "internal") {
    return defect(image.reference, `while layer ${index + 1} of ${image.layers.length} was read`, error);
  }
  return {
    code: "layer-unreadable",
    message: `${image.reference}: layer ${index + 1} of ${image.layers.length}${name === undefined ? "" : ` (${name})`} could not be read: ${messageOf(error)}.`,
    reason: `layers could not be read: ${messageOf(error)}`,
    hint: error.hint,
    weight: "gap",
    subject: image.reference,
  };
}
