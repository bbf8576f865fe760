/** Opens the way to images: where they come from, how layers are read, what is kept of them. Must read none itself. */
import { cachedReader, defaultCacheFolder, type FactStore, folderStore, NO_STORE } from "../image/cache.ts";
import { DETECTORS } from "../image/detect/index.ts";
import { factsSchema } from "../image/layer/read.ts";
import { createLayerReader } from "../image/layer/reader.ts";
import { type ImageRead, ImageReads } from "../image/reads.ts";
import { tellingReader } from "../image/telling-reader.ts";
import type { Workload } from "../model/workload.ts";
import type { Settings } from "../settings/settings.ts";
import { imageSources } from "./image-sources.ts";
import { limitsWith } from "./limits.ts";
import type { RunPorts } from "./ports.ts";

/** The images of a run, each read once; to be closed after use. */
export interface Images {
  /** Reads the image of each workload, in their order. Rejects with MuslgateError (`usage`), or for an aborted signal. */
  read(workloads: readonly Workload[]): Promise<readonly ImageRead[]>;
  close(): Promise<void>;
}

/** Opens it. Rejects with MuslgateError (`usage`) for half a login. */
export async function openImages(settings: Settings, ports: RunPorts): Promise<Images> {
  const { env, progress, signal } = ports;
  const limits = limitsWith(settings.limits).image;
  const reader = createLayerReader(limits, { workerUrl: ports.workerUrl, verifyAll: settings.verify });
  try {
    const told = progress === undefined ? reader : tellingReader(reader, progress);
    const images = new ImageReads(
      {
        ...(await imageSources(settings, reader, limits, env)),
        reader: cachedReader(told, storeOf(settings, env), { verifyAll: settings.verify }),
        signal,
        limits,
        progress,
      },
      settings.platform,
    );
    return { read: (workloads) => images.read(workloads), close: () => reader.close() };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function storeOf(settings: Settings, env: NodeJS.ProcessEnv): FactStore {
  if (!settings.cache) return NO_STORE;
  return folderStore(settings.cacheDir ?? defaultCacheFolder(env), factsSchema(DETECTORS));
}
