/** From an opened image to its profile: reads the layers, lays them over each other, finds the process. Must not judge. */
import type { ImageProfile } from "../model/image-profile.ts";
import type { Image } from "../model/oci.ts";
import { archiveInside } from "./archive-inside.ts";
import type { Override } from "./entrypoint/argv.ts";
import { startProcess } from "./entrypoint/follow.ts";
import type { LayerReader } from "./layer/reader.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { Overlay } from "./overlay.ts";
import { profileImage } from "./profile.ts";
import { readLayers } from "./read-layers.ts";

/** The profile of an image that is started so. */
export type Analysis = (override: Override) => Promise<ImageProfile>;

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
  const { layers, verified, diagnostics } = await readLayers(image, reader, signal, limits);
  const overlay = new Overlay(layers, limits);
  const all = [...diagnostics, ...archiveInside(image, layers)];
  return async (override) => {
    const process = await startProcess(overlay, image.config, override);
    return profileImage(image, overlay, process, verified, all, override.mounts);
  };
}
