/** What a cluster turned out to be: how its DNS answers an AAAA question. Must not know how it was read. */
import type { Diagnostic } from "./diagnostic.ts";
import type { Answer } from "./dns.ts";
import type { Place } from "./place.ts";

/** How sure a statement is. `measured`: someone ran it. `documented`: its maker says so. `likely`: derived. */
export type Confidence = "measured" | "documented" | "likely";

/** A statement of the world with where it comes from. */
export interface Sourced {
  readonly text: string;
  readonly confidence: Confidence;
  /** Address or title of the source. */
  readonly source: string;
}

/** One zone of a Corefile and how AAAA is answered in it for an existing name that has only an A record. */
export interface ZoneAnswer {
  /** With its trailing dot: `cluster.local.`, `.` */
  readonly zone: string;
  readonly answer: Answer;
}

/** A fault of a cluster's DNS that stands on its own, whatever containers run there. */
export interface ClusterFault {
  /** AAAA is denied for names that exist, names that no pattern matches get no answer, or CoreDNS does not start. */
  readonly kind: "aaaa-denied" | "match-without-fallthrough" | "corefile-refused";
  /** One sentence, its full stop optional. */
  readonly because: string;
  /** Types of questions that it concerns, where it concerns some only. */
  readonly type?: "A" | "AAAA" | "ANY";
  /** The zones it holds in, with closing dots; empty where it concerns the whole Corefile. */
  readonly zones: readonly string[];
  readonly at?: Place;
}

/** The names a pod asks for: the cluster's own services, and everything else. */
export type NameScope = "internal" | "external";

/** A file that a profile was made of. */
export interface ClusterSource {
  readonly file: string;
  /** Whose Corefile it is; `settings`: it says what kind of cluster it is, such as its version. */
  readonly role: "node-local-dns" | "cluster-dns" | "settings";
  readonly at: Place;
}

/** The profile of one cluster. */
export interface ClusterProfile {
  /** How a report calls it: a file, or `GKE 1.22.6-gke.1000`. */
  readonly name: string;
  readonly at?: Place;
  /** What it was made of, Corefiles first; none where options say all. */
  readonly sources: readonly ClusterSource[];
  /** As the user wrote it, normalised; absent when no GKE version was given. */
  readonly gkeVersion?: string;
  readonly autopilot: boolean | "unknown";
  /** True when the provider keeps the Corefile and puts it back after a change by hand. */
  readonly managed: boolean;
  readonly nodeLocalDns: "enabled" | "disabled" | "unknown";
  /** Why NodeLocal DNSCache is held to be so. */
  readonly nodeLocalDnsBecause: string;
  /** It has IPv6 addresses too, so that AAAA answers are wanted; absent where that is not known. */
  readonly dualStack?: boolean;
  /** Who answers behind NodeLocal DNSCache, as gcloud writes it: `CLOUD_DNS`, ...; absent where GKE decides. */
  readonly dnsProvider?: string;
  /** The cluster's own domain, `cluster.local` unless something says otherwise. */
  readonly domain: string;
  /** Where the answers come from: a Corefile, or what is known of the GKE version. */
  readonly basis: "corefile" | "gke-version" | "nothing";
  readonly zones: readonly ZoneAnswer[];
  readonly faults: readonly ClusterFault[];
  /** The answer to AAAA for an existing A-only name, by scope. */
  readonly answers: Readonly<Record<NameScope, Answer>>;
  readonly confidence: Confidence;
  readonly evidence: readonly Sourced[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether it stands for no cluster: no file and no version says how one answers. */
export function isNoCluster({ basis, at, sources }: ClusterProfile): boolean {
  return basis === "nothing" && at === undefined && sources.length === 0;
}
