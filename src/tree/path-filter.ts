/** The user's include and exclude globs as one test. Must not touch any file. */
import type { Budget } from "../model/budget.ts";
import { globMatches, pathGlob } from "./glob.ts";

/**
 * A test for the user's globs, relative to the root: a glob without `/` matches at any depth, and one that matches a
 * folder matches everything in it. Without `include` everything is included. Once the budget is used up everything is
 * included that is not known to be excluded.
 */
export function pathFilter(
  include: readonly string[] = [],
  exclude: readonly string[] = [],
  budget?: Budget,
): (path: string) => boolean {
  const test = (globs: readonly string[]) => {
    const compiled = globs.map((text) => compile(text, budget));
    return (path: string) => compiled.some((matches) => matches(path));
  };
  const [wanted, unwanted] = [test(include), test(exclude)];
  return (path) => !unwanted(path) && (include.length === 0 || wanted(path) || budget?.isOver === true);
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
