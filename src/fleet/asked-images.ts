/** Asks registries for images as a run does, and keeps what they answer. Must read no layer. */
import type { LayerReader } from "../image/layer/reader.ts";
import type { Source } from "../image/source/source.ts";
import { MuslgateError } from "../model/error.ts";
import { imagesFrom } from "../run/images.ts";
import { limitsWith } from "../run/limits.ts";
import type { Images } from "../run/ports.ts";
import type { FleetPorts } from "./members.ts";
import { recordedSource, type RecordedSource } from "./recorded.ts";

/** Who asks, and what is kept of it. */
export interface AskedImages extends Pick<RecordedSource, "recorded"> {
  /** Images for the runs about one cluster: what these made of them goes with them. */
  images(): Images;
}

/** Through one registry client; each reference is asked for once. */
export function askedImages(
  registry: Source,
  { signal, platform, limits }: Omit<FleetPorts, "images">,
): AskedImages {
  const kept = recordedSource(registry);
  const sources = [kept.source];
  const reading = {
    sources,
    registries: sources,
    reader: NO_READER,
    signal,
    limits: limitsWith(limits).image,
  };
  return { images: () => imagesFrom(reading, { platform }), recorded: () => kept.recorded() };
}

const NOT_READ = new MuslgateError("input", "a plan reads no layers", "Run muslgate fleet read.");
const NO_READER: LayerReader = { read: () => Promise.reject(NOT_READ) };
