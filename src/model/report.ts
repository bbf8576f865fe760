/** The product of a run, before it takes any format. Must stay plain data. */
import type { ClusterProfile, Confidence, NameScope, Sourced } from "./cluster-profile.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { ImageProfile } from "./image-profile.ts";
import type { Place } from "./place.ts";
import type { Workload } from "./workload.ts";

/** Whether a container is hit. `unknown` is never silence and never a pass. */
export type Outcome = "affected" | "not-affected" | "unknown";

/** Every outcome, the worst first. */
export const OUTCOMES: readonly Outcome[] = ["affected", "unknown", "not-affected"];

/** How loud a finding is: SARIF's levels. */
export type Level = "error" | "warning" | "note";

/** Every level, the quietest first. */
export const LEVELS: readonly Level[] = ["note", "warning", "error"];

/** Every way out there is. */
export type RemedyId =
  | "add-fallthrough"
  | "allow-dns-egress"
  | "answer-nodata"
  | "answer-nxdomain"
  | "bypass-node-local-dns"
  | "correct-corefile"
  | "leave-aaaa-alone"
  | "leave-musl"
  | "lower-ndots"
  | "newer-alpine"
  | "nginx-ipv6-off"
  | "node-local-dns-off"
  | "one-kind-of-server"
  | "raise-ndots"
  | "runtime-option"
  | "say-the-cluster"
  | "shorten-searches"
  | "split-host-aliases"
  | "take-domain-out"
  | "take-dot-out"
  | "take-option-out"
  | "take-out"
  | "upgrade-gke"
  | "write-names-in-full";

/** What happens to a name: it fails at once, fails after the resolver's timeout, resolves late, or resolves. */
export type NameEffect = "fails" | "fails-slowly" | "resolves-slowly" | "resolves" | "unknown";

/** What an answer comes from: what is known of the image and its start, or how the cluster answers. */
export type Ground = "image" | "cluster";

/** A way out, with its price. */
export interface Remedy {
  /** What it does, for code that acts on it: sentences may change. */
  readonly id: RemedyId;
  readonly title: string;
  readonly cost: string;
  /** Something to paste, such as a Corefile stanza or a Pod `dnsConfig`. */
  readonly snippet?: { readonly language: string; readonly text: string };
  /** True for the one to take first. */
  readonly preferred: boolean;
}

/** What a rule says about one workload on one cluster, or about a cluster alone. */
export interface Verdict {
  readonly ruleId: string;
  readonly outcome: Outcome;
  readonly level: Level;
  readonly confidence: Confidence;
  /** One sentence that stands alone: what breaks, where, why. */
  readonly summary: string;
  /** Why, without the name of whom it is about: what is not known for the same reason is told together. */
  readonly because?: string;
  /** What becomes of names; absent where that depends on who asks. */
  readonly names?: Readonly<Record<NameScope, NameEffect>>;
  /** Where nothing is known of the cluster: what becomes of names on one that answers AAAA with NXDOMAIN. */
  readonly onDenial?: NameEffect;
  /** What the cluster is taken to be though nobody says so, and without which names may fail. */
  readonly providedThat?: string;
  /** For what is not known: what it hangs on. Where that is the same as in an earlier state, it was not known before. */
  readonly restsOn?: readonly Ground[];
  /** Names that fare otherwise than `names` says, each set in words; absent where there are none. */
  readonly except?: readonly string[];
  /** For a cluster alone: what it holds for, such as zones; a finding that comes to hold for more is new. */
  readonly concerns?: readonly string[];
  /** From the image and from the cluster, strongest first. */
  readonly evidence: readonly Sourced[];
  readonly remedies: readonly Remedy[];
  /** The line that makes it true, and the other lines that take part. */
  readonly at?: Place;
  readonly related: readonly Place[];
}

/** One workload met one cluster, or a cluster was looked at alone. */
export interface Judgement {
  /** Absent for what is true of the cluster whatever runs there. */
  readonly workload?: Workload;
  /** Index into `Report.images`; absent when the image could not be opened. */
  readonly image?: number;
  /** Index into `Report.clusters`. */
  readonly cluster: number;
  readonly verdict: Verdict;
  /** Against an earlier run, where there was one. */
  readonly status?: "new" | "existing";
  /** Of an existing one: the day of the earliest report that is known to have it, however many were compared since. */
  readonly since?: string;
  /** Somebody has decided to live with it, for a while. */
  readonly waived?: { readonly reason: string; readonly expires: string };
}

/** A change to a file of the repository that mends a finding. */
export interface Patch {
  readonly file: string;
  /** Unified, as `git apply` and `patch -p1` take it. */
  readonly diff: string;
  /** What it is for. */
  readonly because: string;
  /** The ways out that it takes; absent in reports of versions before 1.1. */
  readonly remedies?: readonly RemedyId[];
}

/** What changes at a target, by the names of containers, and of clusters for what is true of these alone. */
export interface AtTarget {
  /** As the user wrote it. */
  readonly to: string;
  /** Who is affected here and now is not, and at no target before this one either. */
  readonly breaks: readonly string[];
  /** Who has a finding now that is gone here, with the rules. */
  readonly heals: readonly string[];
  /** Of whom something is not known here that is known now, or not known for another reason. */
  readonly unknown: readonly string[];
}

/** Who runs beside another cluster, or beside what files say, by the names of containers. */
export interface Beside {
  /** The other side: a cluster's name, or a folder. */
  readonly other: string;
  /** What runs and is not on the other side. */
  readonly here: readonly string[];
  /** What is on the other side and does not run. */
  readonly there: readonly string[];
  /** What is on both with different images, each with both. */
  readonly otherwise: readonly string[];
}

/** Everything a run found out. */
export interface Report {
  /** The day it was made (UTC), as `2026-11-26`; of `SOURCE_DATE_EPOCH` where that is set. */
  readonly made?: string;
  /** The day of the earlier report that it was compared with. */
  readonly comparedWith?: string;
  readonly images: readonly ImageProfile[];
  readonly clusters: readonly ClusterProfile[];
  readonly judgements: readonly Judgement[];
  /** What could not be known and belongs to no image or cluster. */
  readonly diagnostics: readonly Diagnostic[];
  /** What would mend findings, where a small change does; absent where nothing was worked out. */
  readonly patches?: readonly Patch[];
  /** What becomes of containers at each target that was asked about, in the order asked; the clusters are then those of all targets. */
  readonly targets?: readonly AtTarget[];
  /** Where a live cluster was held against something. */
  readonly beside?: Beside;
  /** Who had findings in the earlier state that are gone, with the rules; absent where nothing was compared. */
  readonly fixed?: readonly string[];
}

/** Whether it is a finding that this run answers for: not known before, and not waived. */
export function counted({ verdict, status, waived }: Judgement): boolean {
  return verdict.outcome !== "not-affected" && status !== "existing" && waived === undefined;
}
