/** Puts the parts together for one run: settings in, report out. Must print nothing. */
import { scanImages } from "./images.ts";
import { scanRepository } from "./repository.ts";
import type { RunPorts } from "./ports.ts";
import { compare } from "../compare/compare.ts";
import type { Configured } from "../settings/states.ts";
import { readReport } from "../compare/earlier-report.ts";
import { ImageReads } from "../image/reads.ts";
import { imageSources } from "./image-sources.ts";
import { cachedReader, defaultCacheFolder, type FactStore, folderStore, NO_STORE } from "../image/cache.ts";
import { DETECTORS } from "../image/detect/index.ts";
import { factsSchema } from "../image/layer/read.ts";
import { createLayerReader } from "../image/layer/reader.ts";
import { limitsWith } from "./limits.ts";
import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";
import { placeText } from "../model/place.ts";
import type { Report } from "../model/report.ts";
import { tellingReader } from "../image/telling-reader.ts";
import { RULES } from "../rules/index.ts";
import type { Settings } from "../settings/settings.ts";
import { didYouMean } from "../text/closest.ts";
import { waive } from "../judge/waive.ts";

const RULE_IDS = RULES.map(({ id }) => id);

/** Runs a scan: of images where some are named, else of the repository. Rejects with MuslgateError when it cannot answer. */
export async function run(given: Configured, ports: RunPorts): Promise<Report> {
  const { settings, waivers } = given;
  for (const { rule, at } of waivers) {
    if (RULES.some(({ id }) => id === rule)) continue;
    throw new MuslgateError(
      "usage",
      `${placeText(at)}: there is no rule "${rule}" to waive`,
      `${didYouMean(rule, RULE_IDS)}There are: ${RULE_IDS.join(", ")}.`,
    );
  }
  const { progress } = ports;
  const limits = limitsWith(settings.limits);
  const reader = createLayerReader(limits.image, { workerUrl: ports.workerUrl, verifyAll: settings.verify });
  const earlier = settings.baseline === undefined ? undefined : readReport(settings.baseline);
  try {
    const images = new ImageReads(
      {
        ...(await imageSources(settings, reader, limits.image)),
        reader: cachedReader(
          progress === undefined ? reader : tellingReader(reader, progress),
          storeOf(settings),
        ),
        signal: ports.signal,
        limits: limits.image,
        progress,
      },
      settings.platform,
    );
    const report =
      settings.images.length > 0
        ? await scanImages(settings, images)
        : await scanRepository(given, images, ports);
    const told = { ...report, diagnostics: [...given.diagnostics, ...report.diagnostics] };
    const compared = earlier === undefined ? told : compare(told, earlier);
    const steps = new Budget("globSteps", limits.repository.globSteps);
    return waive(compared, waivers, new Date().toISOString().slice(0, 10), steps);
  } finally {
    await reader.close();
  }
}

function storeOf(settings: Settings): FactStore {
  if (!settings.cache) return NO_STORE;
  return folderStore(settings.cacheDir ?? defaultCacheFolder(process.env), factsSchema(DETECTORS));
}
