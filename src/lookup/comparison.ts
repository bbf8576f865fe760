/** One lookup in several libcs side by side. Must not know who prints it. */
import { RESOLVER_GENERATIONS, type ResolverGeneration } from "../knowledge/musl.ts";
import { lookup } from "./lookup.ts";
import type { Family, Question, Way } from "./question.ts";

/** What a lookup comes to, and on which way. */
export interface LookupReport {
  readonly name: string;
  readonly family: Family;
  readonly resolvConf: string;
  /** Names that are taken to exist with an A record alone, where no Corefile says otherwise; without closing dots. */
  readonly existing: readonly string[];
  /** What decides the answers: a Corefile's name; absent where every server is taken to know these names and no other. */
  readonly corefile?: string;
  /** The image whose libcs are told, with sentences on why these. */
  readonly image?: { readonly reference: string; readonly because: readonly string[] };
  /** musl's generations, oldest first, and glibc; those that do the same are one. */
  readonly told: readonly Told[];
}

/** What some libcs do. */
export interface Told {
  /** `musl 1.2.1 to 1.2.3`. */
  readonly libcs: readonly string[];
  /** Several where answers race. */
  readonly ways: readonly Way[];
}

/** The same question in each of these generations of musl, all unless given, and in glibc. */
export function compareLibcs(
  question: Question,
  generations: readonly ResolverGeneration[] = RESOLVER_GENERATIONS,
): readonly Told[] {
  const all = [...generations, "glibc" as const].map((libc) => ({
    libc: libc === "glibc" ? "glibc 2.36" : `musl ${libc.name}`,
    ways: lookup(question, libc),
  }));
  const told = new Map<string, { libcs: string[]; ways: readonly Way[] }>();
  for (const { libc, ways } of all) {
    // glibc is told apart, whatever it does.
    const key = JSON.stringify([libc.startsWith("glibc"), ways]);
    const known = told.get(key);
    if (known === undefined) told.set(key, { libcs: [libc], ways });
    else known.libcs.push(libc);
  }
  return [...told.values()];
}
