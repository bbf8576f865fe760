/** What a fleet plan holds. Must stay types and numbers. */
import type { LiveState } from "../live/state.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Digest } from "../model/digest.ts";
import type { ErrorCode } from "../model/error.ts";
import type { ImageConfig, Platform } from "../model/oci.ts";
import type { Written } from "../settings/settings.ts";

/** Shards of a plan: GitHub makes at most 256 jobs of a matrix, an Indexed Job takes any of these. */
export const MOST_SHARDS = 10_000;

/** How a plan begins. */
export interface PlanHead {
  /** Of the facts that are read: what another muslgate would read otherwise is no part of this run. */
  readonly schema: string;
  readonly shards: number;
  /** What images are read for, where their nodes say nothing. */
  readonly platform: Platform | "all";
}

/** A cluster as it is: one column of the report; or, where its options have `to`, as it would be: a column a target. */
export interface Member {
  /** What reports call it. */
  readonly name: string;
  /** Index of its tree. */
  readonly tree: number;
  /** The folder of a repository's files, which stands before their paths; absent where none does. */
  readonly folder?: string;
  /** What a live cluster is besides its tree; absent for a repository. */
  readonly live?: Omit<LiveState, "name" | "namesPods" | "tree" | "pods" | "dnsAddresses"> & {
    readonly pods: readonly (readonly [string, PodsOf])[];
    readonly dnsAddresses: readonly string[];
  };
  readonly options: Written;
  /** The texts of the files that options name. */
  readonly named: Readonly<Record<string, string>>;
}

type PodsOf = LiveState["pods"] extends ReadonlyMap<string, infer Pods> ? Pods : never;

/** One layer, which some images have. */
export interface PlannedLayer {
  readonly digest: Digest;
  /** Bytes as stored. */
  readonly size: number;
  /** From 1; 0 where no registry has it. */
  readonly shard: number;
  /** A repository that has it. */
  readonly from: string;
}

/** An image's manifest and configuration. */
export interface PlannedImage {
  readonly digest?: Digest;
  readonly config: ImageConfig;
  /** Indices of its layers, base first. */
  readonly layers: readonly number[];
}

/** What a reference led to. */
export interface PlannedReference {
  /** As it was written. */
  readonly reference: string;
  readonly platform: Platform | "all";
  readonly images: readonly PlannedImage[];
  readonly diagnostics: readonly Diagnostic[];
  /** Why it led nowhere. */
  readonly problem?: Problem;
}

/** A MuslgateError as a record. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly reason: string;
}

/** A file that was read while the plan was made: its text or its bytes (base64), or why there are none. */
export interface PlannedFile {
  readonly path: string;
  readonly text?: string;
  readonly bytes?: string;
  readonly problem?: string;
}

/** The files of a cluster's state, as far as they were asked for. */
export interface PlannedTree {
  readonly paths: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly PlannedFile[];
}

/** All of it. */
export interface Plan extends PlanHead {
  readonly trees: readonly PlannedTree[];
  readonly members: readonly Member[];
  readonly layers: readonly PlannedLayer[];
  readonly references: readonly PlannedReference[];
}
