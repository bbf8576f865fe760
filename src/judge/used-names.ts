/** Finds which of the names a container is given lie in a part that fares otherwise. Must not judge. */
import { Budget, within, OverBudget } from "../corefile/budget.ts";
import { holdsName } from "../corefile/name-sets.ts";
import { Patterns } from "../corefile/patterns.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import { bothDenied, DENIALS } from "../model/dns.ts";
import type { Workload } from "../model/workload.ts";

/** The names, without closing dot; none where the budget ends. `patterns` are shared by all containers of a run. */
export function usedNamesIn(
  { names = [] }: Workload,
  { parts = [] }: ClusterProfile,
  patterns: Patterns,
): readonly string[] {
  const failing = parts.filter(
    (part) => [part.a, part.aaaa].some(({ kind }) => DENIALS.has(kind)) && !bothDenied(part),
  );
  if (names.length === 0 || failing.length === 0) return [];
  const find = (pattern: string, name: string) => {
    const matcher = patterns.compile(pattern);
    return matcher.kind === "pattern" && matcher.find(name) !== undefined;
  };
  const found = within(() =>
    names.filter((name) => failing.some(({ sets }) => sets.some((set) => holdsName(set, name, find)))),
  );
  return found instanceof OverBudget ? [] : found.map((name) => name.replace(/\.$/, ""));
}

/** What one run may spend on it. */
export function newPatterns(): Patterns {
  return new Patterns(new Budget());
}
