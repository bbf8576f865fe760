/** Gathers what files say, within bounds for the sum. Must not read any file. */
import { pastLimit } from "../tree/gaps.ts";
import { Budget } from "../model/budget.ts";
import { defect } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { withPlaces } from "../model/pod.ts";
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import type { RepositoryLimits } from "../model/repository-limits.ts";
import type { PackedCharts } from "./kinds/packed-charts.ts";

/** What one file, chart or kustomization says. */
export interface Said {
  readonly workloads?: readonly Workload[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** What all of them say. */
export interface Findings {
  readonly workloads: readonly Workload[];
  readonly diagnostics: readonly Diagnostic[];
  /** Takes it, and gives it back. */
  readonly take: <T extends Said>(said: T) => T;
  /**
   * Does the part of the work that is about one file; nothing where it fails, which is a defect and costs that file's
   * answer alone.
   */
  readonly about: <T>(file: string, work: () => T | Promise<T>) => Promise<T | undefined>;
}

/** Nothing yet. What stands inside an archive is pinned to the archive, and says in words where it stands. */
export function openFindings(limits: RepositoryLimits, inside: PackedCharts["inside"]): Findings {
  const workloads: Workload[] = [];
  const diagnostics: Diagnostic[] = [];
  const [containers, words] = [
    new Budget("workloads", limits.workloads),
    new Budget("diagnostics", limits.diagnostics),
  ];
  const defects = new Set<string>();
  const take = <T extends Said>(said: T): T => {
    for (const workload of said.workloads ?? []) {
      if (containers.isOver) break;
      if (containers.spend()) workloads.push(packedWorkload(workload, inside));
      else
        diagnostics.push(
          pastLimit("there are more containers; the rest was not judged", containers, SMALLER),
        );
    }
    for (const diagnostic of said.diagnostics ?? []) {
      if (words.isOver) break;
      if (words.spend()) diagnostics.push(packedDiagnostic(diagnostic, inside));
      else
        diagnostics.push(
          pastLimit("there is more that could not be read; the rest is not told", words, SMALLER),
        );
    }
    return said;
  };
  return {
    workloads,
    diagnostics,
    take,
    async about(file, work) {
      try {
        return await work();
      } catch (error) {
        // A file that two parts of the work are about fails both alike.
        const found = defect(file, "while it was read", error);
        if (defects.has(found.message)) return undefined;
        defects.add(found.message);
        take({ diagnostics: [found] });
        return undefined;
      }
    },
  };
}

/** What to do where all files together are too much. */
export const SMALLER = "scan a smaller folder";

type Inside = PackedCharts["inside"];

function packedWorkload(workload: Workload, inside: Inside): Workload {
  const { name, at, related, searches, pod } = workload;
  const words = placeInside(at, inside);
  if (words === undefined && related === undefined && searches?.at === undefined && pod === undefined)
    return workload;
  return {
    ...workload,
    name: words === undefined ? name : `${name} (${words})`,
    ...(at && { at: outside(at, inside) }),
    ...(related && { related: related.map((place) => outside(place, inside)) }),
    ...(searches && { searches: { ...searches, ...(searches.at && { at: outside(searches.at, inside) }) } }),
    ...(pod && { pod: withPlaces(pod, (place) => outside(place, inside)) }),
  };
}

function packedDiagnostic(diagnostic: Diagnostic, inside: Inside): Diagnostic {
  const { at, message } = diagnostic;
  const words = placeInside(at, inside);
  if (at === undefined || words === undefined) return diagnostic;
  return { ...diagnostic, message: `${message} (${words})`, at: outside(at, inside) };
}

function placeInside(at: Place | undefined, inside: Inside): string | undefined {
  const found = at && inside(at.file);
  return found && `in ${found.archive}: ${found.member}:${at.line}`;
}

/** The place itself; the archive where it stands inside one, which has no line that anybody could open. */
function outside(at: Place, inside: Inside): Place {
  const found = inside(at.file);
  return found === undefined ? at : { file: found.archive, line: 1, column: 1, endLine: 1, endColumn: 1 };
}
