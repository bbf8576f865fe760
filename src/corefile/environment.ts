/** Replaces `{$NAME}` and `{%NAME%}` as CoreDNS does. Must not read this process's own environment. */

/** The environment CoreDNS runs in, as far as it is known; an empty text stands for an unset variable. */
export type Environment = Readonly<Record<string, string>>;

/** What became of one word. */
export interface Replaced {
  readonly text: string;
  /** Variables that are not known; their references stay in the text. */
  readonly unknown: readonly string[];
}

/** A word with its references replaced (coredns/caddy, caddyfile/parse.go replaceEnvVars). */
export function replaceEnvironment(word: string, environment: Environment): Replaced {
  if (!word.includes("{%") && !word.includes("{$")) return { text: word, unknown: [] };
  const unknown: string[] = [];
  const percent = replaceReferences(word, "{%", "%}", environment, unknown);
  const dollar = replaceReferences(percent, "{$", "}", environment, unknown);
  return { text: dollar, unknown };
}

function replaceReferences(
  word: string,
  open: string,
  close: string,
  environment: Environment,
  unknown: string[],
): string {
  let out = "";
  let rest = word;
  for (;;) {
    const start = rest.indexOf(open);
    const end = start === -1 ? -1 : rest.indexOf(close, start);
    // `{$}` is left alone, and with it all that follows.
    if (start === -1 || end === -1 || end <= start + open.length) return out + rest;
    const name = rest.slice(start + open.length, end);
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) unknown.push(name);
    out += rest.slice(0, start) + (value ?? rest.slice(start, end + close.length));
    rest = rest.slice(end + close.length);
  }
}
