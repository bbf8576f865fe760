/** The whole contract of a lookup: what getaddrinfo makes of resolv.conf, hosts and answers. Must stay pure. */
import { RESOLVER_GENERATIONS, type ResolverGeneration, SEARCH_FROM } from "../knowledge/musl.ts";
import { orderMusl, parseMusl } from "../version/musl.ts";
import { inRange } from "../version/range.ts";
import { glibcLookup } from "./glibc.ts";
import { muslLookup } from "./musl.ts";
import type { Question, Way } from "./question.ts";
import { waysOf } from "./ways.ts";

/** A generation of musl, or glibc 2.36. */
export type Libc = ResolverGeneration | "glibc";

/** Ways that are followed; races of more are not told apart. */
const MOST_WAYS = 512;

/** Every way in which the lookup can go, each outcome and trace once; several where answers race. */
export function lookup(question: Question, libc: Libc): readonly Way[] {
  const ways =
    libc === "glibc"
      ? waysOf(MOST_WAYS, (choose) => glibcLookup(question, choose))
      : muslLookup(question, libc, MOST_WAYS);
  if (ways === undefined) return [{ addresses: [], error: "unknown", tookMs: 0, steps: [] }];
  return [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()];
}

/** The generation that a release belongs to; nothing for what is no release, or one before 1.1.13. */
export function generationOf(version: string): ResolverGeneration | undefined {
  const release = parseMusl(version);
  if (release === undefined || orderMusl(release, SEARCH_FROM) < 0) return undefined;
  return RESOLVER_GENERATIONS.find(({ range }) => inRange(orderMusl, range, release));
}
