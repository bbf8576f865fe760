/** Splits a Corefile into words exactly as CoreDNS's Caddyfile lexer does. Must not know what words mean. */
import type { Source } from "./source.ts";
import type { Token } from "./tree.ts";

/** White space as Go's unicode.IsSpace has it; unlike JavaScript's `\s` it holds U+0085 and not U+FEFF. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/**
 * The words of a text (coredns/caddy, caddyfile/lexer.go): separated by white space, or quoted; inside
 * quotes only `\"` is an escape and lines may break. A `#` outside quotes starts a comment even inside a
 * word; a comment glued to a word ends at the next white space, any other at the end of the line.
 * Carriage returns are dropped. Total; linear in the text.
 */
export function lex(source: Source): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  // A byte order mark counts for nothing at the very start only.
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    let value = "";
    let begun = false;
    let start = at;
    let end = at;
    let startLine = line;
    let comment = false;
    let quoted = false;
    let closed = false;
    while (at < text.length && !closed) {
      const char = text[at]!;
      at++;
      if (quoted) {
        if (char === "\\") {
          const next = text[at];
          if (next === undefined) break;
          at++;
          value += next === '"' ? '"' : `\\${next}`;
          if (next === "\n") line++;
        } else if (char === '"') {
          closed = true;
        } else {
          if (char === "\n") line++;
          value += char;
        }
        end = at;
        continue;
      }
      if (SPACE.test(char)) {
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
        if (char === '"') {
          quoted = true;
          end = at;
          continue;
        }
      }
      value += char;
      end = at;
    }
    // An unfinished quote counts only when something stood in it.
    if (begun && (closed || value !== "")) {
      tokens.push({ text: value, raw: value, start, end, line: startLine, quoted, source });
    }
  }
  return tokens;
}
