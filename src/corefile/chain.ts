/** What passes between the plugins of a server block: questions down, replies up. Must not know any plugin. */
import type { AnswerKind, QueryType } from "../model/dns.ts";
import type { Place } from "../model/place.ts";
import type { CoreDnsFact } from "../knowledge/coredns.ts";
import { brief } from "./brief.ts";
import type { Budget } from "./budget.ts";
import type { Dispenser } from "./dispenser.ts";
import type { ZoneSet } from "./names.ts";
import type { Patterns } from "./patterns.ts";
import { type Directive, placeOf, type Token } from "./tree.ts";

/** A question as one plugin hands it to the next; a rewrite may have changed it. */
export interface Question {
  /** Lower-case, with its closing dot. */
  readonly name: string;
  /** Upper-case mnemonic: `A`, `AAAA`, or what a rewrite made of it. */
  readonly type: string;
  /** `IN` unless a rewrite changed it. */
  readonly class: string;
}

/** What came back. */
export interface Reply {
  readonly kind: AnswerKind;
  readonly because: string;
  readonly detail?: string;
  /** As in Answer. */
  readonly recordType?: QueryType;
  /** As in Answer. */
  readonly fromRecords?: true;
  /** As in Answer. */
  readonly by?: "acl";
  readonly at?: Place;
  /** The name that a rewrite put in the question's place, which plugins before it see from then on. */
  readonly asked?: string;
  /** The plugin returned an error beside its code, and no message. */
  readonly failed?: true;
  /**
   * The message, where a plugin wrote one itself; absent when only a code was returned and the server
   * writes the reply, and when nothing is known of the message.
   */
  readonly message?: {
    /** Types of the answer section's records. */
    readonly answers: readonly string[];
    /** A SOA record stands in the authority section. */
    readonly soa: boolean;
    /** Records in all sections. */
    readonly records: number;
  };
}

/** Asks the next plugin. */
export type Next = (question: Question) => Reply;

/** A plugin at work. */
export type Handler = (question: Question, next: Next) => Reply;

/** What a plugin's set-up can see. */
export interface SetupContext {
  /** The zones of its server block, normalised; those that are not known left out. */
  readonly zones: ZoneSet;
  /** The directives of its name in the block, in file order. */
  readonly directives: readonly Directive[];
  /** The names of all plugins of the block. */
  readonly beside: ReadonlySet<string>;
  /** Addresses the block listens on as written; empty when on all. */
  readonly bind: readonly string[];
  /** Whatever a handler tries one by one is taken from it. */
  readonly budget: Budget;
  readonly patterns: Patterns;
  /** Whether the release the question is for behaves so; handlers ask anew for every question. */
  holds(fact: CoreDnsFact): boolean;
  /** Asks the whole server anew, as a plugin that looks something up does. */
  lookup(name: string, type: string): Reply;
}

/** Why CoreDNS does not start. */
export interface Refusal {
  readonly refused: string;
  readonly at?: Place;
}

/** One plugin: reads its directives' words and becomes a handler, or keeps CoreDNS from starting. */
export interface Plugin {
  readonly name: string;
  /** True when it copes with unknown environment variables itself; otherwise they make its answers unknown. */
  readonly readsUnknown?: true;
  setup(words: Dispenser, context: SetupContext): Handler | Refusal;
}

/** A handler that takes no part in the answer. */
export const passOn: Handler = (question, next) => next(question);

/** Whether a set-up failed. */
export function isRefusal(outcome: Handler | Refusal): outcome is Refusal {
  return typeof outcome !== "function";
}

/** A refusal at a word. */
export function refuse(what: string, token?: Token): Refusal {
  const refused = brief(what);
  return token === undefined ? { refused } : { refused, at: placeOf(token) };
}

/** CoreDNS's words for a wrong number of arguments. */
export function wrongArguments(words: Dispenser): Refusal {
  return refuse(`wrong argument count or unexpected line ending after "${words.value}"`, words.token);
}

/** The kind of an answer from its response code's name. */
export function kindOfRcode(rcode: string): AnswerKind {
  switch (rcode) {
    case "NXDOMAIN":
    case "SERVFAIL":
    case "REFUSED":
      return rcode;
    case "NOTIMP":
    case "NOTIMPL":
      return "NOTIMP";
    case "NOERROR":
      return "NODATA";
    default:
      return "other-rcode";
  }
}

/** The reply when something outside the configuration decides which of several it is. */
export function either(replies: readonly Reply[], dependsOn: string): Reply {
  const [first] = replies;
  if (first === undefined) return { kind: "unknown", because: dependsOn };
  if (replies.every(({ kind }) => kind === first.kind)) return first;
  const kinds = [...new Set(replies.map(({ kind }) => kind))].join(" or ");
  const at = replies.find((reply) => reply.at !== undefined)?.at;
  return { kind: "unknown", because: `${kinds}: ${dependsOn}`, at };
}
