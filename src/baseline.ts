/** Compares a report with an earlier one: what is new, what was there, what is fixed. Must identify findings without tags. */
import { MuslgateError, messageOf } from "./model/error.ts";
import type { Judgement, Report } from "./model/report.ts";
import { imageName } from "./model/workload.ts";

/** What a finding is, whatever tag its image has and whatever line it has moved to. */
export function identity({ verdict, workload }: Judgement, clusterName: string): string {
  return JSON.stringify([
    verdict.ruleId,
    verdict.outcome,
    workload === undefined ? null : imageName(workload.image),
    workload?.at?.file ?? "",
    verdict.at?.file ?? "",
    clusterName,
  ]);
}

/** The report with each finding marked as new or existing, and the findings of `before` that are gone. */
export function compare(report: Report, before: Report): Report {
  const earlier = found(before);
  const now = found(report);
  const judgements = report.judgements.map((judgement): Judgement => {
    if (judgement.verdict.outcome === "not-affected") return judgement;
    const known = earlier.has(identity(judgement, clusterOf(report, judgement)));
    return { ...judgement, status: known ? "existing" : "new" };
  });
  const fixed = [...earlier].filter(([id]) => !now.has(id)).map(([, { verdict }]) => verdict.summary);
  return { ...report, judgements, fixed };
}

function found(report: Report): Map<string, Judgement> {
  const findings = report.judgements.filter(({ verdict }) => verdict.outcome !== "not-affected");
  return new Map(findings.map((judgement) => [identity(judgement, clusterOf(report, judgement)), judgement]));
}

function clusterOf(report: Report, { cluster }: Judgement): string {
  return report.clusters[cluster]?.name ?? "";
}

/** Reads an earlier run's JSON. Throws MuslgateError (`input`) when it is none. */
export function readBaseline(file: string, text: string): Report {
  try {
    const report = JSON.parse(text) as Report & { version?: unknown };
    if (
      typeof report.version === "string" &&
      report.version.startsWith("1.") &&
      Array.isArray(report.judgements)
    )
      return report;
    throw new Error("it is no report of version 1");
  } catch (error) {
    throw new MuslgateError(
      "input",
      `the baseline ${file} cannot be used: ${messageOf(error)}`,
      "Write one with --json-file.",
      error,
    );
  }
}
