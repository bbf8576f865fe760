/** What a container's lookups come to by its pod's settings: lookup() with the /etc/resolv.conf kubelet writes. Must not read a Corefile. */
import { RESOLVER_GENERATIONS, type ResolverGeneration } from "../knowledge/musl.ts";
import { type Libc, lookup } from "../lookup/lookup.ts";
import { effectOf } from "../lookup/pair.ts";
import type { Answers, Way } from "../lookup/question.ts";
import { podResolvConf } from "../lookup/resolv-conf.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { MuslVersion } from "../model/image-profile.ts";
import type { ResolverOption } from "../model/pod.ts";
import type { NameEffect } from "../model/report.ts";
import { muslIn } from "./musl-range.ts";
import type { Subject } from "./subject.ts";

/** Addresses that stand for the cluster's DNS and for the node's servers. */
export const CLUSTER_SERVER = "192.0.2.53";
export const NODE_SERVER = "192.0.2.54";

/** The text of a container's /etc/resolv.conf; the node adds the domains that are in sight. */
export function resolvConfOf(
  { pod, searches, key }: Pick<Subject, "pod" | "searches" | "key">,
  { domain }: ClusterProfile,
): string {
  const before = pod?.resolver?.before ?? (searches?.afterCluster === false ? "none" : "cluster");
  return podResolvConf({
    policy: { cluster: "ClusterFirst", node: "Default", none: "None" }[before] as "ClusterFirst",
    namespace: key.namespace || "default",
    clusterDomain: domain,
    clusterServers: [CLUSTER_SERVER],
    node: { servers: [NODE_SERVER], searches: pod?.nodeSearches?.domains ?? [] },
    config: {
      nameservers: pod?.resolver?.servers.map(({ address }) => address),
      searches: searches?.domains,
      options: pod?.resolver?.options,
    },
  });
}

/** Every server has these names with an A record, and no others. */
export function having(...existing: readonly string[]): Answers {
  return (_, name, type) =>
    existing.includes(name)
      ? { rcode: "NOERROR", addresses: type === "A" ? ["192.0.2.1"] : [] }
      : { rcode: "NXDOMAIN", addresses: [] };
}

/** The generations that a musl may be of; all where nothing is known of it. */
export function generationsOf(version: MuslVersion | undefined): readonly ResolverGeneration[] {
  return RESOLVER_GENERATIONS.filter(
    ({ range }) => version === undefined || muslIn(version, range) !== false,
  );
}

/** Every way in which a name is looked up by one of some libcs. */
export function waysFor(
  name: string,
  resolvConf: string,
  answers: Answers,
  libcs: readonly Libc[],
  hosts = "",
): readonly Way[] {
  return libcs.flatMap((libc) => lookup({ name, family: "any", resolvConf, hosts, answers }, libc));
}

/** What becomes of a name that way. */
export function effectFor(...asked: Parameters<typeof waysFor>): NameEffect {
  return effectOf(waysFor(...asked));
}

/** The option of a name that counts: kubelet keeps the last of each. */
export function optionOf({ pod }: Pick<Subject, "pod">, name: string): ResolverOption | undefined {
  return pod?.resolver?.options.findLast((option) => option.name === name);
}
