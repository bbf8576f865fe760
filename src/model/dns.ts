/** How a DNS question is answered. Must not know who computes it. */
import type { Place } from "./place.ts";

/** Types a resolver asks for an address (RFC 1035, RFC 3596). */
export type QueryType = "A" | "AAAA";

/**
 * The answer to one question about an existing name with only an A record.
 * `NODATA` is NOERROR with an empty answer section (RFC 2308 section 2.2); `passed-on` leaves it to another
 * server or to data outside the configuration; `other-rcode` is any error code not listed.
 */
export type AnswerKind =
  | "NXDOMAIN"
  | "SERVFAIL"
  | "REFUSED"
  | "NOTIMP"
  | "other-rcode"
  | "no-reply"
  | "NODATA"
  | "address"
  | "passed-on"
  | "unknown";

/** Answers that leave a resolver without what it asked for, whatever the name has. */
export const DENIALS: ReadonlySet<AnswerKind> = new Set([
  "NXDOMAIN",
  "SERVFAIL",
  "REFUSED",
  "NOTIMP",
  "other-rcode",
  "no-reply",
]);

/** An answer and what decided it. */
export interface Answer {
  readonly kind: AnswerKind;
  /** One sentence: the directive that decided, in the words of the file. */
  readonly because: string;
  /** `passed-on`: to whom. `other-rcode`: the code. */
  readonly detail?: string;
  /** The records that come are of this type, whatever was asked for: a rewrite changed the question. */
  readonly recordType?: QueryType;
  /** The name's own records decide, which this is one possibility of: with others the answer is another. */
  readonly fromRecords?: true;
  /** The plugin whose line decided, where that is mended by a line of another kind than a template. */
  readonly by?: "acl";
  readonly at?: Place;
}

/** How both halves of a lookup are answered. */
export interface PairAnswers {
  readonly aaaa: Answer;
  readonly a: Answer;
}

/** Whether no resolver finds an address: both halves are denied, or A is and AAAA has no records by the same decree. */
export function bothDenied({ a, aaaa }: PairAnswers): boolean {
  if (!DENIALS.has(a.kind)) return false;
  return DENIALS.has(aaaa.kind) || (aaaa.kind === "NODATA" && aaaa.fromRecords !== true);
}
