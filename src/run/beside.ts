/** A run about a live cluster, held against another cluster or against what files say. Must read no image of a file. */
import { beside } from "../compare/beside.ts";
import { compare } from "../compare/compare.ts";
import { markNotes, notesOf } from "../compare/known-notes.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { hidesPods } from "../model/hidden-pods.ts";
import type { Report } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import type { Configured } from "../settings/states.ts";
import type { RunPorts } from "./ports.ts";
import { openStates } from "./states.ts";
import { survey } from "./survey.ts";

/** The report with what is hit there already marked, and who runs on one of the two alone. */
export function besideCluster(report: Report, there: Report, name: string): Report {
  const compared = compare(markNotes(report, notesOf(there)), there, "before");
  // A waiver that covers something there is one of both.
  const unused = (one: Diagnostic) => JSON.stringify([one.code, one.message, one.at]);
  const alsoThere = new Set(there.diagnostics.map(unused));
  const diagnostics = compared.diagnostics.filter(
    (one) => one.code !== "waiver-unused" || alsoThere.has(unused(one)),
  );
  // Who runs there alone, or not at all, is not known then.
  const hidden = there.diagnostics.filter(hidesPods);
  const told = hidden.map((one) => ({ ...one, message: `On ${name}: ${one.message}` }));
  return {
    ...compared,
    diagnostics: [...diagnostics, ...told],
    beside: beside(workloadsOf(report), workloadsOf(there), name),
  };
}

/** What the files of a folder say. */
export interface Said {
  readonly folder: string;
  readonly workloads: readonly Workload[];
  /** What of them was not read, and may say more. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads it. Rejects with MuslgateError (`usage`) where the folder is none. */
export async function saidIn(
  folder: string,
  given: Configured,
  { env, now, signal }: Pick<RunPorts, "env" | "now" | "signal">,
): Promise<Said> {
  const here = { directory: folder, images: [], include: [], exclude: [] };
  // How a cluster answers is known of the one that runs.
  const settings = { ...given.settings, ...here, corefiles: [], clusterFiles: [], clusters: [] };
  const states = await openStates({ ...given, settings }, { signal, now, env });
  const { workloads, diagnostics } = await survey(states.now, env);
  const unread = diagnostics.filter(({ weight, code }) => weight === "gap" && code !== "no-cluster");
  return { folder, workloads, diagnostics: unread };
}

/** The report with what runs that no file says, and the other way. */
export function besideFolder(report: Report, { folder, workloads, diagnostics }: Said): Report {
  const told = diagnostics.map((one) => ({ ...one, message: `In ${folder}: ${one.message}` }));
  return {
    ...report,
    diagnostics: [...report.diagnostics, ...told],
    beside: beside(workloadsOf(report), workloads, folder),
  };
}

/** Each container once, whatever is held of it. */
function workloadsOf({ judgements }: Report): readonly Workload[] {
  const all = judgements.flatMap(({ workload }) => workload ?? []);
  return [...groupBy(all, ({ key, name, image }) => JSON.stringify([key, name, image])).values()].map(
    ([first]) => first,
  );
}
