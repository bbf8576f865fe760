/** Expands variables the way FROM does. Must not take a variable without a value for an empty one. */

/** The text with its variables, the names used; or the name that has no value, or the form that is not known. */
export type Expansion =
  | { readonly text: string; readonly used: readonly string[] }
  | { readonly missing: string };

/** The longest text, before and after: arguments made of each other twice would double with every line. */
const MOST_LENGTH = 4096;

/**
 * Expands `$X`, `${X}`, `${X:-word}`, `${X-word}`, `${X:+word}` and `${X+word}` (docs.docker.com, Dockerfile reference,
 * Environment replacement), and takes the quotes off.
 */
export function expand(text: string, values: Pick<ReadonlyMap<string, string>, "get">, depth = 0): Expansion {
  if (depth > 8 || text.length > MOST_LENGTH) return { missing: text.slice(0, 100) };
  const out: string[] = [];
  const used: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '"' || char === "'") continue;
    if (char !== "$") {
      out.push(char);
      continue;
    }
    const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(:?[-+])?)/y;
    variable.lastIndex = i;
    const match = variable.exec(text);
    if (match === null) return { missing: text.slice(i) };
    const name = (match[1] ?? match[2]) as string;
    let end = variable.lastIndex;
    let word = "";
    if (match[2] !== undefined) {
      const close = closing(text, end);
      if (close < 0) return { missing: text.slice(i) };
      word = text.slice(end, close);
      if (match[3] === undefined && word !== "") return { missing: text.slice(i, close + 1) };
      end = close + 1;
    }
    const value = values.get(name);
    const present = match[3]?.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
    const takesWord = match[3]?.endsWith("-") ? !present : match[3]?.endsWith("+") ? present : false;
    if (takesWord) {
      const inner = expand(word, values, depth + 1);
      if ("missing" in inner) return inner;
      out.push(inner.text);
      used.push(...inner.used);
    } else if (match[3]?.endsWith("+")) {
      // Without the variable, `+` gives nothing.
    } else if (value === undefined) return { missing: name };
    else out.push(value);
    used.push(name);
    i = end - 1;
  }
  const length = out.reduce((sum, part) => sum + part.length, 0);
  return length > MOST_LENGTH ? { missing: text.slice(0, 100) } : { text: out.join(""), used };
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
