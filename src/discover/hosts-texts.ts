/** Finds `hosts` stanzas that end every other name, in texts of any kind. Must not judge them, nor know who reads the text. */
import { closing } from "../corefile/recognise.ts";

/** The word as a plugin's name and the brace behind it, in a line; in a string of one line an escaped line end stands before it. */
const STANZA = /(?:(?<![\w/.$-])|(?<=\\[nrt]))hosts\b[^\n{}]{0,200}\{/g;
/** As an object that names its plugin, such as a server's in the CoreDNS chart's values. */
const NAMED = /["']?\bname["']?[ \t]*[:=][ \t]*["'`]hosts["'`]/g;
/** The most of both that are looked at in a text, and the most letters of one. */
const MOST_TRIED = 200;
const MOST_LENGTH = 16 * 1024;

/** An address, or what a program puts in its place, and names. */
const ENTRY =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+|\$?\{{1,3}[^{}\n]{1,80}\}{1,3})(?:[ \t]+\S+)+$/i;
const OPTION = /^(?:ttl[ \t]+\d+|reload[ \t]+\w+|no_reverse)$/;

/** One that is found: where it begins, and the end of the words that say what it is. */
export interface HostsText {
  readonly start: number;
  readonly end: number;
}

/** Stanzas of entries and options alone that say no `fallthrough` for all names: without it CoreDNS denies what has no entry. */
export function* hostsStanzas(text: string): Generator<HostsText> {
  let tried = 0;
  for (const { 0: words, index } of text.matchAll(STANZA)) {
    if (++tried > MOST_TRIED) return;
    const from = index + words.length;
    const end = closing(text.slice(0, from + MOST_LENGTH), from);
    if (end !== undefined && endsNames(linesOf(text.slice(from, end - 1)))) yield { start: index, end: from };
  }
  for (const { 0: words, index } of text.matchAll(NAMED)) {
    if (++tried > MOST_TRIED) return;
    const [start, end] = objectAround(text, index);
    const block = /\bconfigBlock["']?[ \t]*[:=]([\s\S]*)/.exec(text.slice(start, end))?.[1] ?? "";
    const goesOn = /\bfallthrough\b(?![ \t]+[\w*])/.test(block.replaceAll(/\\[nrt]/g, "\n"));
    if (!goesOn && linesOf(block).some((line) => ENTRY.test(line)))
      yield { start: index, end: index + words.length };
  }
}

/** Whether a server block's text has one in a line without braces, which has neither entries nor options. */
export function hasBareHosts(block: string): boolean {
  return /(?:^|\n|\\n)[ \t]*hosts\b(?![^\n\\]*\{)/.test(block.replaceAll(/\\[nrt]/g, "\n"));
}

function endsNames(lines: readonly string[]): boolean {
  return (
    lines.length > 0 &&
    !lines.some(fallsThrough) &&
    lines.every((line) => ENTRY.test(line) || OPTION.test(line) || /^fallthrough\b/.test(line))
  );
}

/** One for some zones alone ends the names of all others. */
function fallsThrough(line: string): boolean {
  return /^fallthrough(?:[ \t]+\.)?$/.test(line);
}

/** Lines of a stanza without what a string, a list or a sum of strings has around them. */
function linesOf(text: string): readonly string[] {
  return text
    .replaceAll(/\\[nrt]/g, "\n")
    .split("\n")
    .map((line) => line.replace(/^[\s"'`+,[\](]+/, "").replace(/[ \t]#.*$/, ""))
    .map((line) => line.slice(0, 1_000).replace(/[\s"'`+,[\])}\\;]+$/, ""))
    .filter((line) => line !== "" && !line.startsWith("#") && !/^[{}]+$/.test(line));
}

/** The object that an offset stands in, from its brace on; nothing where that is far. */
function objectAround(text: string, at: number): readonly [number, number] {
  let depth = 0;
  const least = Math.max(0, at - MOST_LENGTH);
  for (let start = at - 1; start >= least; start--) {
    if (text[start] === "}") depth++;
    else if (text[start] === "{" && depth-- === 0)
      return [start, closing(text.slice(0, at + MOST_LENGTH), start + 1) ?? start];
  }
  return [at, at];
}
