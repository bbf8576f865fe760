/** What musl's resolver does with the answers to a paired A and AAAA question. Must hold data only. */
import { type MuslRelease, parseMusl } from "../version/musl.ts";
import type { Range } from "../version/range.ts";
import type { Citation } from "./citation.ts";

/** The behaviours of musl's getaddrinfo towards a pair of answers of which one is an error. */
export type MuslGeneration = "pairs-tolerant" | "pairs-strict";

/** One generation of musl; what it does is in src/lookup/. */
interface PairBehaviour {
  readonly generation: MuslGeneration;
  readonly range: Range<MuslRelease>;
  readonly citation: Citation;
}

/** The first release that fails a whole lookup for one failed half (musl 5cf1ac24, 2020-05-19). */
const STRICT_FROM = release("1.2.1");

/**
 * Measured on Alpine 3.6 to 3.20, and on musl 1.2.0, 1.2.1, 1.2.3, 1.2.4 and 1.2.6 built from their tags: the
 * boundary is exactly 1.2.1, and no distribution is known to have moved it.
 */
export const PAIR_BEHAVIOURS: readonly PairBehaviour[] = [
  {
    generation: "pairs-tolerant",
    range: { below: STRICT_FROM },
    citation: {
      source: "measured: getaddrinfo in Alpine 3.6 to 3.12 against a DNS server with such answers",
      confidence: "measured",
      checked: "2026-11-20",
    },
  },
  {
    generation: "pairs-strict",
    range: { from: STRICT_FROM },
    citation: {
      source:
        "musl commit 5cf1ac24 (2020-05-19, first in 1.2.1), WHATSNEW 1.2.1; measured in Alpine 3.13 to 3.20",
      confidence: "measured",
      checked: "2026-11-20",
    },
  },
];

/** A stretch of releases whose getaddrinfo makes the same of the same answers, whatever they are. */
export interface ResolverGeneration {
  /** `1.2.1 to 1.2.3`. */
  readonly name: string;
  readonly range: Range<MuslRelease>;
  readonly pairs: MuslGeneration;
  /** Asks again over TCP when an answer is truncated (musl 51d4669f); before, the records that came are all. */
  readonly tcp: boolean;
  /** The error for a name that exists without addresses (musl 85050ac5). */
  readonly noAddress: "EAI_NONAME" | "EAI_NODATA";
  /** Leaves out records of another type than was asked for (musl 41603c77). */
  readonly ownTypeOnly: boolean;
  /** Bytes of an answer that are kept (musl 8c408937, a4ecaf89). */
  readonly answerBytes: number;
  /** Questions and records of an answer; one with more is read as if it had no records (before musl 83b858f8). */
  readonly mostRecords: number;
  /** What follows a name that no question can be made of, such as one with a label of 64 letters (musl 001c1afb). */
  readonly unaskable: "ends" | "goes on";
  /** Whether a search domain `.` makes a question with an empty label in it, which servers do not answer (musl 1e7fb12f). */
  readonly asksEmptyLabel: boolean;
  /** Whose addresses are kept first, where A and AAAA have more than 48 (musl 41603c77). */
  readonly keepsFirst: "A" | "AAAA";
  readonly citation: Citation;
}

/** The first musl that reads `search` and `domain` (musl 3d6e2e47). */
export const SEARCH_FROM = release("1.1.13");

const TCP_FROM = release("1.2.4");

/** Oldest first. The first two differ in pairs only, the last two in everything else. */
export const RESOLVER_GENERATIONS: readonly ResolverGeneration[] = [
  {
    name: "1.2.0 and older",
    range: { below: STRICT_FROM },
    pairs: "pairs-tolerant",
    tcp: false,
    noAddress: "EAI_NONAME",
    ownTypeOnly: false,
    answerBytes: 512,
    mostRecords: 64,
    unaskable: "ends",
    asksEmptyLabel: true,
    keepsFirst: "A",
    citation: {
      source: "measured: getaddrinfo in Alpine 3.6 to 3.12 against a DNS server with such answers",
      confidence: "measured",
      checked: "2026-11-20",
    },
  },
  {
    name: "1.2.1 to 1.2.3",
    range: { from: STRICT_FROM, below: TCP_FROM },
    pairs: "pairs-strict",
    tcp: false,
    noAddress: "EAI_NONAME",
    ownTypeOnly: false,
    answerBytes: 512,
    mostRecords: 64,
    unaskable: "ends",
    asksEmptyLabel: true,
    keepsFirst: "A",
    citation: {
      source: "musl commit 5cf1ac24, WHATSNEW 1.2.1; measured in Alpine 3.13 to 3.17",
      confidence: "measured",
      checked: "2026-11-20",
    },
  },
  {
    name: "1.2.4 and newer",
    range: { from: TCP_FROM },
    pairs: "pairs-strict",
    tcp: true,
    noAddress: "EAI_NODATA",
    ownTypeOnly: true,
    // As Alpine has it since its 1.2.4. The commits that made it so came to upstream's tags with 1.2.4 (768) and 1.2.5.
    answerBytes: 4800,
    mostRecords: Number.POSITIVE_INFINITY,
    unaskable: "goes on",
    asksEmptyLabel: false,
    keepsFirst: "AAAA",
    citation: {
      source: "musl commits 51d4669f, 85050ac5, 41603c77, first in 1.2.4; measured in Alpine 3.18 to 3.20",
      confidence: "measured",
      checked: "2026-11-20",
    },
  },
];

/** Reads a version that is written in this folder; a wrong one is a defect. */
export function release(text: string): MuslRelease {
  const parsed = parseMusl(text);
  if (parsed === undefined) throw new Error(`not a musl version: ${text}`);
  return parsed;
}
