/** What a cluster turned out to be: how its DNS answers an AAAA question. Must not know how it was read. */
import type { Diagnostic } from "./diagnostic.ts";
import type { Answer, AnswerKind, PairAnswers } from "./dns.ts";
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
  /** The same for A. */
  readonly address: Answer;
}

/** Names that a Corefile tells from others. */
export interface NameSet {
  /** By their end in whole labels, as a whole, by their letters, or by a pattern in RE2's syntax. */
  readonly how: "zone" | "exact" | "prefix" | "suffix" | "substring" | "pattern";
  /** The zone they lie in, with its closing dot. */
  readonly zone: string;
  /** The name, the letters or the pattern; absent where the zone says all. */
  readonly text?: string;
  /** One of them, which was asked for. */
  readonly witness: string;
  /** `names under netflix.com`. */
  readonly says: string;
}

/** Names that are answered otherwise than the rest of their scope. */
export interface NamePart extends PairAnswers {
  readonly scope: NameScope;
  /** Which they are: all answered alike, by the same line. */
  readonly sets: readonly NameSet[];
}

/** A fault of a cluster's DNS that stands on its own, whatever containers run there. */
export interface ClusterFault {
  /**
   * AAAA is denied for names that exist, A is as well so that no resolver finds them, names that no pattern matches get
   * no answer, or CoreDNS does not start.
   */
  readonly kind: "aaaa-denied" | "address-denied" | "match-without-fallthrough" | "corefile-refused";
  /** One sentence, its full stop optional. */
  readonly because: string;
  /** Types of questions that it concerns, where it concerns some only. */
  readonly type?: "A" | "AAAA" | "ANY";
  /** The zones it holds in, with closing dots; empty where it concerns the whole Corefile. */
  readonly zones: readonly string[];
  /** `names under netflix.com`: where it concerns some names only. */
  readonly names?: readonly string[];
  /** Where it concerns all names of the cluster, or all outside it. */
  readonly scopes?: readonly NameScope[];
  /** How these are answered; NXDOMAIN where nothing is said. */
  readonly answer?: AnswerKind;
  /** As in Answer. */
  readonly by?: "acl";
  /** The directive that decides, where it is one whose line mends it. */
  readonly directive?: "hosts" | "template";
  readonly at?: Place;
}

/** The names a pod asks for: the cluster's own services, and everything else. */
export type NameScope = "internal" | "external";

/** A file that a profile was made of. */
export interface ClusterSource {
  readonly file: string;
  /** Whose Corefile it is, `node-local-dns` that of any DNS on the nodes; `settings`: it says what kind of cluster it is, such as its version. */
  readonly role: "node-local-dns" | "cluster-dns" | "settings";
  /** The Corefile is what a chart makes of a list of servers in its values. */
  readonly form?: "chart-servers";
  readonly at: Place;
}

/** Addresses that a DNS listens on and that answer alike. */
export interface Listener {
  /** As `bind` has them; empty for what listens on all others. */
  readonly on: readonly string[];
  /** Who asks there, where its maker says so: pods by their policy, or nodes and the pods that ask what these ask. */
  readonly whose?: "pods" | "nodes";
  readonly answers: Readonly<Record<NameScope, Answer>>;
  readonly addresses: Readonly<Record<NameScope, Answer>>;
  readonly parts: readonly NamePart[];
}

/** The profile of one cluster. */
export interface ClusterProfile {
  /** How a report calls it: a file, or `GKE 1.22.6-gke.1000`. */
  readonly name: string;
  /** The name of the configuration's entry that describes it, where one does. */
  readonly entry?: string;
  /** Where it is not what is there but what is asked about: which cluster of now it is, and what changes of it. */
  readonly target?: { readonly of: string; readonly to: string };
  readonly at?: Place;
  /** It runs and was asked itself, and something is known of it; at a target, of the one of now. */
  readonly live?: true;
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
  /** What nobody says, and without which it would deny AAAA: `NodeLocal DNSCache is off`. */
  readonly providedThat?: string;
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
  /** The same for A; absent where nothing was asked. */
  readonly addresses?: Readonly<Record<NameScope, Answer>>;
  /** Names that fare otherwise than `answers` and `addresses` say; absent where there are none. */
  readonly parts?: readonly NamePart[];
  /**
   * The listeners, where any has addresses of its own; `answers` are those of the one that pods ask, or of all together.
   * Behind a DNS on the nodes stand those of the cluster's own, which answer whoever names them.
   */
  readonly listeners?: readonly Listener[];
  readonly confidence: Confidence;
  readonly evidence: readonly Sourced[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a cluster is called of which nothing is known. */
export const NAMELESS = "an unknown cluster";

/** What it is called at a target. */
export function nameAt(name: string, to: string): string {
  return name === NAMELESS ? to : `${name} at ${to}`;
}

/** Whether it stands for no cluster: no file and no version says how one answers. */
export function isNoCluster({ basis, at, sources }: ClusterProfile): boolean {
  return basis === "nothing" && at === undefined && sources.length === 0;
}
