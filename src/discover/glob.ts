/** Matches paths against globs in time proportional to both. Must not touch any file. */

/** A glob cut at its slashes; `**` stands for any number of parts. */
export type Glob = readonly string[];

/** Cuts a glob; a last `**` needs at least one part, as in gitignore(5). */
export function parseGlob(text: string): Glob {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  return parts.at(-1) === "**" ? [...parts, "*"] : parts;
}

/** Whether the whole path matches. */
export function globMatches(glob: Glob, path: readonly string[]): boolean {
  return starMatches(glob, path, (part) => part === "**", partMatches);
}

/**
 * Wildcard matching with one step back: it is enough to return to the last star, so the time is at most the product
 * of both lengths.
 */
function starMatches<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  isStar: (one: P) => boolean,
  same: (one: P, item: T) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < items.length; ) {
    const one = pattern[at];
    if (one !== undefined && isStar(one)) {
      star = at++;
      resume = i;
    } else if (one !== undefined && same(one, items[i] as T)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.length && isStar(pattern[at] as P)) at++;
  return at === pattern.length;
}

function partMatches(pattern: string, text: string): boolean {
  if (!/[*?[\\]/.test(pattern)) return pattern === text;
  return starMatches(
    tokens(pattern),
    Array.from(text),
    (token) => token === "*",
    (token, char) => token !== "*" && token(char),
  );
}

type Token = "*" | ((char: string) => boolean);

/** `*`, `?`, `[a-z]`, `[!a-z]` and `\x` (gitignore(5), fnmatch(3)). */
function tokens(pattern: string): readonly Token[] {
  const chars = Array.from(pattern);
  const result: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === "*") result.push("*");
    else if (char === "?") result.push(() => true);
    else if (char === "[") {
      const end = chars.indexOf("]", chars[i + 1] === "!" || chars[i + 1] === "^" ? i + 3 : i + 2);
      if (end < 0) result.push((other) => other === "[");
      else {
        result.push(charClass(chars.slice(i + 1, end)));
        i = end;
      }
    } else {
      const literal = char === "\\" ? (chars[++i] ?? "\\") : char;
      result.push((other) => other === literal);
    }
  }
  return result;
}

function charClass(chars: readonly string[]): (char: string) => boolean {
  const negated = chars[0] === "!" || chars[0] === "^";
  const ranges: [string, string][] = [];
  for (let i = negated ? 1 : 0; i < chars.length; i++) {
    const from = chars[i] as string;
    if (chars[i + 1] === "-" && chars[i + 2] !== undefined) {
      ranges.push([from, chars[i + 2] as string]);
      i += 2;
    } else ranges.push([from, from]);
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}
