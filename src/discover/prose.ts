/** Knows keys of YAML and JSON whose texts people read or search by, such as those of alerts, schemas and policies. Must not read anything else of a file. */

/** The keys; a ConfigMap's key may be the name of a document. */
const KEY = String.raw`(?:description|summary|message|title|example|rego|expr|query|[\w.-]+\.(?:md|rego|rst|adoc))`;
/** Of JSON, or of a line of YAML: a value in quotes. */
const QUOTED = new RegExp(
  String.raw`(?<![\w.-])(["']?)${KEY}\1[ \t]*:[ \t]*(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')`,
  "g",
);
/** A line of YAML with a text behind the key, which deeper lines go on with; maps and lists are none. */
const LINE = new RegExp(String.raw`^([ \t]*(?:- +)*)(["']?)${KEY}\2[ \t]*:[ \t]+(?![{[&*!#])\S`);

/** As many blanks, lines where they were. */
export const blank = (found: string) =>
  /[\r\n]/.test(found) ? found.replace(/[^\r\n]/g, " ") : " ".repeat(found.length);

/** From one offset in a text up to another. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** The text with blanks for parts of it, in any order. */
export function blanked(text: string, parts: readonly Part[]): string {
  const left: string[] = [];
  let at = 0;
  for (const { start, end } of parts.toSorted((a, b) => a.start - b.start)) {
    // One may be within another.
    const from = Math.max(at, start);
    if (end <= from) continue;
    left.push(text.slice(at, from), blank(text.slice(from, end)));
    at = end;
  }
  return left.join("") + text.slice(at);
}

/** The text with blanks for what stands under such keys. */
export function withoutProse(text: string): string {
  // How deep the key stands whose value is left out.
  let depth: number | undefined;
  return text
    .replace(QUOTED, blank)
    .split("\n")
    .map((line) => {
      const indented = line.search(/[^ \t\r]/);
      if (depth !== undefined && (indented < 0 || indented > depth)) return blank(line);
      const [, before] = LINE.exec(line) ?? [];
      depth = before?.length;
      return before === undefined ? line : blank(line);
    })
    .join("\n");
}

const WHOLE = new RegExp(`^${KEY}$`);

/** Whether a key is one of them. */
export const isProseKey = (key: string) => WHOLE.test(key);
