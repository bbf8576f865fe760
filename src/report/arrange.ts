/** Arranges judgements for people: which are shown, in which order, which together. Must not word them. */
import { type Place, placeText } from "../model/place.ts";
import { type Judgement, type Outcome, OUTCOMES, type Report } from "../model/report.ts";

/** What a judgement is about: the container, or the cluster alone. */
export function subjectOf(report: Report, { workload, cluster }: Judgement): string {
  return workload?.name ?? report.clusters[cluster]?.name ?? "";
}

/**
 * The judgements, those that were there before behind the others, worst outcome first. What is true of a cluster alone
 * is left out where a container that it hits is reported on the same line, as new or not: that says it, and more.
 */
export function shown(report: Report): readonly Judgement[] {
  const lineOf = (place: Place, status: Judgement["status"]) => `${status ?? ""} ${placeText(place)}`;
  const hit = new Set(
    report.judgements.flatMap(({ workload, status, waived, verdict: { outcome, at, related } }) =>
      workload === undefined || outcome !== "affected" || waived !== undefined
        ? []
        : [at, ...related].flatMap((place) => (place === undefined ? [] : lineOf(place, status))),
    ),
  );
  return report.judgements
    .filter(
      ({ workload, status, verdict: { at } }) =>
        workload !== undefined || at === undefined || !hit.has(lineOf(at, status)),
    )
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank({ verdict, status }: Judgement): number {
  return OUTCOMES.indexOf(verdict.outcome) + (status === "existing" ? OUTCOMES.length : 0);
}

/** Findings that say the same for the same reason, in the order given; those of no concern are left out. */
export function findingGroups(judgements: readonly Judgement[]): readonly (readonly Judgement[])[] {
  const groups = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    const { outcome, ruleId, at, names, remedies } = judgement.verdict;
    if (outcome === "not-affected") continue;
    const what = outcome === "unknown" ? whyUnknown(judgement) : [at, names, remedies[0]?.title];
    const alone = judgement.workload === undefined && judgement.verdict.summary;
    const key = JSON.stringify([outcome, ruleId, judgement.cluster, what, alone]);
    groups.set(key, [...(groups.get(key) ?? []), judgement]);
  }
  return [...groups.values()];
}

/** Images that were not read stand together, whatever kept each from being read; else the reason decides. */
function whyUnknown({ image, workload, verdict }: Judgement): string {
  if (image === undefined && workload !== undefined) return "not read";
  return verdict.summary.replace(workload?.name ?? "", "");
}

/** One judgement for each container on each cluster: its worst, worst containers first. */
export function containers(report: Report): readonly Judgement[] {
  const worst = new Map<string, Judgement>();
  for (const judgement of shown(report)) {
    const { workload, image, cluster } = judgement;
    if (workload === undefined) continue;
    const key = JSON.stringify([workload.name, workload.image, workload.at, image ?? null, cluster]);
    if (!worst.has(key)) worst.set(key, judgement);
  }
  return [...worst.values()];
}

/** Containers of the same image with the same result, for one row each. */
export function rows(report: Report): readonly (readonly Judgement[])[] {
  const groups = new Map<string, Judgement[]>();
  for (const judgement of containers(report)) {
    const { workload, image, cluster, verdict, status, waived } = judgement;
    const { process, distribution } = (image === undefined ? undefined : report.images[image]) ?? {};
    // Platforms that start the same are one row, those that differ are not.
    const starts = [process?.kind, process?.runtime, process?.musl?.exact, distribution?.name];
    const result = [verdict.outcome, verdict.names, status, waived?.expires];
    const key = JSON.stringify([workload?.image, starts, cluster, result]);
    groups.set(key, [...(groups.get(key) ?? []), judgement]);
  }
  return [...groups.values()];
}

/** How many containers have each outcome as their worst, and how many findings are about clusters alone. */
export function counts(report: Report): Readonly<Record<Outcome | "clusters", number>> {
  const worst = containers(report);
  const of = (outcome: Outcome) => worst.filter(({ verdict }) => verdict.outcome === outcome).length;
  return {
    affected: of("affected"),
    unknown: of("unknown"),
    "not-affected": of("not-affected"),
    clusters: shown(report).filter(
      ({ workload, verdict }) => workload === undefined && verdict.outcome === "affected",
    ).length,
  };
}

/** The first few of a list, and how many more there are. */
export function firstOf<T>(
  all: readonly T[],
  most: number,
): { readonly first: readonly T[]; readonly more: number } {
  return { first: all.slice(0, most), more: Math.max(0, all.length - most) };
}
