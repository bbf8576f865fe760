/** Carries what was learnt of layers from run to run through GitHub's cache. Must do so only where a change cannot poison it. */
import { carryCache } from "../github/actions-cache.ts";
import type { WorkflowEvent } from "../github/event.ts";
import { info } from "../github/tell.ts";
import { defaultCacheFolder } from "../image/cache-folder.ts";
import { DETECTORS } from "../image/detect/index.ts";
import { factsSchema } from "../image/layer/read.ts";
import type { Settings } from "../settings/settings.ts";

/** Restores the cache where that is wanted; the result saves it. */
export async function carriedCache(settings: Settings, event: WorkflowEvent): Promise<() => Promise<void>> {
  const off = settings.actionsCache === "off" || (settings.actionsCache === "auto" && event.fromFork);
  if (!settings.cache || off || process.env.ACTIONS_RESULTS_URL === undefined) return async () => {};
  const service = await import("@actions/cache");
  const folder = settings.cacheDir ?? defaultCacheFolder(process.env);
  return carryCache(service, { folder, schema: factsSchema(DETECTORS), info });
}
