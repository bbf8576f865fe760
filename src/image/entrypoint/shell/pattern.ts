/** Matches the shell's patterns (POSIX.1-2017, section 2.13). Must take bounded steps, and say undefined rather than guess. */
import { isKnown } from "./text.ts";

/** Longer patterns and texts are not compared. */
const MOST_COMPARED = 65_536;

/** Whether a pattern, with `\` before what is not special, fits a text; `undefined` where something is not known. */
export function fits(pattern: string, text: string): boolean | undefined {
  if (pattern === "*") return true;
  if (!isKnown(pattern)) return undefined;
  if (!isKnown(text)) return fitsPartly(pattern, text);
  if (pattern.length * text.length > MOST_COMPARED) return undefined;
  const parts = partsOf(pattern);
  return parts === undefined ? undefined : matches(parts, text);
}

/** The same where `shopt` may say that capitals do not count. */
export function fitsIn(
  { options }: { readonly options: ReadonlySet<string> },
  pattern: string,
  text: string,
): boolean | undefined {
  return options.has("nocasematch") ? fits(pattern.toLowerCase(), text.toLowerCase()) : fits(pattern, text);
}

/** The beginning and the end of a text may tell that a pattern cannot fit. */
function fitsPartly(pattern: string, text: string): boolean | undefined {
  const literal = /^(?:[^*?[\\\]])*/.exec(pattern)?.[0] ?? "";
  const known = /^[^\uE000-\uE003]*/.exec(text)?.[0] ?? "";
  const length = Math.min(literal.length, known.length);
  if (literal.slice(0, length) !== known.slice(0, length)) return false;
  const end = /[^*?[\\\]]*$/.exec(pattern)?.[0] ?? "";
  const knownEnd = /[^\uE000-\uE003]*$/.exec(text)?.[0] ?? "";
  const endLength = Math.min(end.length, knownEnd.length);
  if (endLength > 0 && end.slice(-endLength) !== knownEnd.slice(-endLength)) return false;
  return undefined;
}

type Part = "any" | ((char: string) => boolean);

function partsOf(pattern: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === "*") {
      if (parts.at(-1) !== "any") parts.push("any");
    } else if (char === "?") parts.push(() => true);
    else if (char === "[") {
      const end = pattern.indexOf("]", pattern[at + 1] === "!" || pattern[at + 1] === "^" ? at + 3 : at + 2);
      if (end === -1) {
        parts.push((one) => one === "[");
        continue;
      }
      const body = pattern.slice(at + 1, end);
      // Classes such as [:digit:] and escapes inside brackets are rare, and not compared.
      if (body.includes("[") || body.includes("\\")) return undefined;
      parts.push(oneOf(body));
      at = end;
    } else {
      const literal = char === "\\" ? (pattern[++at] ?? "\\") : char;
      parts.push((one) => one === literal);
    }
  }
  return parts;
}

function oneOf(body: string): (char: string) => boolean {
  const not = /^[!^]/.test(body);
  const text = not ? body.slice(1) : body;
  return (char) => {
    for (let at = 0; at < text.length; at++) {
      if (text[at + 1] === "-" && at + 2 < text.length) {
        if (char >= (text[at] as string) && char <= (text[at + 2] as string)) return !not;
        at += 2;
      } else if (text[at] === char) return !not;
    }
    return not;
  };
}

/** Goes back to the last `*` alone, so that steps stay within the product of both lengths. */
function matches(parts: readonly Part[], text: string): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let from = 0;
  while (at < text.length) {
    const one = parts[part];
    if (one === "any") {
      star = part++;
      from = at;
    } else if (one?.(text[at] as string)) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++from;
    } else return false;
  }
  while (parts[part] === "any") part++;
  return part === parts.length;
}

/** A text without the shortest or longest beginning or end that a pattern fits; `undefined` where it is not known. */
export function without(text: string, pattern: string, where: "#" | "##" | "%" | "%%"): string | undefined {
  if (!isKnown(text) || !isKnown(pattern) || text.length * text.length * (pattern.length + 1) > MOST_COMPARED)
    return withoutLiteral(text, pattern, where);
  const lengths = Array.from({ length: text.length + 1 }, (_, i) => i);
  for (const length of where.length === 1 ? lengths : lengths.reverse()) {
    const part = where.startsWith("#") ? text.slice(0, length) : text.slice(text.length - length);
    const fit = fits(pattern, part);
    if (fit === undefined) return undefined;
    if (fit) return where.startsWith("#") ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

function withoutLiteral(text: string, pattern: string, where: string): string | undefined {
  const before = /^([^*?[\]\\]+)\*$/.exec(pattern)?.[1];
  // `${X%%/*}` of a long text, or one whose beginning alone is known.
  if (where === "%%" && before !== undefined && isKnown(text)) {
    const at = text.indexOf(before);
    return at === -1 ? text : text.slice(0, at);
  }
  if (/[*?[\]\\]/.test(pattern) || !isKnown(pattern)) return undefined;
  const [first, last] = [text[0] ?? "", text.at(-1) ?? ""];
  if (where.startsWith("#")) {
    if (text.startsWith(pattern)) return text.slice(pattern.length);
    return isKnown(first) && first !== pattern[0] ? text : isKnown(text) ? text : undefined;
  }
  if (text.endsWith(pattern)) return text.slice(0, text.length - pattern.length);
  return isKnown(last) && last !== pattern.at(-1) ? text : isKnown(text) ? text : undefined;
}
