/** Which paths the rules of .gitignore files leave out, as gitignore(5) says. Must not touch any file. */
import type { Budget } from "../model/budget.ts";
import { type Glob, globMatches, literalEnd, literalStart, pathGlob } from "./glob.ts";

/** One line of a .gitignore. */
interface IgnoreRule {
  readonly glob: Glob;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

/** The rules that hold in one folder: those of its own file, and those of the folders above. */
export interface IgnoreRules {
  readonly outer: IgnoreRules | undefined;
  /** The folder of the file with its `/`; empty for the root. */
  readonly base: string;
  readonly rules: readonly IgnoreRule[];
  /** Rules by a text without which they cannot match, ascending: the first part, the last one, its extension. */
  readonly byFirst: ReadonlyMap<string, readonly number[]>;
  readonly byLast: ReadonlyMap<string, readonly number[]>;
  readonly byExtension: ReadonlyMap<string, readonly number[]>;
  readonly others: readonly number[];
}

/**
 * Reads a .gitignore that stands in the folder `base` (with its `/`; empty for the root) below what holds above it.
 * `budget` counts its letters; past it there are no more rules, and fewer files are ignored.
 */
export function readIgnore(
  text: string,
  base: string,
  outer: IgnoreRules | undefined,
  budget: Budget,
): IgnoreRules | undefined {
  if (!budget.spend(text.length)) return outer;
  const rules = text.split(/\r?\n/).flatMap(ruleIn);
  const byFirst = new Map<string, number[]>();
  const byLast = new Map<string, number[]>();
  const byExtension = new Map<string, number[]>();
  const others: number[] = [];
  for (const [index, { glob }] of rules.entries()) {
    const [start, end] = [literalStart(glob), literalEnd(glob)];
    const wholeEnd = end.lastIndexOf("/") >= 0 || (glob.length === 2 && glob[0]?.kind === "folders");
    if (start.includes("/")) add(byFirst, start.slice(0, start.indexOf("/")), index);
    else if (glob.length === 1 && start !== "") add(byFirst, start, index);
    else if (end !== "" && wholeEnd) add(byLast, end.slice(end.lastIndexOf("/") + 1), index);
    else if (end.includes(".")) add(byExtension, end.slice(end.lastIndexOf(".")), index);
    else others.push(index);
  }
  return rules.length === 0 ? outer : { outer, base, rules, byFirst, byLast, byExtension, others };
}

function add(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [index]);
  else known.push(index);
}

function ruleIn(raw: string): readonly IgnoreRule[] {
  // Blanks at the end are dropped unless the last is escaped.
  let length = raw.length;
  while (raw[length - 1] === " " && raw[length - 2] !== "\\") length--;
  let line = raw.slice(0, length);
  if (line === "" || line.startsWith("#")) return [];
  const negated = line.startsWith("!");
  if (negated) line = line.slice(1);
  const foldersOnly = line.endsWith("/");
  const body = foldersOnly ? line.slice(0, -1) : line;
  const glob = pathGlob(body.includes("/") ? body : `**/${body}`);
  return glob.length === 0 ? [] : [{ glob, negated, foldersOnly }];
}

/**
 * Whether a path is ignored; the last rule that matches decides, those of the innermost file first. Parents are for
 * the caller to ask about first. Nothing is ignored any more once the budget is used up.
 */
export function isIgnored(
  rules: IgnoreRules | undefined,
  path: string,
  folder: boolean,
  budget: Budget,
): boolean {
  for (let at = rules; at !== undefined; at = at.outer) {
    const deciding = lastMatch(at, path.slice(at.base.length), folder, budget);
    if (budget.isOver) return false;
    if (deciding !== undefined) return !deciding.negated;
  }
  return false;
}

function lastMatch(
  { rules, byFirst, byLast, byExtension, others }: IgnoreRules,
  path: string,
  folder: boolean,
  budget: Budget,
): IgnoreRule | undefined {
  const slash = path.indexOf("/");
  const name = path.slice(path.lastIndexOf("/") + 1);
  const lists = [
    byFirst.get(slash < 0 ? path : path.slice(0, slash)),
    byLast.get(name),
    byExtension.get(name.includes(".") ? name.slice(name.lastIndexOf(".")) : ""),
    others,
  ];
  let found = -1;
  for (const indexes of lists) {
    for (let i = (indexes?.length ?? 0) - 1; i >= 0; i--) {
      const index = indexes?.[i] as number;
      if (index <= found) break;
      const rule = rules[index] as IgnoreRule;
      if (rule.foldersOnly && !folder) {
        if (!budget.spend()) return undefined;
      } else if (globMatches(rule.glob, path, budget)) {
        found = index;
        break;
      }
    }
  }
  return rules[found];
}
