/** Opens the way to images: where they come from, how layers are read, what is kept of them. Must read none itself. */
import { BaseImages } from "../image/base-image.ts";
import { cachedReader, type FactStore, folderStore, NO_STORE } from "../image/cache.ts";
import { defaultCacheFolder } from "../image/cache-folder.ts";
import { DETECTORS } from "../image/detect/index.ts";
import { factsSchema } from "../image/layer/read.ts";
import type { Budget } from "../model/budget.ts";
import { createLayerReader } from "../image/layer/reader.ts";
import type { Limits } from "../image/limits.ts";
import type { ImagePorts } from "../image/ports.ts";
import { type ImageRead, ImageReads } from "../image/reads.ts";
import { MuslgateError } from "../model/error.ts";
import { estimateFromTag } from "../judge/tag-estimate.ts";
import type { PlanPorts } from "../plan/ports.ts";
import type { PlannedReads } from "../plan/planned-reads.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { tellingReader } from "../image/telling-reader.ts";
import { isBuilt, type Workload } from "../model/workload.ts";
import type { Settings } from "../settings/settings.ts";
import { imageSources } from "./image-sources.ts";
import { limitsWith } from "./limits.ts";
import type { Images, RunPorts } from "./ports.ts";

/** Opens it. Rejects with MuslgateError (`usage`) for half a login. */
export async function openImages(settings: Settings, ports: RunPorts): Promise<Images> {
  const { env, progress, signal } = ports;
  const limits = limitsWith(settings.limits).image;
  if (ports.images !== undefined) return ports.images;
  const reader = createLayerReader(limits, { verifyAll: settings.verify });
  const told = progress === undefined ? reader : tellingReader(reader, progress);
  const cached = cachedReader(told, storeOf(settings, env), { verifyAll: settings.verify });
  const { openRegistries, ...sources } = await imageSources(settings, reader, limits, env);
  const packedChart = async (reference: string) => (await openRegistries()).packedChart(reference, signal);
  return imagesFrom({ ...sources, reader: cached, signal, limits, progress }, settings, packedChart);
}

/** What reads images through these ports, each once. */
export function imagesFrom(
  reading: ImagePorts & { readonly limits: Limits },
  settings: Pick<Settings, "platform">,
  packedChart: Images["packedChart"] = noCharts,
): Images {
  const { limits } = reading;
  const images = new ImageReads(reading, settings.platform);
  const bases = new BaseImages(reading);
  const plans = new Map<FileTree, PlannedReads>();
  let inAll: Budget | undefined;
  // Most runs build nothing: what plans is loaded for those that do.
  const planned = async (tree: FileTree) => {
    const { PlannedReads, stepsOfAllPlans } = await import("../plan/planned-reads.ts");
    inAll ??= stepsOfAllPlans();
    const ports = { ...planPorts(tree, bases, settings, limits), inAll };
    const known = plans.get(tree) ?? new PlannedReads(ports);
    plans.set(tree, known);
    return known;
  };
  return {
    read: (workloads) => images.read(workloads),
    packedChart,
    async readIn(tree, workloads) {
      const built = tree === undefined ? [] : workloads.filter(isBuilt);
      const others = await images.read(workloads.filter((one) => tree === undefined || !isBuilt(one)));
      const reads = new Map<Workload, ImageRead>();
      // One after the other: bases that several share are read once, and each plan works alone.
      for (const workload of built)
        reads.set(workload, await (await planned(tree as FileTree)).read(workload));
      const rest = others.values();
      return workloads.map((one) => reads.get(one) ?? (rest.next().value as ImageRead));
    },
  };
}

const noCharts: Images["packedChart"] = async (reference) => {
  throw new MuslgateError(
    "usage",
    `${reference} is a chart that is not in the repository, and this run fetches none`,
    "Keep the chart in the repository.",
  );
};

/** What plans of one state take from outside. */
function planPorts(
  tree: FileTree,
  bases: BaseImages,
  { platform }: Pick<Settings, "platform">,
  limits: Limits,
): PlanPorts {
  return {
    tree,
    base: (reference, wanted) => bases.read(reference, wanted),
    estimate: estimateFromTag,
    platform: platform === "all" ? { os: "linux", architecture: "amd64" } : platform,
    // Where all are asked for, that and the other one that people build for: a Dockerfile names none.
    others: platform === "all" ? [{ os: "linux", architecture: "arm64" }] : [],
    limits,
  };
}

function storeOf(settings: Settings, env: NodeJS.ProcessEnv): FactStore {
  if (!settings.cache) return NO_STORE;
  return folderStore(settings.cacheDir ?? defaultCacheFolder(env), factsSchema(DETECTORS));
}
