/** The use case: workloads and clusters, and images read on the way, become a report. Must touch nothing itself. */
import type { ImageRead } from "./image-reads.ts";
import { counterparts } from "./counterparts.ts";
import { estimateText } from "./estimate.ts";
import type { ClusterProfile } from "./model/cluster-profile.ts";
import type { ImageProfile } from "./model/image-profile.ts";
import { platformText } from "./model/oci.ts";
import type { Judgement, Report } from "./model/report.ts";
import type { Workload } from "./model/workload.ts";
import { CLUSTER_RULES, CONTAINER_RULES } from "./rules/index.ts";

/** What is to be judged. */
export interface ScanRequest {
  readonly workloads: readonly Workload[];
  readonly clusters: readonly ClusterProfile[];
  /** The clusters before the change that is looked at, where there is one. */
  readonly clustersBefore?: readonly ClusterProfile[];
  /** The user named the containers one by one. */
  readonly containersNamed: boolean;
}

/** Reads the image of each workload, in their order. */
export type ReadImages = (workloads: readonly Workload[]) => Promise<readonly ImageRead[]>;

/** Judges every workload on every cluster, and every cluster alone. Rejects only for defects and an aborted signal. */
export async function scan(
  { workloads, clusters, clustersBefore = [], containersNamed }: ScanRequest,
  readImages: ReadImages,
): Promise<Report> {
  // What a container that asks other servers resolves with makes no difference here: its image is not fetched.
  const asking = workloads.filter(({ usesClusterDns }) => usesClusterDns !== false);
  const reads = new Map((await readImages(asking)).map((read, i) => [asking[i] as Workload, read]));
  const images: ImageProfile[] = [];
  const indices = new Map<ImageProfile, number>();
  const earlier = counterparts(clusters, clustersBefore);
  const judgements: Judgement[] = clusters.flatMap((cluster, index) => {
    const then = earlier[index];
    const before = then === undefined ? undefined : clustersBefore[then];
    const context = { cluster, containersNamed, ...(before === undefined ? {} : { before }) };
    const verdicts = CLUSTER_RULES.flatMap((rule) => rule.checkCluster(context));
    return verdicts.map((verdict) => ({ cluster: index, verdict }));
  });
  for (const written of workloads) {
    const { profiles, problem } = reads.get(written) ?? NOT_READ;
    const estimate = problem === undefined ? undefined : estimateText(written.image);
    const imageProblem = [problem?.message, estimate].filter(Boolean).join("; ") || undefined;
    const seen = profiles.length === 0 ? [undefined] : profiles;
    for (const image of seen) {
      const workload = seen.length > 1 && image !== undefined ? oneOfSeveral(written, image) : written;
      if (image !== undefined && !indices.has(image)) indices.set(image, images.push(image) - 1);
      const index = image === undefined ? undefined : indices.get(image);
      for (const [cluster, profile] of clusters.entries()) {
        const context = { workload, image, imageProblem, cluster: profile };
        for (const rule of CONTAINER_RULES) {
          const verdict = rule.check(context);
          if (verdict !== undefined) judgements.push({ workload, image: index, cluster, verdict });
        }
      }
    }
  }
  return {
    images,
    clusters,
    judgements,
    diagnostics: [...new Set([...reads.values()].flatMap((read) => read.diagnostics))],
  };
}

const NOT_READ: ImageRead = { profiles: [], diagnostics: [] };

/** Several images behind one reference are told apart by their own names, or by their platforms. */
function oneOfSeveral(workload: Workload, image: ImageProfile): Workload {
  const variant = image.reference === workload.image ? platformText(image.platform) : image.reference;
  return { ...workload, name: `${workload.name} (${variant})`, variant };
}
