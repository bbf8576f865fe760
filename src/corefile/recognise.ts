/** Tells a Corefile, or a part of one, from other texts with braces. Must not judge what it answers. */
import { isKnownPlugin, isOnlyCoreDns } from "../knowledge/coredns.ts";
import { Budget } from "./budget.ts";
import { parseCorefile } from "./parser.ts";
import type { Corefile, Directive } from "./tree.ts";

/** A ConfigMap holds 1 MiB at most. */
const MOST_LENGTH = 2 ** 20;

/** Words that CoreDNS's plugins begin lines with and that hardly another text has, so that most need not be parsed. */
const PLUGIN_LINE =
  /(?:^|[\n{])[ \t]*(?:forward|kubernetes|template|hosts|file|auto|etcd|rewrite|acl|dns64|cache|whoami|erratic|any|k8s_external|import|health|ready|prometheus|loop|reload)\b/;

/**
 * Whether a whole text is a Corefile: each directive is a plugin of CoreDNS, and one at least is none of Caddy's or
 * nginx's. Their files, and style sheets, parse as one too.
 */
export function isCorefileText(text: string): boolean {
  if (text.length > MOST_LENGTH || !text.includes("{") || !PLUGIN_LINE.test(text)) return false;
  if (beginsInside(text)) return false;
  const { corefile, diagnostics } = parseCorefile(text, { budget: new Budget() });
  if (diagnostics.some(({ code }) => code === "corefile-syntax" || code === "corefile-too-large"))
    return false;
  return (
    corefile.blocks.every(({ keys }) => keys.every(({ text: key }) => isKey(key))) && hasOnlyPlugins(corefile)
  );
}

/**
 * Whether a text begins with a directive on a line of its own, as the inside of a server block does. A Corefile of one
 * block may leave its braces out, and then that line would be its zones.
 */
function beginsInside(text: string): boolean {
  const [, word = "", rest = ""] = /^(?:\s|#[^\n]*\n)*(\S+)([^\n]*)/.exec(text) ?? [];
  return isKnownPlugin(word) && !/[{,]\s*$/.test(rest);
}

/**
 * Whether server blocks answer for every name. Those for some zones alone are what charts' values add to a Corefile: by
 * themselves they would refuse all other names. A key with a placeholder may be the root.
 */
export function hasRootZone(text: string): boolean {
  const { corefile } = parseCorefile(text, { budget: new Budget() });
  const keys = corefile.blocks.flatMap((block) => block.keys.map((key) => key.text));
  return (
    corefile.unread.length > 0 ||
    keys.some((key) => /^(?:[a-z0-9]+:\/\/)?\.?(?::\d+)?$/.test(key) || /[{}<>%@$]/.test(key))
  );
}

/** Whether a text is what stands inside a server block, such as the value of a `*.override`, and speaks of AAAA. */
export function isAaaaFragment(text: string): boolean {
  if (
    text.length > MOST_LENGTH ||
    !/\b(?:template|rewrite|acl)\b/.test(text) ||
    !/\b(?:AAAA|ANY)\b/.test(text)
  )
    return false;
  const { corefile, diagnostics } = parseCorefile(`. {\n${text}\n}\n`, { budget: new Budget() });
  if (diagnostics.some(({ code }) => code !== "import-unread") || corefile.blocks.length !== 1) return false;
  const { directives } = corefile.blocks[0]!;
  if (directives.some((one) => one.name.text === "template" && !isStanza(one))) return false;
  return hasOnlyPlugins(corefile) || directives.every(({ name }) => name.text === "rewrite");
}

/** Whether a template's words may be its zones, and no sentence: without a block they are few, or names with a dot. */
function isStanza({ rest }: Directive): boolean {
  const words = rest.map(({ text }) => text);
  return words.includes("{") || words.slice(2).every((word) => word.includes("."));
}

/** A server block's key as people write them, placeholders included. */
function isKey(text: string): boolean {
  if (text === "") return false;
  return /^(?:[a-z0-9]+:\/\/)?(?:[\w*./:-]|\$\{[^}]*\}|\{\$[^}]*\}|\{%[^%]*%\}|\{\{|\}\}|[<>%@])+$/.test(
    text,
  );
}

function hasOnlyPlugins({ blocks, unread }: Corefile): boolean {
  const names = blocks.flatMap(({ directives }) => directives.map(({ name }) => name.text));
  const known = names.every((name) => name === "import" || isKnownPlugin(name));
  return known && (names.some(isOnlyCoreDns) || (unread.length > 0 && names.length > 0));
}

/** One run of text that looks like a Corefile's server block inside a text of another kind. */
export interface BlockInText {
  readonly start: number;
  readonly end: number;
}

/** The most lines of one text that are tried as the beginning of a server block. */
const MOST_TRIED = 200;
/** The longest server block that is tried. */
const MOST_BLOCK = 64 * 1024;

/** Keys and the brace that opens their block, at the end of a line or before an escaped one. */
const KEYS =
  /(?:(?<![\w.*-])[\w*-]{0,63}\.[\w.*-]{0,255}|(?<!\S)\S{1,80}:\d{1,5})(?:[ \t]{1,20}\S{1,80}){0,8}[ \t]{0,20}\{[ \t]{0,20}(?=[\r\n]|\\n)/g;

/** Such a brace; all of a text's letters are looked at for it, and only its line for keys. */
const OPENS = /\{[ \t]{0,20}(?:[\r\n]|\\n)/g;

/** Keys and their brace, in the order of the text. */
function* keysIn(text: string): Generator<{ readonly index: number; readonly keys: string }> {
  let end = 0;
  for (const { index } of text.matchAll(OPENS)) {
    if (index < end) continue;
    const start = text.lastIndexOf("\n", index) + 1;
    end = text.indexOf("\n", index) + 1 || text.length;
    for (const match of text.slice(start, end).matchAll(KEYS))
      yield { index: start + match.index, keys: match[0] };
  }
}

/** Server blocks that stand somewhere in a text, such as a string of a program: `example.org:53 {` and plugins alone. */
export function blocksIn(text: string): readonly BlockInText[] {
  const found: BlockInText[] = [];
  let tried = 0;
  let last = 0;
  for (const { index, keys } of keysIn(text)) {
    if (index < last) continue;
    if (++tried > MOST_TRIED) break;
    const end = closing(text, index + keys.length);
    if (end === undefined) continue;
    const key = keys.replace(/^.*["'`]/, "");
    const block = key + text.slice(index + keys.length, end);
    // A string of one line has its line ends as escapes.
    if (!isCorefileText(block) && !isCorefileText(block.replaceAll(String.raw`\n`, "\n"))) continue;
    found.push({ start: index + keys.length - key.length, end });
    last = end;
  }
  return found;
}

/** The end of what an opening brace before `from` opens, behind its closing one; nothing where none is near. */
export function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length && at < from + MOST_BLOCK; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}
