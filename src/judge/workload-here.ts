/** Says what a workload is on one cluster, with one of its images. Must not judge. */
import type { ClusterProfile, Listener } from "../model/cluster-profile.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import { platformText } from "../model/oci.ts";
import { deadly } from "../model/pod.ts";
import type { Workload } from "../model/workload.ts";
import { samePlace } from "../model/place.ts";
import { named } from "../model/workload-names.ts";

/**
 * Whether what it resolves with makes a difference: with other servers than the cluster's that is so for its search list
 * and for options that no lookup survives, and nothing does on Windows.
 */
export function imageMatters(workload: Workload, clusters: readonly ClusterProfile[]): boolean {
  const { usesClusterDns, dnsCorefile, searches, pod, os } = workload;
  if (os !== undefined) return false;
  if (usesClusterDns !== false) return true;
  if ([dnsCorefile, searches, deadly(pod)].some((one) => one !== undefined)) return true;
  return clusters.some((cluster) => listenerOf(workload, cluster) !== undefined);
}

/** A workload that asks one server asks the cluster's DNS where that server's Corefile is the cluster's. */
function onCluster(workload: Workload, { sources }: ClusterProfile): Workload {
  const { dnsCorefile } = workload;
  if (dnsCorefile === undefined) return workload;
  return { ...workload, usesClusterDns: sources.some(({ file }) => file === dnsCorefile) };
}

/** The one listener of the cluster's DNS that a workload asks by its address, if there is one. */
function listenerOf({ asks }: Workload, { listeners = [] }: ClusterProfile): Listener | undefined {
  if (asks === undefined) return undefined;
  if (asks === "node") return listeners.find(({ whose }) => whose === "nodes");
  const own = listeners.filter(({ on }) => asks.some((server) => on.includes(server)));
  return own.length === 1 ? own[0] : undefined;
}

/** What a workload meets: itself as it stands there, and the cluster as it answers where that asks. */
export interface Met {
  readonly workload: Workload;
  readonly cluster: ClusterProfile;
  /** Where the cluster's DNS has several and the workload asks this one: `cluster` answers as it does. */
  readonly listener?: Listener;
}

/** Says it. */
export function meeting(workload: Workload, cluster: ClusterProfile): Met {
  const here = onCluster(workload, cluster);
  const listener = listenerOf(workload, cluster);
  if (listener === undefined) return { workload: here, cluster };
  const { on, answers, addresses, parts } = listener;
  return {
    workload: withClusterServers({ ...here, usesClusterDns: true }, new Set(on)),
    cluster: { ...cluster, answers, addresses, parts },
    listener,
  };
}

/** With those of its servers known for the cluster's DNS that have one of its addresses. */
export function withClusterServers(workload: Workload, addresses: ReadonlySet<string>): Workload {
  const { pod } = workload;
  if (pod?.resolver === undefined) return workload;
  const servers = pod.resolver.servers.map((one) =>
    addresses.has(one.address) ? { ...one, ofCluster: true } : one,
  );
  return { ...workload, pod: { ...pod, resolver: { ...pod.resolver, servers } } };
}

/** Several images behind one reference are told apart by their own names, or by their platforms. */
export function oneOfSeveral(workload: Workload, image: ImageProfile): Workload {
  const variant = image.reference === workload.image ? platformText(image.platform) : image.reference;
  return named({ ...workload, variant });
}

/**
 * With the lines of the Dockerfile that decided what its image will be: a Dockerfile's own stands on the one that decided
 * most, any other container's on its own line, beside which they are named.
 */
export function builtHere(workload: Workload, image: ImageProfile | undefined): Workload {
  const { planned } = image ?? {};
  const { at, related = [], role } = workload;
  if (planned === undefined || at === undefined) return workload;
  const own = role === "base image" ? (planned.at ?? at) : at;
  const places = [planned.at, ...planned.related, at, ...related].flatMap((place) => place ?? []);
  const others = places.filter((place, index) => places.findIndex((one) => samePlace(one, place)) === index);
  return { ...workload, at: own, related: others.filter((place) => !samePlace(place, own)) };
}
