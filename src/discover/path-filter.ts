/** Which paths are looked at: gitignore(5) and the user's include and exclude globs. Must not touch any file. */
import { type Glob, globMatches, parseGlob } from "./glob.ts";

/** One line of a .gitignore. */
export interface IgnoreRule {
  /** Parts of the folder the file is in. */
  readonly base: readonly string[];
  readonly glob: Glob;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

/** Reads a .gitignore that stands in the folder `base` (empty for the root). */
export function parseIgnore(text: string, base: readonly string[]): readonly IgnoreRule[] {
  return text.split(/\r?\n/).flatMap((raw) => {
    // Blanks at the end are dropped unless the last is escaped.
    let line = raw;
    while (line.endsWith(" ") && !line.endsWith("\\ ")) line = line.slice(0, -1);
    if (line === "" || line.startsWith("#")) return [];
    const negated = line.startsWith("!");
    if (negated) line = line.slice(1);
    const foldersOnly = line.endsWith("/");
    const body = foldersOnly ? line.slice(0, -1) : line;
    const glob = parseGlob(body.includes("/") ? body : `**/${body}`);
    return glob.length === 0 ? [] : [{ base, glob, negated, foldersOnly }];
  });
}

/** Whether a path is ignored; the last rule that matches decides. Parents are for the caller to ask about first. */
export function isIgnored(rules: readonly IgnoreRule[], path: readonly string[], folder: boolean): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i] as IgnoreRule;
    if (rule.foldersOnly && !folder) continue;
    if (!rule.base.every((part, at) => path[at] === part)) continue;
    if (globMatches(rule.glob, path.slice(rule.base.length))) return !rule.negated;
  }
  return false;
}

/**
 * A test for the user's globs, relative to the root: a glob without `/` matches at any depth, and one that matches a
 * folder matches everything in it. Without `include` everything is included.
 */
export function pathFilter(
  include: readonly string[] = [],
  exclude: readonly string[] = [],
): (path: string) => boolean {
  const [wanted, unwanted] = [include.map(compile), exclude.map(compile)];
  return (path) => {
    const parts = path.split("/");
    if (unwanted.some((test) => test(parts))) return false;
    return wanted.length === 0 || wanted.some((test) => test(parts));
  };
}

function compile(text: string): (parts: readonly string[]) => boolean {
  const trimmed = text.trim().replace(/^\.?\/+|\/+$/g, "");
  if (trimmed === "" || trimmed === ".") return () => true;
  const own = parseGlob(trimmed.includes("/") ? trimmed : `**/${trimmed}`);
  const below = [...own, "**", "*"];
  return (parts) => globMatches(own, parts) || globMatches(below, parts);
}
