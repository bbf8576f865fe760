/** The user's include and exclude globs as one test. Must not touch any file. */
import type { Budget } from "../model/budget.ts";
import { globMatches, pathGlob } from "./glob.ts";

/** The test, and the globs that have matched nothing so far. */
export interface PathFilter {
  (path: string): boolean;
  unmatched(): readonly string[];
}

/**
 * A test for the user's globs, relative to the root: a glob without `/` matches at any depth, and one that matches a
 * folder matches everything in it. Without `include` everything is included. Once the budget is used up everything is
 * included that is not known to be excluded.
 */
export function pathFilter(
  include: readonly string[] = [],
  exclude: readonly string[] = [],
  budget?: Budget,
): PathFilter {
  const matched = new Set<string>();
  const test = (globs: readonly string[]) => {
    const compiled = globs.map((text) => ({ text, matches: compile(text, budget) }));
    return (path: string) => {
      let isFound = false;
      // Behind the first that matches, those are tried that have matched nothing yet.
      for (const { text, matches } of compiled) {
        if ((isFound && matched.has(text)) || !matches(path)) continue;
        isFound = true;
        matched.add(text);
      }
      return isFound;
    };
  };
  const [wanted, unwanted] = [test(include), test(exclude)];
  const filter = (path: string) => {
    if (!unwanted(path)) return include.length === 0 || wanted(path) || budget?.isOver === true;
    if (include.some((text) => !matched.has(text))) wanted(path);
    return false;
  };
  return Object.assign(filter, {
    unmatched: () => [...include, ...exclude].filter((text) => !matched.has(text)),
  });
}

function compile(text: string, budget: Budget | undefined): (path: string) => boolean {
  const parts = text
    .trim()
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) return () => true;
  const own = parts.length > 1 ? parts.join("/") : `**/${parts[0]}`;
  const [itself, below] = [pathGlob(own), pathGlob(`${own}/**`)];
  return (path) => globMatches(itself, path, budget) || globMatches(below, path, budget);
}
