/** From an opened image to its profile: reads the layers, lays them over each other, finds the process. Must not judge. */
import type { Digest } from "../model/digest.ts";
import { defect } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { ImageProfile, LayerRef } from "../model/image-profile.ts";
import type { Image, Layer } from "../model/oci.ts";
import { archiveInside } from "./archive-inside.ts";
import type { Override } from "./entrypoint/argv.ts";
import { startProcess } from "./entrypoint/follow.ts";
import { keptBudget } from "./layer/fact-collection.ts";
import type { LayerReader } from "./layer/reader.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { layerOrigins } from "./origin.ts";
import { Overlay, type OverlayLayer } from "./overlay.ts";
import { profileImage } from "./profile.ts";

/** The profile of an image that is started so. */
export type Analysis = (override: Override) => Promise<ImageProfile>;

/** An image's layers, read. */
export interface ReadLayers {
  readonly layers: readonly OverlayLayer[];
  /** Whether each was hashed. */
  readonly hashed: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads an image once, however many ways it is started in. A layer that cannot be read leaves a diagnostic and makes what
 * depends on it unknown. Rejects with MuslgateError (`limit`) where its layers together are more than may be held at once.
 */
export async function analyzeImage(
  image: Image,
  reader: LayerReader,
  signal: AbortSignal,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Analysis> {
  const { layers, hashed, diagnostics } = await readLayers(image, reader, signal, limits);
  const overlay = new Overlay(layers, limits);
  const all = [...diagnostics, ...archiveInside(image, layers)];
  return async (override) => {
    const process = await startProcess(overlay, image.config, override);
    return profileImage(image, overlay, process, hashed, all, override.mounts);
  };
}

/** Reads its layers alone, for what is built on them. Rejects as `analyzeImage` does. */
export async function readLayers(
  image: Image,
  reader: LayerReader,
  signal: AbortSignal,
  limits: Limits,
): Promise<ReadLayers> {
  const kept = keptBudget(limits);
  const failed = new Map<number, Diagnostic>();
  let hashed = true;
  const history = image.config.history.filter(({ emptyLayer }) => !emptyLayer);
  const origins = layerOrigins(image.config.history, image.layers.length);
  const layers = await Promise.all(
    image.layers.map(async (layer, index): Promise<OverlayLayer> => {
      const createdBy = history.length === image.layers.length ? history[index]?.createdBy : undefined;
      const made = { createdBy, origin: origins[index] };
      try {
        const { facts, verified } = await reader.read(layer, signal);
        if (!verified) hashed = false;
        kept.spend(facts.keptBytes);
        return { ref: layerRef(layer, index, facts.diffId, made), facts };
      } catch (error) {
        signal.throwIfAborted();
        failed.set(index, unreadable(image, layer, index, error));
        return { ref: layerRef(layer, index, layer.diffId ?? layer.digest ?? UNKNOWN, made) };
      }
    }),
  );
  // In the order of the layers, whichever failed first.
  const diagnostics = image.layers.flatMap((_, index) => failed.get(index) ?? []);
  return { layers, hashed, diagnostics };
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
    hint: error.hint,
    weight: "gap",
    subject: image.reference,
  };
}
