/** What a libc keeps of a headless Service's addresses. Must stay pure. */
import type { ResolverGeneration } from "../knowledge/musl.ts";
import { lookup } from "../lookup/lookup.ts";
import type { Answers } from "../lookup/question.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { ServiceUse } from "../model/pod.ts";
import type { Workload } from "../model/workload.ts";
import { resolvConfOf } from "./pod-lookup.ts";

/** A Service of which not every address is kept. */
export interface Cut {
  readonly use: ServiceUse;
  readonly all: number;
  /** The fewest that any of the generations keeps. */
  readonly kept: number;
  readonly keptV4: number;
}

/** Addresses of a family beyond which one more is one more that is lost. */
const MOST = 100;
/** A DNS header, the question's type and class, and what frames its name (RFC 1035 section 4.1). */
const HEADER = 12 + 4 + 2;
/** A record whose name is a pointer: 12 bytes and the address. */
const RECORD = { A: 16, AAAA: 28 } as const;
const UDP = 512;

/** Which Services that a container is given have more addresses than some generations keep; TCP is open unless told. */
export function cutOf(
  workload: Workload,
  cluster: ClusterProfile,
  generations: readonly ResolverGeneration[],
  tcp: "open" | "closed" = "open",
): readonly Cut[] {
  const resolvConf = resolvConfOf(workload, cluster);
  return (workload.pod?.services ?? []).flatMap((use) => {
    const { a = 0, aaaa = 0 } = use.addresses ?? {};
    const full = `${use.service}.${cluster.domain}`;
    const addresses = {
      A: Array.from({ length: Math.min(a, MOST) }, (_, i) => `192.0.2.${i + 1}`),
      AAAA: Array.from({ length: Math.min(aaaa, MOST) }, (_, i) => `2001:db8::${(i + 1).toString(16)}`),
    };
    const all = a + aaaa;
    const answers: Answers = (_, name, type) => {
      if (name !== full) return { rcode: "NXDOMAIN", addresses: [] };
      const fit = Math.floor((UDP - HEADER - full.length) / RECORD[type]);
      const here = addresses[type];
      return { rcode: "NOERROR", addresses: here, ...(here.length > fit && { udp: fit, tcp }) };
    };
    const ways = generations.flatMap((libc) =>
      lookup({ name: use.host, family: "any", resolvConf, hosts: "", answers }, libc),
    );
    const worst = ways.toSorted((one, other) => one.addresses.length - other.addresses.length)[0];
    const kept = worst?.addresses.length ?? 0;
    // A name that is not found at all is another rule's.
    if (all === 0 || worst === undefined || kept === all || (worst.error !== undefined && tcp === "open"))
      return [];
    return [{ use, all, kept, keptV4: worst.addresses.filter((one) => !one.includes(":")).length }];
  });
}
