/** Compares a report with an earlier one: what is new, what was there, what is fixed. Must identify findings without tags. */
import type { ClusterProfile } from "./model/cluster-profile.ts";
import { samePlace } from "./model/place.ts";
import type { Judgement, Report } from "./model/report.ts";
import { imageName } from "./model/workload.ts";

/** What a finding is, whatever tag its image has and whatever line it has moved to. */
export function identity({ verdict, workload }: Judgement, clusterName: string): string {
  return JSON.stringify([
    verdict.ruleId,
    verdict.outcome,
    workload === undefined ? null : imageName(workload.image),
    workload?.at?.file ?? "",
    // What a container is hit by may stand in one file or another; what is wrong with a cluster stands where it does.
    workload === undefined ? (verdict.at?.file ?? "") : "",
    clusterName,
  ]);
}

/** The report with each finding marked as new or existing, and the findings of `before` that are gone. */
export function compare(report: Report, before: Report): Report {
  const earlier = new Map<string, Judgement[]>();
  for (const judgement of before.judgements.filter(isFinding)) {
    const id = identity(judgement, clusterOf(before, judgement)?.name ?? "");
    earlier.set(id, [...(earlier.get(id) ?? []), judgement]);
  }
  const status = new Map<Judgement, "new" | "existing">();
  const found = report.judgements.filter(isFinding);
  // A name that was there before goes first, so that of two alike the added one is new.
  for (const byName of [true, false]) {
    for (const judgement of found) {
      if (status.has(judgement)) continue;
      const known = earlier.get(identity(judgement, clusterOf(report, judgement)?.name ?? "")) ?? [];
      const match = byName
        ? known.findIndex(({ workload }) => workload?.name === judgement.workload?.name)
        : known.length - 1;
      if (match >= 0) {
        known.splice(match, 1);
        status.set(judgement, "existing");
      }
    }
  }
  const judgements = report.judgements.map((judgement): Judgement => {
    if (!isFinding(judgement)) return judgement;
    if (status.get(judgement) === "existing") return { ...judgement, status: "existing" };
    return { ...atItsCause(judgement, report, before), status: "new" };
  });
  const fixed = [...earlier.values()].flatMap((left) => left.map(({ verdict }) => verdict.summary));
  return { ...report, judgements, fixed };
}

function isFinding({ verdict }: Judgement): boolean {
  return verdict.outcome !== "not-affected";
}

/**
 * The line that made the finding: the container's own where the cluster answers as it did before; that of the cluster's
 * setting where it does not and nothing nearer is known.
 */
function atItsCause(judgement: Judgement, report: Report, before: Report): Judgement {
  const { workload, verdict } = judgement;
  const cluster = clusterOf(report, judgement);
  const then = before.clusters.find(({ name }) => name === cluster?.name);
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

function clusterOf(report: Report, { cluster }: Judgement): ClusterProfile | undefined {
  return report.clusters[cluster];
}
