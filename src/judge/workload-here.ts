/** Says what a workload is on one cluster, with one of its images. Must not judge. */
import type { ClusterProfile } from "../model/cluster-profile.ts";
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
export function imageMatters({ usesClusterDns, dnsCorefile, searches, pod, os }: Workload): boolean {
  if (os !== undefined) return false;
  return usesClusterDns !== false || [dnsCorefile, searches, deadly(pod)].some((one) => one !== undefined);
}

/** A workload that asks one server asks the cluster's DNS where that server's Corefile is the cluster's. */
export function onCluster(workload: Workload, { sources }: ClusterProfile): Workload {
  const { dnsCorefile } = workload;
  if (dnsCorefile === undefined) return workload;
  return { ...workload, usesClusterDns: sources.some(({ file }) => file === dnsCorefile) };
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
