/** Clusters by the name that whoever runs it gives them. Must change nothing else. */
import type { DiagnosticCode } from "../model/diagnostic-codes.ts";
import type { Survey } from "./survey.ts";

/** What is told of a cluster as a whole, or of all its files, and names none. */
const OF_ALL = new Set<DiagnosticCode>([
  "cluster-forbidden",
  "cluster-unread",
  "glob-unmatched",
  "no-cluster",
  "no-workload",
  "node-local-partly",
]);

/** The survey with its cluster called so, also where something is told of all of it; where there are several, each has its own name after it. */
export function clusterCalled(survey: Survey, name: string): Survey {
  const { clusters } = survey;
  const several = clusters.profiles.length > 1;
  const profiles = clusters.profiles.map((one) => ({
    ...one,
    name: several ? `${name}, ${one.name}` : name,
  }));
  const diagnostics = survey.diagnostics.map((one) =>
    OF_ALL.has(one.code) ? { ...one, message: `${name}: ${one.message}` } : one,
  );
  return { ...survey, clusters: { ...clusters, profiles }, diagnostics };
}
