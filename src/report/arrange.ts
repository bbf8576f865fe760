/** Arranges judgements for people: which are shown, in which order, which together. Must not word them. */
import {
  counted,
  type Judgement,
  LEVELS,
  type Outcome,
  OUTCOMES,
  type Patch,
  type Remedy,
  type Report,
} from "../model/report.ts";
import { groupBy } from "../model/group-by.ts";
import { type Place, placeText } from "../model/place.ts";
import { keyText } from "../model/workload-key.ts";
import type { Workload } from "../model/workload.ts";

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

/** How a judgement is shown: by its outcome, but what is only worth a note apart from what is hit. */
export type Standing = Outcome | "note";

/** Every standing, the worst first. */
export const STANDINGS: readonly Standing[] = ["affected", "unknown", "note", "not-affected"];

/** How it is shown. */
export function standingOf(judgement: Judgement): Standing {
  return isNote(judgement) ? "note" : judgement.verdict.outcome;
}

/** Whether it is worth a line of the report for all whom it concerns, and no annotation. */
export function isNote({ verdict }: Judgement): boolean {
  return verdict.outcome === "affected" && verdict.level === "note";
}

function worseFirst(judgement: Judgement): number {
  const { outcome, level } = judgement.verdict;
  // What is only worth a note does not hide that something is not known.
  return isNote(judgement)
    ? OUTCOMES.indexOf("unknown") * LEVELS.length + 0.5
    : OUTCOMES.indexOf(outcome) * LEVELS.length - LEVELS.indexOf(level);
}

function rank(judgement: Judgement): number {
  const worst = worseFirst(judgement);
  // What is waived or was there before stands between what counts and what is well.
  return counted(judgement) ? worst : OUTCOMES.length * LEVELS.length + worst;
}

/** What is hit by one cause, the loudest first; and whom the same cause is only worth a note. */
export interface Finding {
  readonly hit: readonly [Judgement, ...Judgement[]];
  readonly notes: readonly Judgement[];
}

/**
 * What is hit by one cause, the worst first; only findings that this run answers for. A container that some names alone
 * would fail is told with what is louder on the same line, where that is there.
 */
export function findingGroups(report: Report): readonly Finding[] {
  const affected = shown(report).filter((one) => counted(one) && one.verdict.outcome === "affected");
  const loud = groupBy(
    affected.filter((one) => !isNote(one)),
    lineOn,
  );
  const hosts = new Map(
    affected.flatMap((one) => {
      const host = isPartNote(one) ? loud.get(lineOn(one))?.[0] : undefined;
      return host === undefined ? [] : [[one, host] as const];
    }),
  );
  const groups = groupBy(
    affected.filter((one) => !hosts.has(one)),
    (one) => causeKey(report, one),
  );
  const notes = groupBy(hosts, ([, host]) => causeKey(report, host));
  return [...groups].map(([key, hit]) => ({ hit, notes: (notes.get(key) ?? []).map(([one]) => one) }));
}

function causeKey(report: Report, judgement: Judgement): string {
  const { ruleId, level, at, names, except, remedies, summary } = judgement.verdict;
  // What a pod's own settings do is so on every cluster, and its sentence names none.
  const where = report.clusters[judgement.cluster]?.name ?? "";
  const cluster = summary.includes(where) ? judgement.cluster : undefined;
  // A fault of a cluster that stands in several places is mended in the same way in each.
  const alone = judgement.workload === undefined;
  if (isNote(judgement) && !alone) return JSON.stringify([ruleId, level, cluster]);
  const what = alone ? [at?.file] : [othersLines(judgement), names, except];
  return JSON.stringify([ruleId, level, cluster, what, remedies[0]?.id, alone]);
}

/** Whether only some names would fail, of which nothing says that the container asks for them. */
function isPartNote(judgement: Judgement): boolean {
  const { workload, verdict } = judgement;
  return (
    isNote(judgement) && workload !== undefined && verdict.except !== undefined && verdict.at !== undefined
  );
}

function lineOn({ cluster, verdict: { at } }: Judgement): string {
  return JSON.stringify([cluster, at && placeText(at)]);
}

/** The lines of a finding that are not the container's own: where the cluster decides, several are hit by one. */
function othersLines({ verdict: { at, related }, workload }: Judgement): readonly string[] {
  const own = [workload?.at, ...(workload?.related ?? [])].map((place) => place && placeText(place));
  const lines = [at, ...related].flatMap((place) => (place === undefined ? [] : [placeText(place)]));
  return [...new Set(lines)].filter((line) => !own.includes(line)).toSorted((a, b) => (a < b ? -1 : 1));
}

/** Images that were not read stand together, whatever kept each from being read; else the reason decides. */
export function whyUnknown({ image, workload, verdict }: Judgement): string {
  if (image === undefined && workload !== undefined) return "not read";
  return verdict.because ?? verdict.summary;
}

/** A container, and what is held of it. */
export interface Container {
  readonly workload: Workload;
  /** Index into `Report.images`; absent where the image was not opened. */
  readonly image: number | undefined;
  /** Its worst on each cluster that counts, else its worst, by index into `Report.clusters`. */
  readonly on: ReadonlyMap<number, Judgement>;
  /**
   * What its row says of it on each cluster: the same, but that no finding hides a louder one that is waived or was there
   * before, and no note what is not known.
   */
  readonly told: ReadonlyMap<number, Judgement>;
  /** All that is held of it, what counts and is worst first. */
  readonly every: readonly Judgement[];
  /** The worst of these. */
  readonly worst: Judgement;
}

/** Every container once, whatever clusters it meets; worst first. */
export function containers(report: Report): readonly Container[] {
  const known = new Map<
    string,
    {
      workload: Workload;
      image?: number;
      on: Map<number, Judgement>;
      told: Map<number, Judgement>;
      every: Judgement[];
    }
  >();
  for (const judgement of shown(report)) {
    const { workload, image, cluster } = judgement;
    if (workload === undefined) continue;
    const { key: who, variant, at } = workload;
    // A target may put another image into the same container.
    const which = report.targets === undefined ? (image ?? null) : null;
    const key = JSON.stringify([keyText(who), variant, workload.image, at, which]);
    const one = known.get(key) ?? {
      workload,
      image,
      on: new Map<number, Judgement>(),
      told: new Map<number, Judgement>(),
      every: [],
    };
    known.set(key, one);
    one.every.push(judgement);
    // Worst first: the first of each cluster is its worst.
    const first = one.on.get(cluster) ?? judgement;
    one.on.set(cluster, first);
    const told = one.told.get(cluster) ?? judgement;
    const isWorse = first.verdict.outcome === "affected" && worseFirst(judgement) < worseFirst(told);
    one.told.set(cluster, isWorse ? judgement : told);
  }
  return [...known.values()].map(({ workload, image, on, told, every }) => ({
    workload,
    image,
    on,
    told,
    every,
    worst: [...on.values()][0] as Judgement,
  }));
}

/** How its row stands: as the worst that its cells tell of, where what counts first is a finding too. */
export function standingOfRow({ worst, told }: Container): Standing {
  if (worst.verdict.outcome !== "affected") return standingOf(worst);
  return standingOf([...told.values()].reduce((a, b) => (worseFirst(b) < worseFirst(a) ? b : a)));
}

/** Containers of one image with the same result. */
export type Row = readonly [Container, ...Container[]];

/**
 * Containers of the same image that start the same, with the same result everywhere, for one row each; in a comparison
 * only those that are new in it, since the others are as they were.
 */
export function rows(report: Report): readonly Row[] {
  const all = containers(report).filter(({ worst }) => report.fixed === undefined || counted(worst));
  const groups = groupBy(all, ({ workload, image, told }) => {
    const { process, distribution } = (image === undefined ? undefined : report.images[image]) ?? {};
    // Platforms that start the same are one row, those that differ are not.
    const starts = [process?.kind, process?.runtime, process?.musl?.exact, distribution?.name];
    const results = report.clusters.map((_, cluster) => told.get(cluster)).map((one) => one && result(one));
    return JSON.stringify([workload.image, workload.role === "base image", starts, results]);
  });
  return [...groups.values()];
}

/** What a cell says of a container on a cluster. */
function result(judgement: Judgement): string {
  const { verdict, workload, status, waived } = judgement;
  return JSON.stringify([
    standingOf(judgement),
    verdict.names,
    verdict.except,
    verdict.providedThat,
    verdict.confidence === "likely",
    workload?.usesClusterDns,
    workload?.os,
    status,
    waived?.expires,
  ]);
}

/** Clusters on which all rows say the same, as indices into `Report.clusters`. */
export function columns(report: Report, all: readonly Row[]): readonly (readonly [number, ...number[]])[] {
  const groups = groupBy(report.clusters.keys(), (cluster) => {
    const cells = all.map(([{ told }]) => told.get(cluster));
    return JSON.stringify(cells.map((one) => one && result(one)));
  });
  return [...groups.values()];
}

/** What a run found, in numbers. */
export interface Counts extends Readonly<Record<Outcome, number>> {
  /** Containers whose worst is no more than worth a note; they are not among the affected. */
  readonly notes: number;
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
  const worst = containers(report).map((one) => one.worst);
  const of = (outcome: Outcome) =>
    worst.filter((one) => one.verdict.outcome === outcome && (outcome === "not-affected" || counted(one)))
      .length;
  const found = worst.filter(({ verdict }) => verdict.outcome !== "not-affected");
  const before = found.filter(({ status, waived }) => status === "existing" && waived === undefined);
  const alone = (outcome: Outcome) =>
    shown(report).filter(
      (one) => one.workload === undefined && one.verdict.outcome === outcome && counted(one),
    ).length;
  const notes = worst.filter((one) => isNote(one) && counted(one)).length;
  return {
    affected: of("affected") - notes,
    notes,
    unknown: of("unknown"),
    "not-affected": of("not-affected"),
    existing: before.length,
    "existing-unknown": before.filter(({ verdict }) => verdict.outcome === "unknown").length,
    waived: found.filter(({ waived }) => waived !== undefined).length,
    clusters: alone("affected"),
    "clusters-unknown": alone("unknown"),
  };
}

/**
 * Of how many containers and clusters something is gone since the other state; with targets `healed` counts those that a
 * target heals, and the others are what was not known and is known at one.
 */
export function gone({ targets, fixed = [] }: Report): {
  readonly fixed: number;
  readonly healed: number;
  readonly known: number;
} {
  if (targets === undefined) return { fixed: fixed.length, healed: 0, known: 0 };
  const heals = new Set(targets.flatMap((one) => one.heals));
  // A fleet has the clusters of now beside those of targets, and nothing that is gone.
  return { fixed: 0, healed: heals.size, known: fixed.filter((line) => !heals.has(line)).length };
}

/** Containers whose worst was there before, and is no more than worth a note. */
export function notesBefore(report: Report): number {
  return containers(report).filter(
    ({ worst }) => isNote(worst) && worst.status === "existing" && worst.waived === undefined,
  ).length;
}

/** Something that can be done, and the rules whose findings it is for; none are named where all findings are of one rule. */
export type WayOut<T> = T & { readonly rules: readonly string[] };

/**
 * What can be done: the changes that were worked out, and the other ways out, the one to take first before the others, and
 * those of a note last.
 */
export function waysOut(report: Report): {
  readonly patches: readonly WayOut<Patch>[];
  readonly remedies: readonly WayOut<Remedy>[];
} {
  const all = shown(report);
  const found = all.filter(counted);
  // What is waived, or was there before, asks for nothing.
  const others = all.filter((one) => !counted(one) && one.verdict.outcome === "affected");
  const patches = toldPatches(report).filter(
    (patch) => found.some((one) => takes(patch, one)) || !others.some((one) => takes(patch, one)),
  );
  const rulesOf = namer(found);
  return {
    patches: patches.map((patch) => ({
      ...patch,
      rules: rulesOf(found.filter((one) => takes(patch, one))),
    })),
    remedies: waysOutOf(found, patches),
  };
}

/** The ways out of these findings that no patch takes there, each once. */
export function waysOutOf(
  found: readonly Judgement[],
  patches: readonly Patch[] = [],
): readonly WayOut<Remedy>[] {
  const rulesOf = namer(found);
  const remedies = found.flatMap((judgement) => {
    const done = patches.filter((one) => isFor(one, judgement)).flatMap((one) => one.remedies ?? []);
    const rank = (remedy: Remedy) => Number(!remedy.preferred) + (isNote(judgement) ? 2 : 0);
    return judgement.verdict.remedies
      .filter(({ id }) => !done.includes(id))
      .map((remedy) => ({ remedy, judgement, rank: rank(remedy) }));
  });
  const each = [...groupBy(remedies, ({ remedy }) => remedy.title).values()].map((all) => ({
    best: all.toSorted((a, b) => a.rank - b.rank)[0] ?? all[0],
    rules: rulesOf(all.map(({ judgement }) => judgement)),
  }));
  return each
    .toSorted((a, b) => a.best.rank - b.best.rank)
    .map(({ best, rules }) => ({ ...best.remedy, rules }));
}

/** Names the rules of some of these findings, where all together are of several. */
function namer(all: readonly Judgement[]): (some: readonly Judgement[]) => readonly string[] {
  const ids = (of: readonly Judgement[]) => new Set(of.map(({ verdict }) => verdict.ruleId));
  const isOne = ids(all.filter(({ verdict }) => verdict.remedies.length > 0)).size < 2;
  return (some) => (isOne ? [] : [...ids(some)]);
}

/** Whether a line of the finding, or of its container, is in the file that the patch changes. */
function isFor({ file }: Patch, { verdict, workload }: Judgement): boolean {
  return [verdict.at, workload?.at, ...verdict.related].some((place) => place?.file === file);
}

/** Whether the patch does there what the finding asks for; of one that does not say what it does, whether it is in its file. */
export function takes(patch: Patch, judgement: Judgement): boolean {
  const { remedies } = patch;
  const does = remedies === undefined || judgement.verdict.remedies.some(({ id }) => remedies.includes(id));
  return does && isFor(patch, judgement);
}

/** Those to show: a blank to fill in alike in several files is told once, as the way out that it is; the JSON report has all. */
function toldPatches({ patches = [] }: Report): readonly Patch[] {
  const isBlank = ({ remedies = [] }: Patch) => remedies.includes("bypass-node-local-dns");
  return patches.filter(isBlank).length > 1 ? patches.filter((one) => !isBlank(one)) : patches;
}

/** The first few of a list, and how many more there are. */
export function firstOf<T>(
  all: readonly T[],
  most: number,
): { readonly first: readonly T[]; readonly more: number } {
  return { first: all.slice(0, most), more: Math.max(0, all.length - most) };
}
