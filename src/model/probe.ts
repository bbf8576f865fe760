/** What a DNS server said to musl's pair of questions, and what each generation of musl makes of it. Must not know how it was asked. */
import type { AnswerKind, QueryType } from "./dns.ts";
import type { NameEffect } from "./report.ts";

/** An address record of an answer. */
export interface ProbedAddress {
  readonly type: QueryType;
  readonly text: string;
}

/** One reply of the kind that musl takes: NOERROR or NXDOMAIN. */
export interface ProbedReply {
  readonly rcode: "NOERROR" | "NXDOMAIN";
  readonly addresses: readonly ProbedAddress[];
  readonly truncated: boolean;
  /** Milliseconds since the pair was first sent. */
  readonly afterMs: number;
}

/** What came back to one of the two questions. */
export interface ProbedHalf {
  readonly type: QueryType;
  /** In the words of the answer model; an error musl does not take counts as the answer where no other came. */
  readonly kind: Exclude<AnswerKind, "passed-on" | "unknown">;
  /** The first reply over UDP that musl takes; absent when none came before the timeout. */
  readonly udp?: ProbedReply;
  /** The reply over TCP, where the one over UDP was truncated. */
  readonly tcp?: ProbedReply;
  /** Codes of the replies musl passes over while it waits, each once, in order. */
  readonly passedOver: readonly string[];
}

/** What getaddrinfo returns in one generation of musl. */
export interface ProbeOutcome {
  /** `1.2.1 to 1.2.3`. */
  readonly generation: string;
  /** Whether one failed half fails the whole in it. */
  readonly strict: boolean;
  readonly effect: Exclude<NameEffect, "unknown">;
  /** getaddrinfo's error, where it fails. */
  readonly error?: "EAI_NONAME" | "EAI_NODATA" | "EAI_AGAIN";
  readonly addresses: readonly string[];
  /** A records in the answer to AAAA that a lookup for IPv6 alone takes for IPv6 addresses; absent when there are none. */
  readonly misread?: readonly { readonly address: string; readonly as: string }[];
}

/** Names that a Corefile answers alike, and how it does. */
export interface PartOfNames {
  /** `names under netflix.com`. */
  readonly says: string;
  readonly a: AnswerKind;
  readonly aaaa: AnswerKind;
}

/** One name asked of one server. */
export interface ProbeResult {
  /** As written. */
  readonly name: string;
  /** What it stands for, where a Corefile was given and it was not asked for by the user. */
  readonly part?: PartOfNames;
  readonly a: ProbedHalf;
  readonly aaaa: ProbedHalf;
  /** Milliseconds until both answers were in, or the timeout. */
  readonly tookMs: number;
  /** Why nothing could be sent, where the system said so. */
  readonly problem?: string;
  /** One for each generation, oldest first. */
  readonly outcomes: readonly ProbeOutcome[];
}

/** Whether it is a made-up name that nobody has: what the server says of it says nothing of others. */
export function isNobodys({ part, a, aaaa }: ProbeResult): boolean {
  return part !== undefined && a.kind === "NXDOMAIN" && aaaa.kind === "NXDOMAIN";
}
