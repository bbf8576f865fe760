/** Expands variables in a Dockerfile's instructions. Must keep what is not known apart from what is empty. */
import { HOLE } from "../image/entrypoint/shell/text.ts";

/** A variable's value: nothing where it is not set, a text with HOLE where it is not known. */
export type Lookup = (name: string) => string | undefined;

/** The longest result; arguments made of each other twice would double with every line. */
const MOST = 4096;
const MOST_DEPTH = 8;

/**
 * Expands a word and takes quotes and escapes off (docs.docker.com, Dockerfile reference, Environment replacement). A
 * variable that is not set is empty; forms that are not read, and too long results, are not known.
 */
export function expandWord(text: string, lookup: Lookup, escapeChar = "\\", depth = 0): string {
  if (depth > MOST_DEPTH || text.length > MOST) return HOLE;
  let out = "";
  let quote = "";
  for (let i = 0; i < text.length && out.length <= MOST; i++) {
    const char = text[i] as string;
    if (char === escapeChar && quote !== "'" && i + 1 < text.length) {
      const next = text[++i] as string;
      // In double quotes only these are escaped (BuildKit, frontend/dockerfile/shell/lex.go).
      out += quote === "" || next === '"' || next === "$" || next === escapeChar ? next : char + next;
    } else if ((char === '"' || char === "'") && (quote === "" || quote === char)) {
      quote = quote === "" ? char : "";
    } else if (char === "$" && quote !== "'") {
      const [value, end] = variable(text, i, lookup, escapeChar, depth);
      out += value;
      i = end - 1;
    } else out += char;
  }
  return out.length > MOST ? HOLE : out;
}

/** The value of the variable at a position, and where it ends. */
function variable(
  text: string,
  at: number,
  lookup: Lookup,
  escapeChar: string,
  depth: number,
): readonly [string, number] {
  const bare = /\$([A-Za-z_]\w*|[0-9@*#?!])/y;
  bare.lastIndex = at;
  const name = bare.exec(text)?.[1];
  if (name !== undefined) return [lookup(name) ?? "", bare.lastIndex];
  if (text[at + 1] !== "{") return ["$", at + 1];
  const end = closing(text, at + 2);
  if (end < 0) return [HOLE, text.length];
  const [, inner, operator, word = ""] =
    /^([A-Za-z_]\w*)(:?[-+?])?([\s\S]*)$/.exec(text.slice(at + 2, end)) ?? [];
  if (inner === undefined || (operator === undefined && word !== "")) return [HOLE, end + 1];
  const value = lookup(inner);
  if (operator === undefined) return [value ?? "", end + 1];
  if (value === HOLE) return [HOLE, end + 1];
  const isSet = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  const wordWanted = operator.endsWith("+") ? isSet : !isSet;
  const expanded =
    wordWanted && !operator.endsWith("?") ? expandWord(word, lookup, escapeChar, depth + 1) : "";
  return [operator.endsWith("+") || !isSet ? expanded : (value ?? ""), end + 1];
}

/** The brace that closes, past nested ones. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return -1;
}
