/** Tells what an answer rests on, the same text for the same in both states. Must not read reasons that name a build. */
import { tagFamily } from "./tag-family.ts";
import { RESOLVER_GENERATIONS } from "../knowledge/musl.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { Answer } from "../model/dns.ts";
import { imageName } from "../model/image-name.ts";
import type { ImageProfile, MuslVersion } from "../model/image-profile.ts";
import type { Judgement, Report } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import { parseMusl, orderMusl } from "../version/musl.ts";
import { inRange } from "../version/range.ts";

/**
 * What a judgement that is not known hangs on. Two that hang on the same were not known before; one that hangs on
 * anything else is new.
 */
export function groundsOf({ workload, image, cluster, verdict }: Judgement, report: Report): string {
  const { restsOn = workload === undefined ? ["cluster"] : ["image", "cluster"] } = verdict;
  const profile = image === undefined ? undefined : report.images[image];
  return JSON.stringify([
    workload !== undefined && restsOn.includes("image") ? imageGround(workload, profile) : null,
    restsOn.includes("cluster") ? clusterGround(report.clusters[cluster]) : null,
    workload?.usesClusterDns ?? null,
  ]);
}

/** What is known of the image and its start. */
function imageGround(workload: Workload, image: ImageProfile | undefined): readonly unknown[] {
  const { command, args } = workload;
  const build = [imageName(workload.image), tagFamily(workload.image), command, args];
  if (image === undefined) return ["unread", build];
  const { process, resolverConfigs, complete, musl, glibc } = image;
  const libcs = [
    generationText({ exact: musl.loader?.value ?? musl.package?.value, because: "" }),
    (glibc.library ?? glibc.package) !== undefined,
  ];
  // A layer that could not be read may have been another one each time, so that the reason says too much.
  if (!complete) return ["partly read", build, libcs];
  const start = [process.kind, generationText(process.musl), process.runtime];
  const why = process.kind === "unknown" ? [process.reason, command, args] : [];
  const resolvers = process.runtime === "nginx" ? resolverConfigs.map(({ value }) => value.text) : [];
  return ["read", libcs, start, why, resolvers];
}

/** Releases of musl whose resolver does the same are one. */
function generationText({ exact, atLeast, below }: Partial<MuslVersion> = {}): string {
  // A package's version has its build behind it: `1.2.5-r0`.
  const version = exact === undefined ? undefined : parseMusl(exact.replace(/-r\d+$/, ""));
  const known = RESOLVER_GENERATIONS.find(
    ({ range }) => version !== undefined && inRange(orderMusl, range, version),
  );
  return known?.name ?? JSON.stringify([exact, atLeast, below]);
}

/** How each half of a lookup is answered, for all names and for some; why, where that is not known. */
function clusterGround(cluster: ClusterProfile | undefined): readonly unknown[] {
  if (cluster === undefined) return [];
  const { answers, addresses, parts = [] } = cluster;
  const half = ({ kind, because }: Answer) => [kind, kind === "unknown" ? because : ""];
  const all = [answers, ...(addresses === undefined ? [] : [addresses])];
  const some = parts.map(({ scope, sets, aaaa, a }) => [
    scope,
    sets.map(({ says }) => says),
    half(aaaa),
    half(a),
  ]);
  return [all.flatMap(({ internal, external }) => [half(internal), half(external)]), some];
}
