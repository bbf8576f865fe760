/** What becomes of names by both halves of a lookup. Must stay pure. */
import { type PlainKind, pairLookup } from "../lookup/pair.ts";
import { type MuslGeneration, PAIR_BEHAVIOURS } from "../knowledge/musl.ts";
import type { ClusterProfile, NamePart, NameScope } from "../model/cluster-profile.ts";
import { bothDenied, DENIALS, type PairAnswers } from "../model/dns.ts";
import type { StartProcess } from "../model/image-profile.ts";
import type { NameEffect } from "../model/report.ts";
import { muslIn, neverMusl } from "./musl-range.ts";

/** The names a pod asks for, in the order they are told. */
export const SCOPES: readonly NameScope[] = ["internal", "external"];

/** How both halves are answered for a scope; where nobody asked for A, it is passed on. */
export function pairOf({ answers, addresses }: ClusterProfile, scope: NameScope): PairAnswers {
  return { aaaa: answers[scope], a: addresses?.[scope] ?? { kind: "passed-on", because: "" } };
}

/** How a process treats a pair: as a generation of musl, as any other resolver, or not known how. */
export type Resolver = MuslGeneration | "not-musl" | "unknown";

/** How the process does. */
export function resolverOf(process: StartProcess): Resolver {
  if (neverMusl(process)) return "not-musl";
  const { musl } = process;
  if (musl === undefined) return "unknown";
  return PAIR_BEHAVIOURS.find(({ range }) => muslIn(musl, range) === true)?.generation ?? "unknown";
}

/** What that resolver makes of the pair; nothing where it is the same for every libc. */
export function pairEffect(resolver: Resolver, pair: PairAnswers): NameEffect | undefined {
  const { a, aaaa } = pair;
  if (a.kind === "unknown" || aaaa.kind === "unknown") return "unknown";
  if (bothDenied(pair)) return undefined;
  const denied = [a, aaaa].some(({ kind }) => DENIALS.has(kind));
  if (!denied || resolver === "not-musl") return "resolves";
  if (resolver === "unknown") return "unknown";
  // Not both are denied: where A is, AAAA has an address.
  if (DENIALS.has(a.kind)) return pairLookup(resolver, a.kind as PlainKind, "address");
  return pairLookup(resolver, "address", aaaa.kind === "passed-on" ? "NODATA" : aaaa.kind);
}

/** Parts in which the resolver fails though other resolvers do not, or is late. */
export function failingParts(resolver: Resolver, { parts = [] }: ClusterProfile): readonly NamePart[] {
  return parts.filter((part) => {
    const effect = pairEffect(resolver, part);
    return effect !== undefined && effect !== "resolves" && effect !== "unknown";
  });
}

/** Parts of which it is not known whether the resolver fails; one that takes either half does not. */
export function openParts(
  resolver: MuslGeneration | "not-musl" | "unknown",
  { parts = [] }: ClusterProfile,
): readonly NamePart[] {
  return resolver === "not-musl" ? [] : parts.filter((part) => pairEffect(resolver, part) === "unknown");
}

/** `names under netflix.com, names under hulu.com and 3 more`. */
export function namesText(says: readonly string[], most = 3): string {
  const shown = says.slice(0, most);
  const all = says.length > most ? [...shown, `${says.length - most} more`] : shown;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
