/** Splits a Corefile into words exactly as CoreDNS's Caddyfile lexer does. Must not know what words mean. */
import type { Budget } from "./budget.ts";
import type { Source } from "../text/source.ts";
import type { Token } from "./tree.ts";

/** White space as Go's unicode.IsSpace has it; unlike JavaScript's `\s` it holds U+0085 and not U+FEFF. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/**
 * The words of a text (coredns/caddy, caddyfile/lexer.go): separated by white space, or quoted; inside
 * quotes only `\"` is an escape and lines may break. A `#` outside quotes starts a comment even inside a
 * word; a comment glued to a word ends at the next white space, any other at the end of the line.
 * Carriage returns are dropped. Linear in the text. Throws OverBudget.
 */
export function lex(source: Source, budget: Budget): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  // A byte order mark counts for nothing at the very start only.
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    let begun = false;
    let start = at;
    let end = at;
    let startLine = line;
    let comment = false;
    let quoted = false;
    let closed = false;
    // The word so far is `value` and the text from `from` to `end`.
    let value = "";
    let from = at;
    while (at < text.length && !closed) {
      const char = text[at]!;
      at++;
      if (quoted) {
        if (char === "\\") {
          const next = text[at];
          if (next === undefined) break;
          at++;
          if (next === '"') {
            value += text.slice(from, at - 2);
            from = at - 1;
          }
          if (next === "\n") line++;
        } else if (char === '"') {
          closed = true;
          value += text.slice(from, at - 1);
          from = at;
        } else if (char === "\n") {
          line++;
        }
        end = at;
        continue;
      }
      if (char <= " " || char >= "\u0085" ? SPACE.test(char) : false) {
        if (char === "\r") continue;
        if (char === "\n") {
          line++;
          comment = false;
        }
        if (begun) break;
        continue;
      }
      if (char === "#") comment = true;
      if (comment) continue;
      if (!begun) {
        begun = true;
        start = at - 1;
        startLine = line;
        from = start;
        if (char === '"') {
          quoted = true;
          from = at;
          end = at;
          continue;
        }
      } else if (end < at - 1) {
        value += text.slice(from, end);
        from = at - 1;
      }
      end = at;
    }
    if (begun) value += text.slice(from, end);
    // An unfinished quote counts only when something stood in it.
    if (begun && (closed || value !== "")) {
      budget.spend("corefileWords");
      tokens.push({ text: value, raw: value, start, end, line: startLine, quoted, source });
    }
  }
  return tokens;
}
