/** Finds command substitutions in parts of a tree that are not expanded. Must not run them. */
import type { ParsedScript } from "unbash";

/** Where parts of arithmetic, words and operations stand in their nodes. */
const KEYS = [
  "left",
  "right",
  "operand",
  "test",
  "consequent",
  "alternate",
  "expression",
  "parts",
  "index",
  "operation",
  "pattern",
  "replacement",
  "offset",
  "length",
  "elements",
  "value",
];

/** Deeper trees are not searched: the parser's own bound is below it. */
const MOST_DEPTH = 512;

/** The scripts of the substitutions in a node, or in a list of nodes. */
export function scriptsIn(node: unknown, depth = 0): readonly ParsedScript[] {
  if (typeof node !== "object" || node === null || depth > MOST_DEPTH) return [];
  if (Array.isArray(node)) return node.flatMap((one) => scriptsIn(one, depth + 1));
  const record = node as Readonly<Record<string, unknown>>;
  if (typeof record.script === "object" && record.script !== null) return [record.script as ParsedScript];
  return KEYS.flatMap((key) => scriptsIn(record[key], depth + 1));
}
