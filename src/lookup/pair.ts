/** What becomes of a name by how both halves of its lookup are answered: a reading of lookup() for the rules. Must stay pure. */
import { type MuslGeneration, RESOLVER_GENERATIONS } from "../knowledge/musl.ts";
import type { AnswerKind } from "../model/dns.ts";
import type { NameEffect } from "../model/report.ts";
import { lookup } from "./lookup.ts";
import type { Heard, Reply, Way } from "./question.ts";

/** Answers that say themselves what comes. */
export type PlainKind = Exclude<AnswerKind, "passed-on" | "unknown">;

/** In the order in which tables have them. */
export const PLAIN_KINDS: readonly PlainKind[] = [
  "NXDOMAIN",
  "SERVFAIL",
  "REFUSED",
  "NOTIMP",
  "other-rcode",
  "no-reply",
  "NODATA",
  "address",
];

/** What all ways come to; `unknown` where they differ. Whatever takes time has waited for a timeout: answers here take none. */
export function effectOf(ways: readonly Way[]): NameEffect {
  const effects = ways.map(({ error, tookMs }): NameEffect => {
    if (error === "unknown") return "unknown";
    if (error !== undefined) return tookMs > 0 ? "fails-slowly" : "fails";
    return tookMs > 0 ? "resolves-slowly" : "resolves";
  });
  const [first = "unknown"] = effects;
  return effects.every((effect) => effect === first) ? first : "unknown";
}

/** What every musl with this treatment of pairs makes of these two answers, for a name that is not searched for. */
export function pairLookup(pairs: MuslGeneration, a: PlainKind, aaaa: PlainKind): NameEffect {
  const key = `${pairs} ${a} ${aaaa}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const answers = { A: heardOf(a, "192.0.2.1"), AAAA: heardOf(aaaa, "2001:db8::1") };
  const ways = RESOLVER_GENERATIONS.filter((generation) => generation.pairs === pairs).flatMap((generation) =>
    lookup({ ...ONE_NAME, answers: (_, __, type) => answers[type] }, generation),
  );
  const effect = effectOf(ways);
  KNOWN.set(key, effect);
  return effect;
}

/** There are as many as pairs of kinds. */
const KNOWN = new Map<string, NameEffect>();

const ONE_NAME = {
  name: "name.example.",
  family: "any",
  resolvConf: "nameserver 192.0.2.53\n",
  hosts: "",
} as const;

/** The answer of a server to one question; `other-rcode` is FORMERR, which stands for all that musl passes over. */
export function heardOf(kind: PlainKind, address: string): Heard {
  switch (kind) {
    case "no-reply":
      return "nothing";
    case "address":
    case "NODATA":
      return { rcode: "NOERROR", addresses: kind === "address" ? [address] : [] } satisfies Reply;
    default:
      return { rcode: kind === "other-rcode" ? "FORMERR" : kind, addresses: [] };
  }
}
