/** What becomes of a run's containers at each target that is asked about, compared with now. Must read no image again. */
import { compare } from "../compare/compare.ts";
import { earlierImages } from "../compare/earlier-images.ts";
import { clustersAt, withCorefiles } from "../cluster/at-target.ts";
import { readCorefileInput } from "../cluster/corefiles/find.ts";
import type { NamedFiles } from "../cluster/named.ts";
import type { ScanRequest } from "../judge/judge.ts";
import { isOnAlpine, onAlpine, type OnAlpine } from "../judge/on-alpine.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import { type AtTarget, counted, type Judgement, type Report } from "../model/report.ts";
import { keyText } from "../model/workload-key.ts";
import type { Target } from "../settings/targets.ts";
import { subjectOf } from "../report/arrange.ts";
import type { Images } from "./ports.ts";
import { sideBySide } from "./side-by-side.ts";
import type { Survey } from "./survey.ts";

/** Judges a survey with images that may be others than those read. */
type Judge = (
  survey: Survey,
  then: Pick<ScanRequest, "clustersBefore" | "imageBefore">,
  images: Pick<Images, "readIn">,
) => Promise<Report>;

/** The outside. */
interface TargetPorts {
  readonly files: NamedFiles;
  readonly images: Images;
  readonly judge: Judge;
  /** As `GivenFiles` has it. */
  readonly amongOthers?: boolean;
}

/** All targets together. */
export interface Upgrade {
  /** A cluster of now stands in it once for each target, and what is hit now already is not new. */
  readonly report: Report;
  /** What is there now, with the files that targets name. */
  readonly survey: Survey;
  /** Findings of now that are gone, by target. */
  readonly heals: ReadonlyMap<string, readonly string[]>;
}

/** Judges each target against `now`. Rejects with MuslgateError: for a file that cannot be read, and a target that is none here. */
export async function atTargets(
  now: Report,
  targets: readonly Target[],
  survey: Survey,
  { files, images, judge, amongOthers = false }: TargetPorts,
): Promise<Upgrade> {
  const clusters = { ...survey.clusters, inputs: survey.clusters.inputs.map(withCorefiles) };
  const then = { clustersBefore: now.clusters, imageBefore: earlierImages(now) };
  const heals = new Map<string, readonly string[]>();
  const corefiles = new Map(survey.clusters.corefiles.map((one) => [one.file, one]));
  const reports: Report[] = [];
  for (const target of targets) {
    const { corefile: file, alpine } = target;
    const text = file === undefined ? undefined : await files.read(file);
    if (file !== undefined && text !== undefined) corefiles.set(file, { file, text });
    const corefile = file === undefined || text === undefined ? undefined : readCorefileInput(file, text);
    const { profiles, passedBy } = clustersAt(clusters, target, corefile);
    if (passedBy.length === profiles.length && !amongOthers) throw forNone(target, passedBy);
    const there = { ...survey, clusters: { ...survey.clusters, profiles } };
    const on = alpine === undefined ? undefined : onAlpine(alpine);
    const judged = await judge(there, then, on === undefined ? images : movedWith(on, images));
    const compared = compare(judged, now, "before");
    const names = now.clusters.map(({ name }) => name);
    heals.set(target.to, healed(compared, now));
    const noted = [
      ...(passedBy.length === 0 ? [] : [notFor(target, passedBy)]),
      ...(alpine === undefined || now.images.some(isOnAlpine)
        ? []
        : [forNoImage(target, amongOthers ? names : [])]),
    ];
    // What was read is told of images: what they would be stands in the evidence.
    const read = on === undefined ? compared.images : compared.images.map(on.original);
    reports.push({ ...compared, images: read, diagnostics: [...compared.diagnostics, ...noted] });
  }
  const report = together(reports);
  return {
    report: { ...report, diagnostics: distinct([...now.diagnostics, ...report.diagnostics]) },
    survey: { ...survey, clusters: { ...survey.clusters, corefiles: [...corefiles.values()] } },
    heals,
  };
}

function movedWith({ moved }: OnAlpine, images: Images): Pick<Images, "readIn"> {
  return {
    async readIn(tree, workloads) {
      const reads = await images.readIn(tree, workloads);
      return reads.map((one) => ({ ...one, profiles: one.profiles.map(moved) }));
    },
  };
}

/** What is gone and was a finding now: what was not known and is known there was none. */
function healed({ fixed = [] }: Report, now: Report): readonly string[] {
  const affected = now.judgements.filter(({ verdict }) => verdict.outcome === "affected");
  const names = new Set(affected.map((one) => subjectOf(now, one)));
  return fixed.filter((line) => names.has(line.slice(0, line.lastIndexOf(": "))));
}

/** With what is gone at any. */
function together(reports: readonly Report[]): Report {
  const fixed = [...new Set(reports.flatMap((one) => one.fixed ?? []))];
  return { ...sideBySide(reports), diagnostics: reports.flatMap((one) => one.diagnostics), fixed };
}

/** The report with what becomes of whom at each target. */
export function withAnswers(report: Report, heals: Upgrade["heals"]): Report {
  const several = new Set(report.clusters.map(({ target }) => target?.of)).size > 1;
  const broken = new Set<string>();
  const containersFirst = report.judgements.toSorted(
    (a, b) => Number(a.workload === undefined) - Number(b.workload === undefined),
  );
  const targets = [...heals].map(([to, healed]): AtTarget => {
    const here = containersFirst.filter(
      (one) => counted(one) && report.clusters[one.cluster]?.target?.to === to,
    );
    const breaks = here.filter(({ verdict }) => verdict.outcome === "affected" && verdict.level !== "note");
    const first = breaks.filter((one) => !broken.has(whoOf(report, one)));
    for (const one of breaks) broken.add(whoOf(report, one));
    const hit = new Set(breaks.map((one) => whoOf(report, one)));
    const unknown = here.filter((one) => one.verdict.outcome === "unknown" && !hit.has(whoOf(report, one)));
    const names = (all: readonly Judgement[]) => [...new Set(all.map((one) => nameOf(report, one, several)))];
    return { to, breaks: names(first), heals: healed, unknown: names(unknown) };
  });
  return { ...report, targets };
}

/** A container on a cluster of now, or that cluster alone. */
function whoOf(report: Report, { workload, cluster }: Judgement): string {
  const of = report.clusters[cluster]?.target?.of;
  if (workload === undefined) return JSON.stringify([of]);
  return JSON.stringify([of, keyText(workload.key), workload.variant, workload.image, workload.at]);
}

function nameOf(report: Report, one: Judgement, several: boolean): string {
  const of = report.clusters[one.cluster]?.target?.of ?? "";
  if (one.workload === undefined) return of;
  return several ? `${subjectOf(report, one)} on ${of}` : subjectOf(report, one);
}

function notFor({ to }: Target, clusters: readonly string[]): Diagnostic {
  return {
    code: "target-not-for",
    message: `${to} is nothing for ${clusters.join(", ")}, which GKE does not run: it is judged as it is now`,
    hint: "Ask with the Corefile that it will have, as corefile=FILE.",
    weight: "notice",
  };
}

function forNone({ to }: Target, clusters: readonly string[]): MuslgateError {
  return new MuslgateError(
    "usage",
    `\`to\` is "${to}", and ${clusters.join(", ")} is no cluster of GKE`,
    "Ask with the Corefile that it will have, as corefile=FILE.",
  );
}

function forNoImage({ to }: Target, clusters: readonly string[]): Diagnostic {
  const on = clusters.length === 0 ? "" : ` on ${clusters.join(", ")}`;
  return {
    code: "target-not-for",
    message: `${to} is nothing for any image that was read${on}: none of them is built on Alpine`,
    hint: "Nothing to do.",
    weight: "notice",
  };
}

/** What was found at each target alike is told once. */
function distinct(all: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
