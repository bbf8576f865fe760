/** A run over a repository, and over what it is compared with. Must print nothing. */
import { noteIn } from "./notes.ts";
import type { RunPorts } from "./ports.ts";
import { statSync } from "node:fs";
import { baseImagePatches } from "../mend/base-image-patches.ts";
import { compare } from "../compare/compare.ts";
import { earlierImages } from "../compare/earlier-images.ts";
import { atChangedLines } from "../compare/changed-line.ts";
import { type Configured, configuredIn } from "../settings/states.ts";
import { folderTree } from "../tree/folder-tree.ts";
import { dnsConfigPatches } from "../mend/dns-config-patches.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { prefixedTree, treeWithin } from "../tree/views.ts";
import type { ImageReads } from "../image/reads.ts";
import { limitsWith } from "./limits.ts";
import { DEFECT } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import type { Report } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import { filesInState, filesOnDisk } from "../cluster/named-files.ts";
import { corefilePatches } from "../mend/corefile-patches.ts";
import { scan, type ScanRequest } from "../judge/judge.ts";
import { runRoot } from "../tree/run-root.ts";
import { survey, type Survey } from "./survey.ts";

export async function scanRepository(
  given: Configured,
  images: ImageReads,
  { base }: RunPorts,
): Promise<Report> {
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
  const then = { clustersBefore: before.clusters.profiles, imageBefore: earlierImages(earlier) };
  const report = await scan({ ...requestOf(now), ...then }, read);
  const defects = earlier.diagnostics.filter(({ code }) => code === DEFECT);
  const ahead = base.ahead === undefined ? [] : [baseAhead(base.ahead)];
  const compared = compare(whole(report, now, [...ahead, ...before.diagnostics, ...defects]), earlier);
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

function partlyCompared(why: string): Diagnostic {
  return {
    code: "partly-compared",
    message: `The base could not be read whole: ${why}`,
    hint: "What is called new may have been there: check out more history (fetch-depth: 0).",
    weight: "gap",
  };
}

/** Nothing that is committed can be new then. */
function baseAhead(base: string): Diagnostic {
  return {
    code: "base-ahead",
    message: `The base ${base} descends from what is checked out: only what is not committed can be new`,
    hint: "Check out the change, and name the branch it goes to as base.",
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
