/** Finds where values stand in JSON that JSON.parse has accepted. Must not judge or read the values. */

/** A path of keys and indexes. */
export type JsonPath = readonly (string | number)[];

/** Offsets of a value in UTF-16 units; `end` is exclusive. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

interface Wanted {
  readonly next: Map<string, Wanted>;
  readonly asked: number[];
}

interface Open {
  readonly wanted: Wanted | undefined;
  readonly start: number;
  readonly isList: boolean;
  index: number;
  key: string;
}

/** The span of each path, in the paths' order; nothing where there is no such value. One pass over the text. */
export function jsonPlaces(text: string, paths: readonly JsonPath[]): readonly (JsonSpan | undefined)[] {
  const root: Wanted = { next: new Map(), asked: [] };
  paths.forEach((path, i) => {
    wantedAt(root, path).asked.push(i);
  });
  const spans: (JsonSpan | undefined)[] = paths.map(() => undefined);
  const found = (wanted: Wanted | undefined, start: number, end: number) => {
    for (const i of wanted?.asked ?? []) spans[i] = { start, end };
  };
  const open: Open[] = [];
  const here = (): Wanted | undefined => {
    const top = open.at(-1);
    if (top === undefined) return root;
    return top.wanted?.next.get(top.isList ? String(top.index) : top.key);
  };
  let isKey = false;
  let end = 0;
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, end)) {
    end = tokenEnd(text, at);
    const token = text[at];
    const top = open.at(-1);
    if (token === "{" || token === "[") {
      open.push({ wanted: here(), start: at, isList: token === "[", index: 0, key: "" });
      isKey = token === "{";
    } else if (token === "}" || token === "]") {
      open.pop();
      if (top !== undefined) found(top.wanted, top.start, end);
    } else if (token === ",") {
      if (top !== undefined) top.index++;
      isKey = top?.isList === false;
    } else if (isKey && top !== undefined) {
      // A key nobody asks about need not be read.
      top.key = top.wanted === undefined ? "" : String(JSON.parse(text.slice(at, end)));
      isKey = false;
    } else if (token !== ":") {
      found(here(), at, end);
    }
  }
  return spans;
}

function wantedAt(root: Wanted, path: JsonPath): Wanted {
  let at = root;
  for (const step of path) {
    const key = String(step);
    const next = at.next.get(key) ?? { next: new Map<string, Wanted>(), asked: [] };
    at.next.set(key, next);
    at = next;
  }
  return at;
}

/** A regular expression would run out of stack on a string of some megabytes. */
function tokenEnd(text: string, from: number): number {
  let at = from + 1;
  if (text[from] === '"') {
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    return at + 1;
  }
  if ("{}[],:".includes(text[from]!)) return at;
  while (at < text.length && !' \t\r\n{}[],:"'.includes(text[at]!)) at++;
  return at;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
  return at;
}
