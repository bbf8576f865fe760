/** Reads plain JSON into the nodes that YAML's reader makes of it, in a fraction of the time. Must leave to that one whatever it might read otherwise. */
import type { SizedNode, YamlEntry, YamlNode } from "./node.ts";

/** Nested deeper, the YAML reader has a word to say. */
const MOST_DEPTH = 100;

/**
 * The nodes of a text that is JSON. Nothing where it is not, or where YAML may make something else of it: a tab or a
 * carriage return, a template, a merge key, a key whose colon is on another line, deep nesting. Of one with more than
 * `most` nodes only the first, with a size over it.
 */
export function jsonNodes(text: string, most = Number.POSITIVE_INFINITY): SizedNode | undefined {
  if (!/^[ \n]*[{[]/.test(text) || /[\t\r]|\{\{|"<<"/.test(text) || !isJson(text)) return undefined;
  return new Scanner(text, most).whole();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Walks a text that is JSON: what stands where is not doubted any more. */
class Scanner {
  readonly #text: string;
  readonly #most: number;
  #at = 0;
  #size = 0;
  #odd = false;

  constructor(text: string, most: number) {
    this.#text = text;
    this.#most = most;
  }

  whole(): SizedNode | undefined {
    const node = this.#value(0, false);
    return this.#odd ? undefined : { node, size: this.#size };
  }

  #value(depth: number, inList: boolean): YamlNode {
    this.#blanks();
    this.#size++;
    const open = this.#text[this.#at];
    if (open === '"') return this.#string();
    if (open !== "{" && open !== "[") return this.#plain();
    if (depth > MOST_DEPTH) this.#odd = true;
    return open === "{" ? this.#map(depth, inList) : this.#list(depth, inList);
  }

  #map(depth: number, inList: boolean): YamlNode {
    const start = this.#at++;
    const entries: YamlEntry[] = [];
    while (this.#goesOn("}")) {
      const key = this.#string();
      if (key.text === "<<") this.#odd = true;
      while (this.#text[this.#at] === " ") this.#at++;
      // The colon; on another line YAML may not see it as one.
      if (this.#text[this.#at++] !== ":") this.#odd = true;
      if (this.#odd) break;
      entries.push({
        key: key.text,
        value: this.#value(depth + 1, false),
        start: key.start,
        end: key.end,
        merged: false,
      });
    }
    return { kind: "map", entries, start, end: this.#close(inList) };
  }

  #list(depth: number, inList: boolean): YamlNode {
    const start = this.#at++;
    const items: YamlNode[] = [];
    while (this.#goesOn("]")) items.push(this.#value(depth + 1, true));
    return { kind: "list", items, start, end: this.#close(inList) };
  }

  /** Whether another item follows, past the comma before it. */
  #goesOn(close: string): boolean {
    if (this.#odd || this.#size > this.#most) return false;
    this.#blanks();
    if (this.#text[this.#at] === close) return false;
    if (this.#text[this.#at] === ",") {
      this.#at++;
      this.#blanks();
    }
    return true;
  }

  /** Past the bracket. YAML's reader counts blanks behind it in: of an item of a list all, else those of its line. */
  #close(inList: boolean): number {
    this.#at++;
    let end = this.#at;
    while (this.#text[end] === " " || (inList && this.#text[end] === "\n")) end++;
    return !inList && this.#text[end] === "\n" ? end + 1 : end;
  }

  #string() {
    const start = this.#at + 1;
    let end = start;
    let escapes = false;
    for (let char = this.#text[end]; char !== '"'; char = this.#text[end]) {
      if (char === "\\") escapes = true;
      end += char === "\\" ? 2 : 1;
    }
    this.#at = end + 1;
    const written = this.#text.slice(start, end);
    const text = escapes ? String(JSON.parse(`"${written}"`)) : written;
    return { kind: "text", text, style: "quoted", templated: false, start, end } as const;
  }

  /** A number, a boolean or null. */
  #plain(): YamlNode {
    const start = this.#at;
    while (/[\w.+-]/.test(this.#text[this.#at] ?? "")) this.#at++;
    const text = this.#text.slice(start, this.#at);
    return { kind: "text", text, style: "plain", templated: false, start, end: this.#at };
  }

  #blanks(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\n") this.#at++;
  }
}
