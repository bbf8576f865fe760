/** Finds what speaks of AAAA as a Corefile does, or is one, in texts of any kind. Must not judge it, nor know who reads it. */
import { blocksIn } from "../corefile/recognise.ts";
import { isTerraformName } from "../tree/file-names.ts";
import type { UnreadText } from "../model/unread-text.ts";
import { nameOf } from "../tree/paths.ts";
import type { Source } from "../text/source.ts";

/** Files in which people keep what they deploy. Documentation, data and what is built are none. */
const DEPLOYS =
  /\.(?:ya?ml|json5?|jsonc|toml|jsonnet|libsonnet|cue|dhall|pkl|kcl|k|star|bzl|[cm]?[jt]sx?|py|go|rb|java|kts?|cs|nix|tf|tfvars|hcl|bicep|tpl|tftpl|tmpl|gotmpl|j2|jinja2?|erb|template|sh|bash|zsh|ps1|env|conf|cfg|ini|server|override|corefile|mk|service|bu|ign)$/i;

/** The same by their whole names. */
const DEPLOYS_BY_NAME =
  /^(?:Corefile.*|Makefile|Justfile|Taskfile|Tiltfile|Dockerfile.*|Containerfile.*|Vagrantfile|helmfile)$/i;

/** Locks and what tools make of sources. */
const NEVER =
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|composer\.lock|go\.sum)$|\.min\.js$|\.(?:snap|map)$/;

/** Whether a file is looked at for what nobody reads. */
export function isLookedAt(path: string): boolean {
  return (DEPLOYS.test(path) || DEPLOYS_BY_NAME.test(nameOf(path))) && !NEVER.test(path);
}

/** What only tests and readers of examples use. */
const ASIDE =
  /(?:^|\/)(?:tests?|testdata|__tests__|fixtures?|__fixtures__|examples?)\/|_test\.(?:go|py)$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)test_[^/]*\.py$/i;

/** A stanza for AAAA or ANY, its words in one line or in the values of a map. */
const STANZA = /\btemplate\b[^\n]{0,40}(?:\n[^\n]{0,80})?\b(?:ANY|IN)\b["'`,\s]{1,40}(?:AAAA|ANY)\b/g;
const REWRITE = /\brewrite\b[^\n]{0,60}(?:\n[^\n]{0,60})?\btype\b["'`,\s]{1,40}(?:AAAA|ANY)\b/g;
const ACL = /\b(?:block|drop)[ \t]+type[ \t]+(?:[A-Z]+[ \t]+){0,8}(?:AAAA|ANY)\b/g;

/** Whether a file is there for tests and readers of examples alone. */
export const isAside = (path: string) => ASIDE.test(path);

/** The most that is told of one file. */
const MOST_FOUND = 20;

/** What a file says of AAAA, and the Corefiles in it, in its order. */
export function aaaaTexts(file: Source): readonly UnreadText[] {
  const { file: path, text } = file;
  const speaks = /\b(?:AAAA|ANY)\b/.test(text);
  if (!speaks && !/\bforward\b|\bkubernetes\b/.test(text)) return [];
  const bare = withoutComments(text);
  const aside = isAside(path);
  const found = new Map<number, UnreadText>();
  const stanzas: number[] = [];
  const add = (start: number, end: number, denies: boolean) => {
    if (denies) stanzas.push(start);
    const at = file.toPlace(start, end);
    const known = found.get(at.line);
    if (found.size >= MOST_FOUND || known?.denies === true) return;
    found.set(at.line, { at, denies, aside, fills: fillsOf(path) });
  };
  if (speaks) {
    for (const match of bare.matchAll(STANZA)) {
      const end = match.index + match[0].length;
      if (denies(bare, match.index, end)) add(match.index, end, true);
    }
    for (const pattern of [REWRITE, ACL])
      for (const match of bare.matchAll(pattern)) add(match.index, match.index + match[0].length, true);
  }
  // Server blocks that follow one another are one Corefile, and one that denies is told by the line that does.
  let last: number | undefined;
  for (const { start, end } of blocksIn(bare)) {
    const follows = last !== undefined && bare.slice(last, start).trim() === "";
    last = end;
    if (!follows && !stanzas.some((at) => at >= start && at < end)) add(start, endOfLine(bare, start), false);
  }
  return [...found.values()].sort((a, b) => a.at.line - b.at.line);
}

/** The most letters behind a stanza's first words, or before them, in which its rcode stands. */
const NEAR = 400;

/** Whether a stanza may deny: all but a plain NOERROR, which is what musl takes for NODATA. */
function denies(text: string, start: number, end: number): boolean {
  const next = text.indexOf("template", end);
  const behind = text.slice(end, Math.min(end + NEAR, next < 0 ? text.length : next));
  const before = text.slice(Math.max(0, start - NEAR / 2), start);
  const rcode = /\b(?:NOERROR|NXDOMAIN|SERVFAIL|REFUSED|NOTIMP|FORMERR|YXDOMAIN|NXRRSET|NOTAUTH)\b/;
  const found = rcode.exec(behind) ?? rcode.exec(before);
  if (found?.[0] !== "NOERROR") return true;
  // Names that no pattern matches are answered with an error.
  return /\bmatch\b/.test(behind) && !/\bfallthrough\b/.test(behind);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** The text with blanks for comments: of lines, of the ends of lines, and between marks. */
function withoutComments(text: string): string {
  const marked = withoutMarked(withoutMarked(withoutMarked(text, "{{/*", "*/"), "{{- /*", "*/"), "{#", "#}");
  return withoutMarked(marked, "\n/*", "*/")
    .replace(/^[ \t]*(?:#|\/\/|--|;)[^\n]*/gm, blank)
    .replace(/[ \t](?:#|\/\/)[ \t][^\n]*/g, blank);
}

const blank = (found: string) => found.replace(/[^\r\n]/g, " ");

/** The text with blanks between marks; what nobody closes stays. */
function withoutMarked(text: string, open: string, close: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) break;
    parts.push(text.slice(at, start), blank(text.slice(start, end + close.length)));
    at = end + close.length;
  }
  return at === 0 ? text : parts.join("") + text.slice(at);
}

/** Who makes a file's text into what is deployed, by its name. */
function fillsOf(path: string): string {
  if (/(?:^|\/)templates\/[^/].*\.(?:ya?ml|tpl)$/.test(path)) return "helm template";
  if (/\.(?:j2|jinja2?)$/.test(path)) return "the tool that fills its template";
  if (isTerraformName(path)) return "Terraform";
  if (/\.(?:jsonnet|libsonnet)$/.test(path)) return "jsonnet";
  if (path.endsWith(".cue")) return "cue export";
  if (path.endsWith(".nix")) return "nix";
  return "the program that uses it";
}
