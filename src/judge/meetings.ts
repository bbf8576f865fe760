/** Says which container meets which cluster. Must let a container that nobody names meet every cluster, and say so. */
import { Budget } from "../model/budget.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { REPOSITORY_LIMITS } from "../model/repository-limits.ts";
import type { Workload } from "../model/workload.ts";
import type { NamedCluster } from "../settings/settings.ts";
import { pastLimit } from "../tree/gaps.ts";
import { globMatches, nameGlob } from "../tree/glob.ts";
import { pathFilter } from "../tree/path-filter.ts";

/** A container that runs on a cluster. */
export interface Meeting {
  readonly workload: Workload;
  readonly cluster: ClusterProfile;
}

/** Who meets whom, and what there is to say of it. */
export interface Meetings {
  readonly meetings: readonly Meeting[];
  readonly diagnostics: readonly Diagnostic[];
}

/** An entry of the configuration, as far as it says who meets its clusters. */
export type MeetingEntry = Omit<NamedCluster, "says">;

/**
 * Pairs each container with each cluster, but where entries name the container: then with their clusters alone, and with
 * those of entries that name nobody. `steps` counts the matching of globs; past it all meet all, and a gap says so.
 */
export function pair(
  workloads: readonly Workload[],
  clusters: readonly ClusterProfile[],
  entries: readonly MeetingEntry[] = [],
  steps: Budget = new Budget("globSteps", REPOSITORY_LIMITS.globSteps),
): Meetings {
  const everybody = () => workloads.flatMap((workload) => clusters.map((cluster) => ({ workload, cluster })));
  const choosing = entries.filter(isChoosing).map((entry) => ({ entry, names: namesWith(entry, steps) }));
  if (choosing.length === 0) return { meetings: everybody(), diagnostics: [] };
  const chosen = new Set(choosing.map(({ entry }) => entry.name));
  const used = new Set<string>();
  const unnamed: Workload[] = [];
  const meetings = workloads.flatMap((workload) => {
    const by = new Set(choosing.flatMap(({ entry, names }) => (names(workload) ? [entry.name] : [])));
    for (const name of by) used.add(name);
    if (by.size === 0) unnamed.push(workload);
    const meets = ({ entry = "" }: ClusterProfile) => by.size === 0 || !chosen.has(entry) || by.has(entry);
    return clusters.filter(meets).map((cluster) => ({ workload, cluster }));
  });
  if (steps.isOver) {
    const gap = pastLimit("who meets which cluster was not told to the end", steps, "write simpler globs");
    return { meetings: everybody(), diagnostics: [gap] };
  }
  const unused = choosing.filter(({ entry }) => !used.has(entry.name)).map(({ entry }) => entryUnused(entry));
  const asking = unnamed.filter(({ usesClusterDns }) => usesClusterDns !== false);
  return { meetings, diagnostics: [...unused, ...(asking.length === 0 ? [] : [meetEvery(asking)])] };
}

/** Whether a container meets a cluster; without meetings all meet all. */
export function meetingTest(
  meetings: readonly Meeting[] | undefined,
): (workload: Workload, cluster: ClusterProfile) => boolean {
  if (meetings === undefined) return () => true;
  const met = groupBy(meetings, ({ workload }) => workload);
  return (workload, cluster) => met.get(workload)?.some((one) => one.cluster === cluster) === true;
}

function isChoosing({ workloads, namespaces, overlays }: MeetingEntry): boolean {
  return workloads.length + namespaces.length + overlays.length > 0;
}

/** Whether an entry names a container, its globs cut once. */
function namesWith(
  { workloads, namespaces, overlays }: MeetingEntry,
  steps: Budget,
): (workload: Workload) => boolean {
  const inPaths = anyOf(workloads, steps);
  const isOverlay = anyOf(overlays, steps);
  const spaces = namespaces.map(nameGlob);
  return ({ key, file, at, related = [] }) => {
    const through = key.root === "" ? [] : [key.root, `${key.root}/.`];
    const paths = new Set([file, at?.file, ...related.map((place) => place.file), ...through]);
    return (
      [...paths].some((path) => path !== undefined && inPaths(path)) ||
      (key.root !== "" && isOverlay(key.root)) ||
      (key.namespace !== "" && spaces.some((glob) => globMatches(glob, key.namespace, steps)))
    );
  };
}

/** As `include` matches paths; without globs nothing. */
function anyOf(globs: readonly string[], steps: Budget): (path: string) => boolean {
  return globs.length === 0 ? () => false : pathFilter(globs, [], steps);
}

function entryUnused({ name }: MeetingEntry): Diagnostic {
  return {
    code: "cluster-entry-unused",
    message: `the entry ${name} of clusters names no container that is there`,
    hint: "Correct its workloads, namespaces or overlays, or take it out.",
    weight: "notice",
    subject: name,
  };
}

/** Containers that are called by name; the others are a number. */
const MOST_NAMED = 5;

function meetEvery(all: readonly Workload[]): Diagnostic {
  const names = all.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = all.length - names.length;
  return {
    code: "meets-every-cluster",
    message: `No entry of clusters names ${names.join("; ")}${more > 0 ? ` and ${more} more` : ""}: every cluster is taken to run them`,
    hint: "Name them in workloads, namespaces or overlays of the clusters that run them.",
    weight: "notice",
  };
}
