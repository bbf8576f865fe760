/** Puts the parts together for one run: settings in, report out. Must print nothing. */
import { statSync } from "node:fs";
import type { Base } from "./base.ts";
import { baseImagePatches } from "./base-image-patches.ts";
import { compare } from "./baseline.ts";
import { atChangedLines } from "./changed-line.ts";
import { namedClusters } from "./clusters.ts";
import { type Configured, configuredIn } from "./configured.ts";
import { readReport } from "./earlier-report.ts";
import { folderTree } from "./discover/folder-tree.ts";
import { dnsConfigPatches } from "./dns-config-patches.ts";
import type { FileTree } from "./discover/file-tree.ts";
import { prefixedTree, treeWithin } from "./discover/prefixed-tree.ts";
import { ImageReads } from "./image-reads.ts";
import { imageSources } from "./image-sources.ts";
import { cachedReader, defaultCacheFolder, type FactStore, folderStore, NO_STORE } from "./image/cache.ts";
import { DETECTORS } from "./image/detect/index.ts";
import { factsSchema } from "./image/layer/read.ts";
import { createLayerReader } from "./image/layer/reader.ts";
import { limitsWith } from "./limits.ts";
import { Budget } from "./model/budget.ts";
import { DEFECT } from "./model/defect.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import { MuslgateError } from "./model/error.ts";
import { placeText } from "./model/place.ts";
import type { Report } from "./model/report.ts";
import type { Workload } from "./model/workload.ts";
import { filesInState, filesOnDisk } from "./named-files.ts";
import { corefilePatches } from "./patches.ts";
import { type Progress, tellingReader } from "./progress.ts";
import { RULES } from "./rules/index.ts";
import { scan, type ScanRequest } from "./scan.ts";
import { runRoot } from "./run-root.ts";
import type { Settings } from "./settings.ts";
import { type Survey, survey } from "./survey.ts";
import { waive } from "./waive.ts";

/** What a run is given besides its settings. */
export interface RunPorts {
  /** Where layer workers start; without it layers are read in this thread. */
  readonly workerUrl: URL | undefined;
  readonly signal: AbortSignal;
  /** The state to compare a repository with, or a sentence on why there is none although one was wanted. */
  readonly base?: Base;
  readonly progress?: Progress;
}

/** Runs a scan: of images where some are named, else of the repository. Rejects with MuslgateError when it cannot answer. */
export async function run(given: Configured, ports: RunPorts): Promise<Report> {
  const { settings, waivers } = given;
  for (const { rule, at } of waivers) {
    if (RULES.some(({ id }) => id === rule)) continue;
    throw new MuslgateError(
      "usage",
      `${placeText(at)}: there is no rule "${rule}" to waive`,
      `There are: ${RULES.map(({ id }) => id).join(", ")}.`,
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

async function scanImages(settings: Settings, images: ImageReads): Promise<Report> {
  const linked: Diagnostic[] = [];
  const clusters = await namedClusters(settings, filesOnDisk(noteIn(linked)));
  const workloads = settings.images.map((image) => ({ image, name: image, usesClusterDns: true }));
  const request = { workloads, clusters: clusters.profiles, containersNamed: true };
  const report = await scan(request, (all) => images.read(all));
  const diagnostics = [...linked, ...clusters.diagnostics, ...report.diagnostics];
  return { ...report, diagnostics, patches: corefilePatches(report, clusters.corefiles) };
}

async function scanRepository(given: Configured, images: ImageReads, { base }: RunPorts): Promise<Report> {
  const { settings } = given;
  const { directory } = settings;
  const limits = limitsWith(settings.limits).repository;
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) {
    throw new MuslgateError(
      "usage",
      `${directory} ${stat === undefined ? "does not exist" : "is not a folder"}`,
      "Name the folder of the repository, or a part of it.",
    );
  }
  const read = (all: readonly Workload[]) => images.read(all);
  const { root, below } = runRoot(directory);
  const files = prefixedTree(folderTree(directory, { env: process.env, limits }), below);
  const linked: Diagnostic[] = [];
  const found = await survey(files, settings, filesOnDisk(noteIn(linked)));
  const now = { ...found, diagnostics: [...linked, ...found.diagnostics] };
  const textIn = (tree: FileTree) => async (file: string) => {
    const text = await tree.read(file);
    return "text" in text ? text.text : undefined;
  };
  const withImages = async (report: Report): Promise<Report> => {
    const images = await baseImagePatches(report, textIn(files), read);
    // Where a file's image can be changed its pods need not be.
    const mended = new Set(images.map(({ file }) => file));
    const pods = await dnsConfigPatches(report, textIn(files));
    const more = [...images, ...pods.filter(({ file }) => !mended.has(file))];
    return { ...report, patches: [...(report.patches ?? []), ...more] };
  };
  if (base === undefined || "missing" in base) {
    const report = await scan(requestOf(now), read);
    return withImages(whole(report, now, base === undefined ? [] : [notCompared(base.missing)]));
  }
  const before = await surveyBefore(base.tree, given, root, below);
  const earlier = await scan(requestOf(before), read);
  const report = await scan({ ...requestOf(now), clustersBefore: before.clusters.profiles }, read);
  const defects = earlier.diagnostics.filter(({ code }) => code === DEFECT);
  const compared = compare(whole(report, now, [...before.diagnostics, ...defects]), earlier);
  return withImages(await atChangedLines(compared, textIn(files), textIn(base.tree)));
}

/** The earlier state, with the settings it had; its diagnostics say only what makes the comparison doubtful. */
async function surveyBefore(tree: FileTree, given: Configured, root: string, now: string): Promise<Survey> {
  const then =
    given.before === undefined
      ? await configuredIn(tree, root, given)
      : { settings: given.before, diagnostics: [] };
  const was = runRoot(then.settings.directory);
  const below = was.root === root ? was.below : now;
  const within = treeWithin(tree, below);
  const { paths, diagnostics: listing } = await within.list();
  const doubts = [...then.diagnostics, ...listing.map(({ message }) => partlyCompared(message))];
  if (paths.length === 0)
    doubts.push(partlyCompared(`it has no file in ${below === "" ? "the folder" : below}`));
  const named = await filesInState(tree, root, process.env, (message) =>
    doubts.push(partlyCompared(message)),
  );
  try {
    return { ...(await survey(within, then.settings, named)), diagnostics: doubts };
  } catch (error) {
    // The cluster is new, or what described it could not be read: there was none to compare with.
    if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
    const nothing = { profiles: [], corefiles: [], diagnostics: [] };
    return { workloads: [], clusters: nothing, diagnostics: [...doubts, noClusterBefore(error.message)] };
  }
}

/** Collects what files that options name were not read for. */
function noteIn(diagnostics: Diagnostic[]): (message: string) => void {
  return (message) => {
    // Many modules may call one folder.
    if (diagnostics.some((known) => known.message === message)) return;
    diagnostics.push({
      code: "link-not-followed",
      message,
      hint: "Name the file it leads to, or what terraform show -json prints.",
      weight: "gap",
    });
  };
}

function partlyCompared(why: string): Diagnostic {
  return {
    code: "partly-compared",
    message: `The base could not be read whole: ${why}`,
    hint: "What is called new may have been there: check out more history (fetch-depth: 0).",
    weight: "gap",
  };
}

function noClusterBefore(why: string): Diagnostic {
  return {
    code: "no-cluster-before",
    message: `The base has no cluster to compare with: ${why}`,
    hint: "Every finding counts as new.",
    weight: "notice",
  };
}

function requestOf({ workloads, clusters }: Survey): ScanRequest {
  return { workloads, clusters: clusters.profiles, containersNamed: false };
}

function whole(report: Report, { clusters, diagnostics }: Survey, more: readonly Diagnostic[]): Report {
  return {
    ...report,
    diagnostics: [...more, ...diagnostics, ...report.diagnostics],
    patches: corefilePatches(report, clusters.corefiles),
  };
}

function notCompared(why: string): Diagnostic {
  return {
    code: "not-compared",
    message: `Nothing was compared: ${why}. Every finding counts`,
    hint: "Check out more history (fetch-depth: 0), or set base to none.",
    weight: "gap",
  };
}

function storeOf(settings: Settings): FactStore {
  if (!settings.cache) return NO_STORE;
  return folderStore(settings.cacheDir ?? defaultCacheFolder(process.env), factsSchema(DETECTORS));
}
