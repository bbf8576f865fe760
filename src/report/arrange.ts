/** Arranges judgements for people: which are shown, in which order, which together. Must not word them. */
import { counted, type Judgement, LEVELS, type Outcome, OUTCOMES, type Report } from "../model/report.ts";
import { groupBy } from "../model/group-by.ts";
import { type Place, placeText } from "../model/place.ts";
import { keyText } from "../model/workload-key.ts";

/** What a judgement is about: the container, or the cluster alone. */
export function subjectOf(report: Report, { workload, cluster }: Judgement): string {
  return workload?.name ?? report.clusters[cluster]?.name ?? "";
}

/**
 * The judgements, what this run answers for first, worst outcome first. What is true of a cluster alone is left out
 * where a container that it hits is reported on the same line, as loud and as new or not: that says it, and more.
 */
export function shown(report: Report): readonly Judgement[] {
  const lineOf = (place: Place, status: Judgement["status"]) => `${status ?? ""} ${placeText(place)}`;
  const loudest = new Map<string, number>();
  for (const { workload, status, waived, verdict } of report.judgements) {
    if (workload === undefined || verdict.outcome !== "affected" || waived !== undefined) continue;
    for (const place of [verdict.at, ...verdict.related]) {
      if (place === undefined) continue;
      const line = lineOf(place, status);
      loudest.set(line, Math.max(loudest.get(line) ?? -1, LEVELS.indexOf(verdict.level)));
    }
  }
  return report.judgements
    .filter(({ workload, status, verdict: { at, level } }) => {
      if (workload !== undefined || at === undefined) return true;
      return (loudest.get(lineOf(at, status)) ?? -1) < LEVELS.indexOf(level);
    })
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank(judgement: Judgement): number {
  const worst = OUTCOMES.indexOf(judgement.verdict.outcome);
  // What is waived or was there before stands between what counts and what is well.
  return counted(judgement) ? worst : OUTCOMES.length + worst;
}

/** Findings that say the same for the same reason, in the order given; only those that this run answers for. */
export function findingGroups(judgements: readonly Judgement[]): readonly (readonly Judgement[])[] {
  const groups = groupBy(judgements.filter(counted), (judgement) => {
    const { outcome, ruleId, level, at, names, remedies } = judgement.verdict;
    const what = outcome === "unknown" ? whyUnknown(judgement) : [at, names, remedies[0]?.id];
    const alone = judgement.workload === undefined && judgement.verdict.summary;
    return JSON.stringify([outcome, ruleId, level, judgement.cluster, what, alone]);
  });
  return [...groups.values()];
}

/** Images that were not read stand together, whatever kept each from being read; else the reason decides. */
export function whyUnknown({ image, workload, verdict }: Judgement): string {
  if (image === undefined && workload !== undefined) return "not read";
  return verdict.because ?? verdict.summary;
}

/** One judgement for each container on each cluster: its worst that counts, else its worst; worst containers first. */
export function containers(report: Report): readonly Judgement[] {
  const worst = new Map<string, Judgement>();
  for (const judgement of shown(report)) {
    const { workload, image, cluster } = judgement;
    if (workload === undefined) continue;
    const { key: who, variant, at } = workload;
    const key = JSON.stringify([keyText(who), variant, workload.image, at, image ?? null, cluster]);
    if (!worst.has(key)) worst.set(key, judgement);
  }
  return [...worst.values()];
}

/**
 * Containers of the same image with the same result, for one row each; in a comparison only those that are new in it,
 * since the others are as they were.
 */
export function rows(report: Report): readonly (readonly Judgement[])[] {
  const told = containers(report).filter((one) => report.fixed === undefined || counted(one));
  const groups = groupBy(told, (judgement) => {
    const { workload, image, cluster, verdict, status, waived } = judgement;
    const { process, distribution } = (image === undefined ? undefined : report.images[image]) ?? {};
    // Platforms that start the same are one row, those that differ are not.
    const starts = [process?.kind, process?.runtime, process?.musl?.exact, distribution?.name];
    const result = [verdict.outcome, verdict.names, workload?.usesClusterDns, status, waived?.expires];
    return JSON.stringify([workload?.image, starts, cluster, result]);
  });
  return [...groups.values()];
}

/** What a run found, in numbers. */
export interface Counts extends Readonly<Record<Outcome, number>> {
  /** Containers whose worst finding was there before the change that is looked at. */
  readonly existing: number;
  /** Those of them of which it was not known before either, and is not now. */
  readonly "existing-unknown": number;
  /** Containers whose worst finding somebody has decided to live with. */
  readonly waived: number;
  /** Findings about clusters alone. */
  readonly clusters: number;
  /** What is not known of clusters alone. */
  readonly "clusters-unknown": number;
}

/** Containers by their worst, those that this run answers for; and findings about clusters alone. */
export function counts(report: Report): Counts {
  const worst = containers(report);
  const of = (outcome: Outcome) =>
    worst.filter((one) => one.verdict.outcome === outcome && (outcome === "not-affected" || counted(one)))
      .length;
  const found = worst.filter(({ verdict }) => verdict.outcome !== "not-affected");
  const before = found.filter(({ status, waived }) => status === "existing" && waived === undefined);
  const alone = (outcome: Outcome) =>
    shown(report).filter(
      (one) => one.workload === undefined && one.verdict.outcome === outcome && counted(one),
    ).length;
  return {
    affected: of("affected"),
    unknown: of("unknown"),
    "not-affected": of("not-affected"),
    existing: before.length,
    "existing-unknown": before.filter(({ verdict }) => verdict.outcome === "unknown").length,
    waived: found.filter(({ waived }) => waived !== undefined).length,
    clusters: alone("affected"),
    "clusters-unknown": alone("unknown"),
  };
}

/** The first few of a list, and how many more there are. */
export function firstOf<T>(
  all: readonly T[],
  most: number,
): { readonly first: readonly T[]; readonly more: number } {
  return { first: all.slice(0, most), more: Math.max(0, all.length - most) };
}
