/** The use case: workloads and clusters, and images read on the way, become a report. Must touch nothing itself. */
import { estimateText } from "./tag-estimate.ts";
import { newPatterns, usedNamesIn } from "./used-names.ts";
import { builtHere, imageMatters, meeting, oneOfSeveral } from "./workload-here.ts";
import type { ImageRead } from "../image/reads.ts";
import { counterparts } from "../compare/counterparts.ts";
import { defect, defectText } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import { type Meeting, meetingTest } from "./meetings.ts";
import type { Place } from "../model/place.ts";
import type { Judgement, Report, Verdict } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "../rules/index.ts";
import type { ClusterRule, Rule, RuleInfo } from "../rules/rule.ts";

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
        defects.push(defect(cluster.name, judging(rule), error, cluster.at));
        return [notJudged(rule, cluster.name, error, cluster.at)];
      }
    });
    return verdicts.map((verdict) => ({ cluster: index, verdict }));
  });
  const patterns = newPatterns();
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
      for (const [cluster, profile] of clusters.entries()) {
        if (!meets(written, profile)) continue;
        const met = meeting(builtHere(which, image), profile);
        const { workload } = met;
        const usedNames = usedNamesIn(workload, met.cluster, patterns);
        const context = { ...met, image, imageProblem, imageBefore: before, usedNames };
        for (const rule of rules.containers) {
          let verdict: Verdict | undefined;
          try {
            verdict = rule.check(context);
          } catch (error) {
            defects.push(defect(workload.name, judging(rule), error, workload.at));
            verdict = notJudged(rule, `${workload.name} on ${profile.name}`, error, workload.at);
          }
          if (verdict !== undefined) judgements.push({ workload, image: index, cluster, verdict });
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

const judging = ({ id }: RuleInfo) => `while ${id} was judged`;

function notJudged(rule: RuleInfo, what: string, error: unknown, at: Place | undefined): Verdict {
  return {
    ruleId: rule.id,
    outcome: "unknown",
    level: "warning",
    confidence: "likely",
    summary: `What becomes of ${what} is not known: ${defectText(judging(rule), error)}.`,
    restsOn: ["image", "cluster"],
    evidence: [],
    remedies: [],
    at,
    related: [],
  };
}

const NOT_READ: ImageRead = { profiles: [], diagnostics: [] };
