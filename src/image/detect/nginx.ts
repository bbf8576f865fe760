/** Finds `resolver` directives of nginx, which has a resolver of its own. Must not follow includes or interpret anything else. */
import type { ConfigFact } from "../../model/layer-facts.ts";
import { wholeFile } from "./detector.ts";

const MOST_DIRECTIVES = 64;

/** Configuration files in nginx's usual folders, and sites that are switched on by links without an ending. */
export const nginx = wholeFile(
  "nginx",
  4,
  256 * 1024,
  /(^|\/)nginx\/(.+\/)?[^/]+\.(conf|template)$|(^|\/)nginx\.conf$|^etc\/nginx\/sites-[^/]+\/[^/]+$/,
  (bytes) => readNginx(Buffer.from(bytes).toString("utf8")),
);

/** nginx's tokens: line ends, blanks, comments, ends of directives, quoted and bare words, with a template's `${variables}`. */
const TOKEN =
  /\n|[ \t\r]+|#[^\n]*|[;{}]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(?:\$\{[^{}\s]*\}|[^\s;{}"'#])(?:\$\{[^{}\s]*\}|[^\s;{}])*|["']/g;

function readNginx(text: string): ConfigFact | undefined {
  const directives: { line: number; text: string }[] = [];
  let words: string[] = [];
  let line = 1;
  let begin = 1;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === ";" || token === "{" || token === "}") {
      if (
        token === ";" &&
        words[0] === "resolver" &&
        words.length > 1 &&
        directives.length < MOST_DIRECTIVES
      ) {
        directives.push({ line: begin, text: words.join(" ").slice(0, 500) });
      }
      words = [];
    } else if (!/^[\s#]/.test(token)) {
      if (words.length === 0) begin = line;
      if (words.length < 100) words.push(token);
    }
    if (token.includes("\n")) line += token.split("\n").length - 1;
  }
  return directives.length === 0 ? undefined : { kind: "config", program: "nginx", directives };
}
