/** The use case: workloads and clusters, and images read on the way, become a report. Must touch nothing itself. */
import { Classes } from "./classes.ts";
import { notJudged } from "./not-judged.ts";
import { estimateText } from "./tag-estimate.ts";
import { newPatterns, usedNamesIn } from "./used-names.ts";
import { builtHere, imageMatters, meeting, oneOfSeveral } from "./workload-here.ts";
import type { ImageRead } from "../image/reads.ts";
import { counterparts } from "../compare/counterparts.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import { type Meeting, meetingTest } from "./meetings.ts";
import type { Judgement, Report } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "../rules/index.ts";
import type { ClusterRule, Rule } from "../rules/rule.ts";

/** What is to be judged. */
export interface ScanRequest {
  readonly workloads: readonly Workload[];
  readonly clusters: readonly ClusterProfile[];
  /** The clusters before the change that is looked at, where there is one. */
  readonly clustersBefore?: readonly ClusterProfile[];
  /** The image that a container had before that change, where it had one that was read. */
  readonly imageBefore?: (workload: Workload) => ImageProfile | undefined;
  /** Who meets whom; without it all meet all. */
  readonly meetings?: readonly Meeting[];
  /** The user named the containers one by one. */
  readonly containersNamed: boolean;
}

/** Reads the image of each workload, in their order. */
export type ReadImages = (workloads: readonly Workload[]) => Promise<readonly ImageRead[]>;

/** The rules to judge by. */
export interface Rules {
  readonly containers: readonly Rule[];
  readonly clusters: readonly ClusterRule[];
}

/**
 * Judges every workload on each cluster that it meets, and every cluster alone. A rule that throws costs that one verdict, which is
 * then unknown. Rejects only where `readImages` does.
 */
export async function scan(
  { workloads, clusters, clustersBefore = [], imageBefore, meetings, containersNamed }: ScanRequest,
  readImages: ReadImages,
  rules: Rules = { containers: CONTAINER_RULES, clusters: CLUSTER_RULES },
): Promise<Report> {
  const defects: Diagnostic[] = [];
  const meets = meetingTest(meetings);
  const asking = workloads.filter((workload) => imageMatters(workload, clusters));
  const reads = new Map((await readImages(asking)).map((read, i) => [asking[i] as Workload, read]));
  const images: ImageProfile[] = [];
  const indices = new Map<ImageProfile, number>();
  const earlier = counterparts(clusters, clustersBefore);
  const judgements: Judgement[] = clusters.flatMap((cluster, index) => {
    const then = earlier[index];
    const before = then === undefined ? undefined : clustersBefore[then];
    const context = { cluster, containersNamed, before };
    const verdicts = rules.clusters.flatMap((rule) => {
      try {
        return rule.checkCluster(context);
      } catch (error) {
        const { verdict, diagnostic } = notJudged(rule, cluster, error, cluster.at);
        defects.push(diagnostic);
        return [verdict];
      }
    });
    return verdicts.map((verdict) => ({ cluster: index, verdict }));
  });
  const patterns = newPatterns();
  const classes = new Classes(rules.containers);
  for (const written of workloads) {
    const { profiles, problem } = reads.get(written) ?? NOT_READ;
    const estimate = problem === undefined ? undefined : estimateText(written.image);
    const imageProblem = [problem?.message, estimate].filter(Boolean).join("; ") || undefined;
    const seen = profiles.length === 0 ? [undefined] : profiles;
    for (const image of seen) {
      const which = seen.length > 1 && image !== undefined ? oneOfSeveral(written, image) : written;
      if (image !== undefined && !indices.has(image)) indices.set(image, images.push(image) - 1);
      const index = image === undefined ? undefined : indices.get(image);
      const before = imageBefore?.(which);
      const who = builtHere(which, image);
      const member = classes.of(who);
      for (const [cluster, profile] of clusters.entries()) {
        if (!meets(written, profile)) continue;
        const { workload, listener, cluster: on } = meeting(who, profile);
        // Where its servers are the cluster's depends on the cluster, too.
        const there = workload.pod === who.pod ? member : classes.of(workload);
        const told = classes.judge(there, workload, {
          of: [profile, listener],
          cluster: on,
          image,
          imageProblem,
          imageBefore: before,
          usedNames: usedNamesIn(workload, on, patterns),
        });
        for (const { verdict, diagnostic } of told) {
          if (diagnostic !== undefined) defects.push(diagnostic);
          judgements.push({ workload, image: index, cluster, verdict });
        }
      }
    }
  }
  return {
    images,
    clusters,
    judgements,
    diagnostics: [...new Set([...reads.values()].flatMap((read) => read.diagnostics)), ...defects],
  };
}

const NOT_READ: ImageRead = { profiles: [], diagnostics: [] };
