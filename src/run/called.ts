/** Clusters by the name that whoever runs it gives them. Must change nothing else. */
import type { DiagnosticCode } from "../model/diagnostic-codes.ts";
import type { Survey } from "./survey.ts";

/** What is told of all files of a cluster, and names none. */
const OF_ALL_FILES = new Set<DiagnosticCode>(["glob-unmatched", "no-cluster", "no-workload"]);

/** The survey with its cluster called so, also where it tells of all its files; where there are several, each has its own name after it. */
export function clusterCalled(survey: Survey, name: string): Survey {
  const { clusters } = survey;
  const several = clusters.profiles.length > 1;
  const profiles = clusters.profiles.map((one) => ({
    ...one,
    name: several ? `${name}, ${one.name}` : name,
  }));
  const diagnostics = survey.diagnostics.map((one) =>
    OF_ALL_FILES.has(one.code) ? { ...one, message: `${name}: ${one.message}` } : one,
  );
  return { ...survey, clusters: { ...clusters, profiles }, diagnostics };
}
