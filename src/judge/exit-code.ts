/** Decides how a run ends from its report. Must not print. */
import { counted, type Judgement, type Level, LEVELS, type Report, type Verdict } from "../model/report.ts";
import { DEFECT } from "../model/defect.ts";

/** Exit codes, as README lists them. */
export const EXIT = { clean: 0, findings: 1, usage: 2, unreadable: 3, internal: 4 } as const;

/**
 * The exit code for a report: findings that are neither waived nor old beat a
 * defect of ours, and that beats what is unknown; a run that could read no image at all is not clean, unless the
 * images are those of a repository and every cluster answers so that none matters; nor is one that found nothing to judge:
 * it may have been sent to the wrong folder.
 */
export function exitCode(report: Report, failOn: Level | "never", failOnUnknown: boolean): number {
  // Without a comparison nothing was there before.
  const found = report.judgements.filter(counted);
  const affected = found.filter(({ verdict }) => verdict.outcome === "affected");
  if (affected.some(({ verdict }) => isLoud(verdict, failOn))) return EXIT.findings;
  const told = [report, ...report.images, ...report.clusters].flatMap(({ diagnostics }) => diagnostics);
  if (told.some(({ code }) => code === DEFECT)) return EXIT.internal;
  const unknown = found.some(({ verdict }) => verdict.outcome === "unknown");
  // A gap may hide a container or a cluster, of which no judgement speaks; of images that were not read each does.
  const gaps = [report, ...report.clusters]
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ weight, code }) => weight === "gap" && code !== "image-unreadable");
  if (failOnUnknown && (unknown || gaps.length > 0)) return EXIT.unreadable;
  const nothingJudged = failOnUnknown && report.judgements.length === 0;
  return nothingRead(report) || nothingInSight(report) || nothingJudged ? EXIT.unreadable : EXIT.clean;
}

/** Whether a finding of its level makes a run fail. */
export function isLoud({ level }: Pick<Verdict, "level">, failOn: Level | "never"): boolean {
  return failOn !== "never" && LEVELS.indexOf(level) >= LEVELS.indexOf(failOn);
}

/** Whether no image and no cluster was in sight; in a comparison with another state nothing is new all the same. */
export function nothingInSight(report: Report): boolean {
  // What is asked about targets is held against the same state.
  const isCompared = report.fixed !== undefined && report.targets === undefined;
  return report.judgements.length === 0 && !isCompared && noClusterInSight(report);
}

/** Whether none that runs was asked and no file describes one: a version that was said describes none that was found. */
export function noClusterInSight({ clusters }: Report): boolean {
  return clusters.every(({ at, live, sources }) => at === undefined && live !== true && sources.length === 0);
}

/** Whether not one image could be read, and one of them matters. */
export function nothingRead(report: Report): boolean {
  const asking = report.judgements.filter(
    ({ workload }) => workload?.os === undefined && (workload?.usesClusterDns ?? false),
  );
  // Whoever names an image wants to know of that one, whatever the cluster does with it.
  const matters = ({ verdict, workload }: Judgement) =>
    verdict.outcome === "unknown" || workload?.at === undefined;
  return (
    asking.some(matters) &&
    asking.every(({ image }) => image === undefined || report.images[image]?.complete !== true)
  );
}
