/** Which CoreDNS serves which Corefile of a cluster, by its images or its version of GKE. Must not read a Corefile. */
import type { ClusterProfileInput } from "./input.ts";
import type { CorefileRole } from "./corefiles/collected.ts";
import { coreDnsOfImage } from "../knowledge/dns-images.ts";
import { nodeCacheTag } from "../knowledge/gke.ts";
import { coreDnsOfNodeCache } from "../knowledge/node-cache.ts";
import type { Sourced } from "../model/cluster-profile.ts";
import type { CoreDnsVersion } from "../version/coredns.ts";
import type { GkeVersionInput } from "../version/gke.ts";

/** The releases that are known. */
export interface CoreDnsReleases {
  /** That of a Corefile; nothing where all have to count. */
  of(role: CorefileRole): CoreDnsVersion | undefined;
  /** What images said, of those Corefiles that were judged. */
  evidence(roles: readonly CorefileRole[]): readonly Sourced[];
}

/** What runs says more than what a release of GKE is known to bring. */
export function coreDnsReleases(
  { dnsImages: { coreDns, nodeCache } = {} }: ClusterProfileInput,
  written: GkeVersionInput | undefined,
): CoreDnsReleases {
  const images: Partial<Record<CorefileRole, string>> = {
    "cluster-dns": coreDns,
    "node-local-dns": nodeCache,
  };
  const tag = written?.kind === "exact" ? nodeCacheTag(written.version) : undefined;
  const brought = tag === undefined ? undefined : coreDnsOfNodeCache(tag);
  const of = (role: CorefileRole) => {
    const image = images[role];
    if (image !== undefined) return coreDnsOfImage(image);
    return role === "node-local-dns" ? brought : undefined;
  };
  return {
    of,
    evidence: (roles) =>
      roles.flatMap((role): Sourced[] => {
        const [source, release] = [images[role], of(role)];
        if (source === undefined || release === undefined) return [];
        return [{ text: `It is CoreDNS ${release.text} by its tag`, confidence: "documented", source }];
      }),
  };
}
