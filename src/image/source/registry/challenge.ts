/** Reads `WWW-Authenticate` headers (RFC 9110 section 11.6.1). Must not decide which scheme to use. */

/** One scheme a server offers. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By lower-case name; the first of equals. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const SPACE = /[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;

/** More than any server sends; the rest is not looked at. */
const MOST_CHARACTERS = 16_384;

/**
 * The challenges of all `WWW-Authenticate` headers of an answer, in order. Commas separate both challenges and
 * parameters and may stand in quotes, so they cannot be split on. Never throws: at the first thing that fits no
 * grammar it stops and keeps what it has.
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers.flatMap((header) => parseHeader(header.slice(0, MOST_CHARACTERS)));
}

function parseHeader(header: string): readonly Challenge[] {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (!match) return undefined;
    at = pattern.lastIndex;
    return match;
  };
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  while (at < header.length) {
    take(SPACE);
    if (header[at] === ",") {
      at++;
      continue;
    }
    const word = take(TOKEN)?.[0];
    if (word === undefined) break;
    const spaced = take(SPACE)?.[0] !== "";
    if (header[at] === "=" && challenges.length > 0) {
      at++;
      take(SPACE);
      const value = header[at] === '"' ? take(QUOTED)?.[1]?.replace(/\\(.)/g, "$1") : take(TOKEN)?.[0];
      if (value === undefined) break;
      const parameters = challenges[challenges.length - 1]!.parameters;
      const name = word.toLowerCase();
      if (!parameters.has(name)) parameters.set(name, value);
      continue;
    }
    challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
    // `Negotiate abc==`: the token is of no use here, but must not be taken for the next scheme.
    if (spaced) take(TOKEN68);
  }
  return challenges;
}
