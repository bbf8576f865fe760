/** What getaddrinfo is asked, what servers answer it, and what it returns. Must hold types alone. */
import type { QueryType } from "../model/dns.ts";

/** `ai_family` of the hints: AF_UNSPEC, AF_INET, AF_INET6. Flags are 0. */
export type Family = "any" | "inet" | "inet6";

/** A server's answer to one question. */
export interface Reply {
  readonly rcode: "NOERROR" | "FORMERR" | "SERVFAIL" | "NXDOMAIN" | "NOTIMP" | "REFUSED";
  /** In the order of the answer section; none is NODATA where the code is NOERROR. May be of another type than was asked for. */
  readonly addresses: readonly string[];
  /** How many of them the answer over UDP holds, which is marked as truncated then; absent where all fit. */
  readonly udp?: number;
  /** What a TCP connection to that server meets; `silent` takes the question and says nothing. Open unless given. */
  readonly tcp?: "open" | "closed" | "silent";
  /** Milliseconds from question to answer; 0 unless given. Answers within `TOGETHER_MS` come in any order. */
  readonly afterMs?: number;
}

/** What comes of a question; `nothing` is silence. */
export type Heard = Reply | "nothing" | "unknown";

/** Who answers what: a server as resolv.conf writes it, a whole name without its closing dot. */
export type Answers = (server: string, name: string, type: QueryType) => Heard;

/** All that decides a lookup. */
export interface Question {
  readonly name: string;
  readonly family: Family;
  /** The text of /etc/resolv.conf. */
  readonly resolvConf: string;
  /** The text of /etc/hosts. */
  readonly hosts: string;
  readonly answers: Answers;
}

/** A question that went out. */
export interface Asked {
  readonly server: string;
  readonly type: QueryType;
  readonly over: "udp" | "tcp";
}

/** One name that was asked for. */
export interface Step {
  /** In full, without closing dot. */
  readonly name: string;
  /** Each question once, however often it was sent. */
  readonly asked: readonly Asked[];
  /** What the libc took for the answer to each type; `nothing` where it waited in vain. */
  readonly heard: Readonly<Partial<Record<QueryType, Heard>>>;
  readonly tookMs: number;
  /** Whether another name is tried after it. */
  readonly goesOn: boolean;
  /** Why, as a clause. */
  readonly because: string;
}

/** Errors of getaddrinfo, and four ends that are none. */
export type LookupError =
  | "EAI_NONAME"
  | "EAI_NODATA"
  | "EAI_AGAIN"
  | "EAI_FAIL"
  | "EAI_SYSTEM"
  | "EAI_ADDRFAMILY"
  /** The process dies of a division by zero. */
  | "SIGFPE"
  /** The process ends itself: an assertion fails. */
  | "SIGABRT"
  /** It waits for ever. */
  | "hangs"
  /** An answer that decides is not known. */
  | "unknown";

/** One way in which a lookup can go. */
export interface Way {
  /** None where `error` is set. Each once, in no order: libcs sort them by routes. */
  readonly addresses: readonly string[];
  readonly error?: LookupError;
  readonly tookMs: number;
  readonly steps: readonly Step[];
  /** Where it ended before a server was asked: a literal address, /etc/hosts, or a name that is none. */
  readonly without?: "literal" | "hosts" | "no name";
}

/** Answers that come so close to each other may come in either order. */
export const TOGETHER_MS = 60;

/** Picks one of so many possibilities; `ways.ts` tries them all. */
export type Choose = (count: number) => number;
