/** Where musl's generations differ in a whole lookup, besides what a pair of answers makes of it. Must hold data only. */
import { RESOLVER_GENERATIONS, type ResolverGeneration, release } from "./musl.ts";

/** A stretch of releases whose getaddrinfo does the same with the same resolv.conf, hosts and answers. */
export interface LookupGeneration extends ResolverGeneration {
  /** Bytes of an answer that are kept (musl 8c408937 and a4ecaf89). */
  readonly answerBytes: number;
  /** Questions and records of an answer; one with more holds no address (before musl 83b858f8). */
  readonly mostRecords: number;
  /** What follows a name that no question can be made of: the search ends, or goes on (musl 001c1afb). */
  readonly unaskable: "ends" | "goes on";
  /** A name with two closing dots is asked for all the same, with an empty label in it (before musl 1e7fb12f). */
  readonly asksEmptyLabel: boolean;
  /** Which answer's addresses are kept first, where there are more than 48 (musl 41603c77). */
  readonly keepsFirst: "A" | "AAAA";
}

const [TOLERANT, STRICT, TCP] = RESOLVER_GENERATIONS as readonly [
  ResolverGeneration,
  ResolverGeneration,
  ResolverGeneration,
];
const OLD = {
  answerBytes: 512,
  mostRecords: 64,
  unaskable: "ends",
  asksEmptyLabel: true,
  keepsFirst: "A",
} as const;
const NEW = {
  ...OLD,
  answerBytes: 768,
  unaskable: "goes on",
  asksEmptyLabel: false,
  keepsFirst: "AAAA",
} as const;

/** Oldest first. musl before 1.1.13 has no search list and is in none. */
export const LOOKUP_GENERATIONS: readonly LookupGeneration[] = [
  {
    ...TOLERANT,
    ...OLD,
    name: "1.1.13 to 1.2.0",
    range: { from: release("1.1.13"), below: release("1.2.1") },
    citation: {
      source: "measured: random lookups on musl 1.1.16 and 1.1.24 of Alpine 3.6 and 3.12",
      confidence: "measured",
      checked: "2026-11-26",
    },
  },
  {
    ...STRICT,
    ...OLD,
    citation: {
      source:
        "musl 1.2.2 and 1.2.3, src/network/{lookup_name,res_msend,dns_parse}.c; measured: random lookups on Alpine 3.13 and 3.17",
      confidence: "measured",
      checked: "2026-11-26",
    },
  },
  {
    ...TCP,
    ...NEW,
    name: "1.2.4",
    range: { from: release("1.2.4"), below: release("1.2.5") },
    citation: {
      source:
        "musl commits 51d4669f, 001c1afb, 1e7fb12f, 41603c77, 8c408937; measured: random lookups on Alpine 3.18",
      confidence: "measured",
      checked: "2026-11-26",
    },
  },
  {
    ...TCP,
    ...NEW,
    answerBytes: 4800,
    mostRecords: Number.POSITIVE_INFINITY,
    name: "1.2.5 and newer",
    range: { from: release("1.2.5") },
    citation: {
      source:
        "musl 1.2.5, src/network/{lookup_name,res_msend,dns_parse}.c; measured: random lookups on Alpine 3.20",
      confidence: "measured",
      checked: "2026-11-26",
    },
  },
];
