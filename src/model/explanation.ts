/** What a Corefile answers, zone by zone and name by name, and what that does to musl. Must not know how it was found. */
import type { Diagnostic } from "./diagnostic.ts";
import type { Answer, QueryType } from "./dns.ts";
import type { NameEffect } from "./report.ts";

/** One question, its answer, and what musl makes of a name with an A record whose AAAA half is answered so. */
export interface Explained {
  /** The zone, or the name that was asked for; with its closing dot. */
  readonly subject: string;
  readonly type: QueryType;
  readonly answer: Answer;
  /** The answer to A, beside that to AAAA. */
  readonly address?: Answer;
  /** No resolver finds an address, whatever the libc. */
  readonly denied?: true;
  /** Absent for A, which alone decides nothing, and for a zone that is denied on purpose. */
  readonly effects?: {
    /** musl 1.2.0 and older. */
    readonly tolerant: NameEffect;
    /** musl 1.2.1 and newer. */
    readonly strict: NameEffect;
  };
}

/** One Corefile of the file. */
export interface Explanation {
  /** The ConfigMap's name, or the file. */
  readonly title: string;
  /** The cluster's domain as the Corefile has it, without closing dot. */
  readonly domain: string;
  readonly zones: readonly Explained[];
  /** The names that were asked for. */
  readonly names: readonly Explained[];
  readonly diagnostics: readonly Diagnostic[];
}
