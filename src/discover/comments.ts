/** Puts blanks for the comments of a text, by the language that its name says. Must leave what may be part of a program, and every line where it was. */
import { blank, blanked, type Part, withoutProse } from "./prose.ts";

/** Files of languages that have the comments of C. */
const C_LIKE =
  /(?:\.(?:[ch]|cc|cpp|cxx|hpp|m|mm|java|kts?|scala|sc|groovy|gradle|go|rs|[cm]?[jt]s|swift|cs|fs|php|dart|tf|tfvars|tofu|hcl|nomad|jsonnet|libsonnet|jsonc|json5|nix|sql|bicep|proto|pkl|bal|v|zig|d)|Jenkinsfile[^/]*)$/i;
/** Files of languages in which a line of two dashes is a comment; a shell's line that begins so has one more option. */
const DASHES = /\.(?:lua|sql|hs|elm|dhall|purs|ad[bs]|vhdl?)$/i;

/** What opens a comment of several lines and what closes it, in files whose names say that it is one. */
const COMMENTS: readonly (readonly [files: RegExp, opens: RegExp, closes: string])[] = [
  [/./, /\{\{(?:- )?\/\*/g, "*/"],
  // Not the length of a shell's variable.
  [/./, /(?<!\$)\{#/g, "#}"],
  // In a shell's text it is a pattern, and elsewhere in a line it may be a glob.
  [C_LIKE, /(?<![^\n])[ \t]*\/\*/g, "*/"],
  [/./, /<%#/g, "%>"],
  [/\.(?:xml|xsl|x?html?|svg|tmpl|config|props|csproj)$/i, /<!--/g, "-->"],
  [/\.rb$/, /(?<![^\n])=begin\b/g, "\n=end"],
  [/\.lua$/, /--\[\[/g, "]]"],
  [/\.(?:hs|dhall|elm|purs)$/, /\{-/g, "-}"],
  [/\.ps1$/, /<#/g, "#>"],
];

/** The text with blanks for comments: of lines, of the ends of lines, and between marks. */
export function withoutComments(path: string, text: string): string {
  let bare = text;
  for (const [files, opens, closes] of COMMENTS)
    if (files.test(path)) bare = withoutMarked(bare, opens, closes);
  if (path.endsWith(".py")) bare = withoutDocstrings(bare);
  if (isVimScript(path, text)) bare = bare.replace(/^[ \t]*"[^\n]*/gm, blank);
  if (/\.(?:bat|cmd)$/i.test(path)) bare = bare.replace(/^[ \t]*(?:@?REM\b|::)[^\n]*/gim, blank);
  if (/\.(?:ya?ml|json)$/i.test(path)) bare = withoutProse(bare);
  if (DASHES.test(path)) bare = bare.replace(/^[ \t]*--[^\n]*/gm, blank);
  return bare
    .replace(/^[ \t]*(?:#|\/\/|;)[^\n]*/gm, blank)
    .replace(/[ \t](?:#|\/\/)[ \t](?:(?!\\n)[^\n])*/g, blank);
}

/** The text with blanks between marks; what nobody closes stays. */
function withoutMarked(text: string, opens: RegExp, close: string): string {
  const parts: Part[] = [];
  let at = 0;
  for (const { 0: open, index: start } of text.matchAll(opens)) {
    if (start < at) continue;
    const end = text.indexOf(close, start + open.length);
    if (end < 0) break;
    at = end + close.length;
    parts.push({ start, end: at });
  }
  return blanked(text, parts);
}

/** The head of a function or a class, in one line. */
const HEAD =
  /^[ \t]*(?:class[ \t]+\w+[^:\n]{0,200}|(?:async[ \t]+)?def[ \t]+\w+[ \t]*\([^\n]{0,400}\)[^:\n]{0,100}):[ \t]*(?:#[^\n]*)?$/;
/** The most letters of such a head, and of what stands between it and a docstring. */
const MOST_HEAD = 1_000;

/** Without docstrings, first in a file or behind such a head; they stay in a program that speaks of its own. */
function withoutDocstrings(text: string): string {
  if (/__doc__|getdoc|docopt/.test(text)) return text;
  const [first = ""] = /^(?:[ \t]*(?:#[^\n]*)?\n)*/.exec(text) ?? [];
  const parts: Part[] = [];
  let at = 0;
  for (const { 0: opens, 1: mark = "", index } of text.matchAll(/^[ \t]*[rRuU]?("""|''')/gm)) {
    if (index < at) continue;
    const before = text.slice(Math.max(0, index - MOST_HEAD), index).trimEnd();
    if (index !== first.length && !HEAD.test(before.slice(before.lastIndexOf("\n") + 1))) continue;
    const start = index + opens.length;
    const end = text.indexOf(mark, start);
    if (end < 0) break;
    parts.push({ start, end });
    at = end;
  }
  return blanked(text, parts);
}

/** Whether lines that begin with a quote are comments: not so in Vim9's script, nor in a text that a script holds. */
function isVimScript(path: string, text: string): boolean {
  return /(?:\.vim|(?:^|\/)[._]?g?vimrc)$/.test(path) && !/<<|\bvim9script\b|^[ \t]*def\b/m.test(text);
}
