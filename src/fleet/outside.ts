/** What the steps of a fleet share of the outside: registries with the user's logins, and who reads layers. Must open no image. */
import { DETECTORS } from "../image/detect/index.ts";
import { factsSchema } from "../image/layer/read.ts";
import { createLayerReader, type LayerReader } from "../image/layer/reader.ts";
import type { RegistrySource } from "../image/source/registry/registry-source.ts";
import { imageSources } from "../run/image-sources.ts";
import { limitsWith } from "../run/limits.ts";
import type { Settings } from "../settings/settings.ts";

/** The form of the facts that this muslgate reads. */
export const SCHEMA = factsSchema(DETECTORS);

/** Registries, and who reads layers. */
export interface Outside {
  readonly registry: RegistrySource;
  readonly reader: LayerReader;
}

/** Opens it. Rejects with MuslgateError (`usage`) for half a login. */
export async function openOutside(settings: Settings, env: NodeJS.ProcessEnv): Promise<Outside> {
  const limits = limitsWith(settings.limits).image;
  const reader = createLayerReader(limits);
  const { openRegistries } = await imageSources(settings, reader, limits, env);
  return { registry: await openRegistries(), reader };
}
