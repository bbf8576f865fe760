/** The use case: what is asked, and everything it needs from outside, become a report. Must touch nothing itself. */
import { analyzeImage } from "./image/analyze.ts";
import type { LayerReader } from "./image/layer/reader.ts";
import { openReference } from "./image/source/open.ts";
import type { Source } from "./image/source/source.ts";
import type { ClusterProfile } from "./model/cluster-profile.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import { MuslgateError } from "./model/error.ts";
import type { ImageProfile } from "./model/image-profile.ts";
import { type Platform, platformText } from "./model/oci.ts";
import type { Judgement, Report } from "./model/report.ts";
import type { Workload } from "./model/workload.ts";
import { RULES } from "./rules/index.ts";

/** What is to be judged. */
export interface ScanRequest {
  readonly workloads: readonly Workload[];
  readonly clusters: readonly ClusterProfile[];
  readonly platform: Platform | "all";
}

/** The outside. */
export interface ScanPorts {
  readonly sources: readonly Source[];
  readonly reader: LayerReader;
  readonly signal: AbortSignal;
}

/** What became of one workload's image reference. */
interface Read {
  readonly workload: Workload;
  readonly profiles: readonly ImageProfile[];
  readonly problem?: MuslgateError;
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges every workload on every cluster. Rejects only for defects and an aborted signal. */
export async function scan(request: ScanRequest, ports: ScanPorts): Promise<Report> {
  const reads = await inTurn(request.workloads, (workload) => readWorkload(workload, request, ports));
  const images: ImageProfile[] = [];
  const judgements: Judgement[] = [];
  for (const { workload: written, profiles, problem } of reads) {
    const seen = profiles.length === 0 ? [undefined] : profiles;
    for (const image of seen) {
      const workload = seen.length > 1 && image !== undefined ? oneOfSeveral(written, image) : written;
      const index = image === undefined ? undefined : images.push(image) - 1;
      for (const [cluster, profile] of request.clusters.entries()) {
        const context = { workload, image, imageProblem: problem?.message, cluster: profile };
        for (const rule of RULES) {
          const verdict = rule.check(context);
          if (verdict !== undefined) judgements.push({ workload, image: index, cluster, verdict });
        }
      }
    }
  }
  return {
    images,
    clusters: request.clusters,
    judgements,
    diagnostics: reads.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** Images opened side by side at most: each holds connections, and layers wait for threads anyway. */
const MOST_IMAGES = 8;

/** Does one thing for each item, a few at a time, and keeps their order. */
async function inTurn<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [i, item] of waiting) results[i] = await each(item);
  };
  await Promise.all(Array.from({ length: Math.min(MOST_IMAGES, items.length) }, lane));
  return results;
}

/** Several images behind one reference are told apart by their own names, or by their platforms. */
function oneOfSeveral(workload: Workload, image: ImageProfile): Workload {
  const name = image.reference === workload.image ? platformText(image.platform) : image.reference;
  return { ...workload, name: `${workload.name} (${name})` };
}

async function readWorkload(workload: Workload, request: ScanRequest, ports: ScanPorts): Promise<Read> {
  const override = { command: workload.command, args: workload.args };
  try {
    const opened = await openReference(workload.image, ports.sources, request.platform, ports.signal);
    try {
      const profiles = await Promise.all(
        opened.images.map((image) => analyzeImage(image, ports.reader, override, ports.signal)),
      );
      return { workload, profiles, diagnostics: opened.diagnostics };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof MuslgateError) || error.code === "internal" || error.code === "usage") throw error;
    return { workload, profiles: [], problem: error, diagnostics: [unopened(workload, error)] };
  }
}

function unopened(workload: Workload, error: MuslgateError): Diagnostic {
  return {
    code: "image-unreadable",
    message: error.message.includes(workload.image) ? error.message : `${workload.name}: ${error.message}`,
    hint: error.hint,
    weight: "gap",
    subject: workload.image,
    at: workload.at,
  };
}
