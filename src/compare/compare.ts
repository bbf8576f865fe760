/** Compares a report with an earlier one: what is new, what was there, what is fixed. Must identify findings without tags. */
import { imageName } from "../model/image-name.ts";
import { counterparts } from "./counterparts.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import { groupBy } from "../model/group-by.ts";
import { samePlace } from "../model/place.ts";
import { type Judgement, LEVELS, type NameEffect, type Report } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";

/** The report with each finding marked as new or existing, and the findings of `before` that are gone. */
export function compare(report: Report, before: Report): Report {
  const clusters = counterparts(report.clusters, before.clusters);
  const now = report.judgements.filter(isFinding);
  const earlier = before.judgements.filter(isFinding);
  const byIdentity = groupBy(earlier, (one) => identity(one, one.cluster));
  const left = new Map([...byIdentity].map(([key, same]): [string, Judgement[]] => [key, [...same]]));
  const here = new Set(report.judgements.map(({ workload }) => whoAndWhere(workload)));
  const names = new Set(report.judgements.map(({ workload }) => workload?.name));
  const isLeft = ({ workload }: Judgement) => here.has(whoAndWhere(workload));
  const existing = new Set<Judgement>();
  for (const isSame of [
    // Its name first, so that of two alike the added one is new; then one that was given another name, or moved.
    (one: Judgement, then: Judgement) => sameFile(one, then) && one.workload?.name === then.workload?.name,
    (one: Judgement, then: Judgement) => sameFile(one, then) && !names.has(then.workload?.name),
    (one: Judgement, then: Judgement) => one.workload?.name === then.workload?.name && !isLeft(then),
    (_: Judgement, then: Judgement) => !isLeft(then) && !names.has(then.workload?.name),
    // A cluster alone was found again already.
    (one: Judgement, then: Judgement) => one.workload === undefined && then.workload === undefined,
  ]) {
    for (const judgement of now) {
      const cluster = clusters[judgement.cluster];
      if (existing.has(judgement) || cluster === undefined) continue;
      const known = left.get(identity(judgement, cluster)) ?? [];
      const match = known.findIndex((then) => isSame(judgement, then) && noWorse(judgement, then));
      if (match < 0) continue;
      known.splice(match, 1);
      existing.add(judgement);
    }
  }
  // What an earlier comparison has found to be known stays so.
  for (const judgement of now) if (judgement.status === "existing") existing.add(judgement);
  const judgements = report.judgements.map((judgement): Judgement => {
    if (!isFinding(judgement)) return judgement;
    if (existing.has(judgement)) return { ...judgement, status: "existing" };
    const then = clusters[judgement.cluster];
    const atCause = atItsCause(judgement, report, then === undefined ? undefined : before.clusters[then]);
    return { ...atCause, status: "new" };
  });
  const still = new Set(now.map((judgement) => ruleAndWho(report, judgement)));
  const gone = [...left.values()].flat().filter((judgement) => !still.has(ruleAndWho(before, judgement)));
  return {
    ...report,
    judgements,
    fixed: [...new Set([...(report.fixed ?? []), ...goneLines(before, gone)])],
  };
}

function whoAndWhere(workload: Workload | undefined): string {
  return JSON.stringify([workload?.name, workload?.at?.file]);
}

/** What got worse or is not known any more is not gone. */
function ruleAndWho(report: Report, { workload, cluster, verdict }: Judgement): string {
  return JSON.stringify([verdict.ruleId, workload?.name ?? report.clusters[cluster]?.name]);
}

/** `deployment/api, container api: musl-paired-lookup`, one line for each container or cluster. */
function goneLines(before: Report, left: readonly Judgement[]): readonly string[] {
  const rules = new Map<string, Set<string>>();
  for (const { workload, cluster, verdict } of left) {
    const name = workload?.name ?? before.clusters[cluster]?.name ?? "";
    rules.set(name, (rules.get(name) ?? new Set()).add(verdict.ruleId));
  }
  return [...rules].map(([name, ids]) => `${name}: ${[...ids].join(", ")}`);
}

/** What a finding is, whatever tag its image has, whatever line it has moved to and whoever starts it. */
function identity({ verdict, workload }: Judgement, cluster: number): string {
  const image = workload === undefined ? null : imageName(workload.image);
  return JSON.stringify([verdict.ruleId, verdict.outcome, image, cluster]);
}

/** The file that a finding is known by: the container's, or for a cluster alone that of the line. */
function sameFile(one: Judgement, then: Judgement): boolean {
  const file = ({ workload, verdict }: Judgement) =>
    workload === undefined ? verdict.at?.file : workload.at?.file;
  return file(one) === file(then);
}

const EFFECTS: readonly NameEffect[] = ["resolves", "resolves-slowly", "unknown", "fails-slowly", "fails"];

/** Whether nothing is hit that was not, and nothing harder: what got worse is new. */
function noWorse({ verdict: now }: Judgement, { verdict: then }: Judgement): boolean {
  if (LEVELS.indexOf(now.level) > LEVELS.indexOf(then.level)) return false;
  const scopes = ["internal", "external"] as const;
  const effect = (names: typeof now.names, scope: (typeof scopes)[number]) =>
    EFFECTS.indexOf(names?.[scope] ?? "resolves");
  if (scopes.some((scope) => effect(now.names, scope) > effect(then.names, scope))) return false;
  return (now.concerns ?? []).every((one) => then.concerns?.includes(one) ?? false);
}

function isFinding({ verdict }: Judgement): boolean {
  return verdict.outcome !== "not-affected";
}

/**
 * The line that made the finding: the container's own where the cluster answers as it did before; that of the cluster's
 * setting where it does not and nothing nearer is known.
 */
function atItsCause(judgement: Judgement, report: Report, then: ClusterProfile | undefined): Judgement {
  const { workload, verdict } = judgement;
  const cluster = report.clusters[judgement.cluster];
  if (workload?.at === undefined || verdict.at === undefined || cluster === undefined || then === undefined) {
    return judgement;
  }
  const answers = ({ internal, external }: ClusterProfile["answers"]) =>
    [internal.kind, external.kind].join();
  const changed = answers(cluster.answers) !== answers(then.answers);
  const at = !changed ? workload.at : samePlace(verdict.at, workload.at) ? cluster.at : verdict.at;
  if (at === undefined || samePlace(verdict.at, at)) return judgement;
  const related = [verdict.at, ...verdict.related.filter((place) => !samePlace(place, at))];
  return { ...judgement, verdict: { ...verdict, at, related } };
}
