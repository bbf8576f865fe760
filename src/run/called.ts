/** Clusters by the name that whoever runs it gives them. Must change nothing else. */
import type { Survey } from "./survey.ts";

/** The survey with its cluster called so; where there are several, each has its own name after it. */
export function clusterCalled(survey: Survey, name: string): Survey {
  const { clusters } = survey;
  const several = clusters.profiles.length > 1;
  const profiles = clusters.profiles.map((one) => ({
    ...one,
    name: several ? `${name}, ${one.name}` : name,
  }));
  return { ...survey, clusters: { ...clusters, profiles } };
}
