/** What musl's resolver does with the answers to a paired A and AAAA question. Must hold data only. */
import type { AnswerKind } from "../model/dns.ts";
import type { NameEffect } from "../model/report.ts";
import { type MuslRelease, parseMusl } from "../version/musl.ts";
import type { Range } from "../version/range.ts";
import type { Citation } from "./citation.ts";

/** The behaviours of musl's getaddrinfo towards a pair of answers of which one is an error. */
export type MuslGeneration = "pairs-tolerant" | "pairs-strict";

/** One generation of musl and what it does when A succeeds and AAAA is answered so. */
export interface PairBehaviour {
  readonly generation: MuslGeneration;
  readonly range: Range<MuslRelease>;
  readonly effects: Readonly<Record<Exclude<AnswerKind, "passed-on" | "unknown">, NameEffect>>;
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
    effects: {
      NXDOMAIN: "resolves",
      SERVFAIL: "resolves-slowly",
      REFUSED: "resolves-slowly",
      NOTIMP: "resolves-slowly",
      "other-rcode": "resolves-slowly",
      "no-reply": "resolves-slowly",
      NODATA: "resolves",
      address: "resolves",
    },
    citation: {
      source: "measured: getaddrinfo in Alpine 3.6 to 3.12 against a DNS server with such answers",
      confidence: "measured",
      checked: "2026-11-20",
    },
  },
  {
    generation: "pairs-strict",
    range: { from: STRICT_FROM },
    effects: {
      NXDOMAIN: "fails",
      SERVFAIL: "fails-slowly",
      REFUSED: "fails-slowly",
      NOTIMP: "fails-slowly",
      "other-rcode": "fails-slowly",
      "no-reply": "fails-slowly",
      NODATA: "resolves",
      address: "resolves",
    },
    citation: {
      source:
        "musl commit 5cf1ac24 (2020-05-19, first in 1.2.1), WHATSNEW 1.2.1; measured in Alpine 3.13 to 3.20",
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
