/** Finds what speaks of AAAA as a Corefile does, or is one, in texts of any kind. Must not judge it, nor know who reads it. */
import { withoutComments } from "./comments.ts";
import { hasBareHosts, hostsStanzas } from "./hosts-texts.ts";
import { blocksIn, isAaaaFragment, isCorefileText } from "../corefile/recognise.ts";
import { isTerraformName } from "../tree/file-names.ts";
import type { UnreadText } from "../model/unread-text.ts";
import type { Source } from "../text/source.ts";

/** Documentation, data, what is built, and what is no text: nobody deploys them. Any other file may be somebody's template. */
const NEVER_DEPLOYED =
  /\.(?:md|mdx|markdown|rmd|qmd|rst|adoc|asciidoc|org|textile|mediawiki|tex|html?|vue|svelte|astro|[jt]sx|css|s[ac]ss|less|rego|jsonl|ndjson|har|[1-9]|csv|tsv|log|lock|po|diff|patch|ipynb|svg|png|jpe?g|gif|webp|ico|bmp|tiff?|pdf|mp[34]|mov|webm|wav|ogg|woff2?|ttf|otf|eot|zip|tgz|tar|gz|bz2|xz|zst|7z|jar|war|class|so|a|o|exe|dll|dylib|wasm|pyc|bin|iso|img|db|sqlite3?|parquet|pem|crt|cer|der|key|p12|asc|sig|gpg)$/i;
const DOCUMENTS =
  /(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CONTRIBUTORS|CHANGELOG|CHANGES|NEWS|HISTORY|README|CODEOWNERS|OWNERS|VERSION|TODO)(?:[-.][\w.-]*)?$/i;

/** Locks, what tools make of sources, and what tells editors, linters and bots which words to look for. */
const NEVER =
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|composer\.lock|go\.sum|\.pre-commit-config\.yaml|\.?renovate\.json5?|\.semgrep\.ya?ml)$|(?:^|\/)(?:\.vscode|\.idea|\.semgrep|\.conftest|ISSUE_TEMPLATE)\/|\.min\.js$|\.(?:snap|map|schema\.json)$/;

/** Whether a file is looked at for what nobody reads. */
export function isLookedAt(path: string): boolean {
  return !NEVER_DEPLOYED.test(path) && !DOCUMENTS.test(path) && !NEVER.test(path);
}

/** Whether a text is deployed though its name says that it is to be read: a script, cloud-init's, a Corefile as it is. */
function isDeployedText(text: string): boolean {
  return (
    /^(?:#!|#cloud-config\b|Content-Type: multipart)/.test(text) ||
    /^Data\r?\n====/m.test(text) ||
    isCorefileText(text) ||
    isAaaaFragment(text)
  );
}

/** What only tests and readers of examples use. */
const ASIDE =
  /(?:^|\/)(?:tests?|testdata|__tests__|fixtures?|__fixtures__|examples?|e2e|specs?|mocks?|__mocks__)\/|_(?:test|spec)\.\w{1,8}$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)test_[^/]*\.py$|\.bats$|\.tftest\.hcl$/i;
/** The same by the ends of names in which case counts, and what lies beside what is deployed: copies and samples. */
const ASIDE_BY_NAME =
  /[a-z\d]Tests?\.(?:java|kt|cs|scala|groovy|swift|php)$|\.(?:example|sample|bak|orig|old|rej|disabled)$|~$/;

/**
 * A stanza for AAAA or ANY, its words in one line or in the values of a map; in a string of one line there is an escaped
 * line end before it. With an address behind, it is a line of a zone file.
 */
const STANZA =
  /(?:\b|(?<=\\[nrt]))template\b[^\n]{0,40}(?:\n[^\n]{0,80})?\b(?:ANY|IN)\b["'`,\s]{1,40}(?:AAAA|ANY)\b(?![ \t]+[\da-fA-F]*:[\da-fA-F:.]*(?!\S))/g;
const REWRITE =
  /(?:\b|(?<=\\[nrt]))rewrite\b[^\n]{0,60}(?:\n[^\n]{0,60})?\btype\b["'`,\s]{1,40}(?:AAAA|ANY)\b/g;
/** A plugin of the CoreDNS chart's, as `--set` says it. */
const SET = /\bplugins\[\d{1,3}\]\.parameters\b["'\s]{0,3}=["'\s]{0,3}(?:ANY|IN)[\\ ]{1,3}(?:AAAA|ANY)\b/g;
const ACL = /(?:\b|(?<=\\[nrt]))(?:block|drop)[ \t]+type[ \t]+(?:[A-Z]+[ \t]+){0,8}(?:AAAA|ANY)\b/g;

/** Whether a file is there for tests and readers of examples alone. */
export const isAside = (path: string) => ASIDE.test(path) || ASIDE_BY_NAME.test(path);

/** The most that is told of one file. */
const MOST_FOUND = 20;

const SPEAKS = /\b(?:AAAA|ANY)\b/;

/** What a file says of AAAA, and the Corefiles in it, in its order. */
export function aaaaTexts(file: Source): readonly UnreadText[] {
  const { file: path, text } = file;
  const speaks = SPEAKS.test(text);
  const lists = /\bhosts\b[^\n{}]{0,200}\{|["'`]hosts["'`]/.test(text);
  if (!speaks && !lists && !/\bforward\b|\bkubernetes\b/.test(text)) return [];
  if (/\.txt$/i.test(path) && !isDeployedText(text)) return [];
  const bare = withoutComments(path, text);
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
  // Licences speak of ANY in every file, in comments.
  if (speaks && SPEAKS.test(bare)) {
    for (const match of bare.matchAll(STANZA)) {
      const end = match.index + match[0].length;
      if (hasBlock(bare, match[0], end) && denies(bare, match.index, end)) add(match.index, end, true);
    }
    for (const { start, end } of looseStanzas(bare)) add(start, end, true);
    for (const match of bare.matchAll(SET))
      if (denies(bare, match.index, match.index + match[0].length))
        add(match.index, match.index + match[0].length, true);
    for (const pattern of [REWRITE, ACL])
      for (const match of bare.matchAll(pattern)) add(match.index, match.index + match[0].length, true);
  }
  if (lists) for (const { start, end } of hostsStanzas(bare)) add(start, end, true);
  // Server blocks that follow one another are one Corefile, and one that denies is told by the line that does.
  let last: number | undefined;
  for (const { start, end } of blocksIn(bare)) {
    const follows = last !== undefined && bare.slice(last, start).trim() === "";
    last = end;
    if (stanzas.some((at) => at >= start && at < end)) continue;
    const ends = hasBareHosts(bare.slice(start, end));
    if (ends || !follows) add(start, endOfLine(bare, start), ends);
  }
  return [...found.values()].sort((a, b) => a.at.line - b.at.line);
}

/** The most letters behind a stanza's first words, or before them, in which its rcode stands. */
const NEAR = 400;

/**
 * Between a stanza's words and its brace: anything in the same line, or in the next where an operator of a program joins
 * the two, and otherwise what programs have around strings that they put together.
 */
const BEFORE_BRACE =
  /^(?:(?!\\n)[^\n{]){0,200}(?:(?:\\n|\n)[\s"'`+,.\\()]{0,80}|(?:[+,\\(<&|]|["'`\s]\.)[ \t]*\r?\n[^\n{]{0,200})?\{/;

/** Whether a stanza written in one piece has a block: one without answers NOERROR, and words about one have none. */
function hasBlock(text: string, words: string, end: number): boolean {
  return !/^template[ \t]+\w+[ \t]+\w+$/.test(words) || BEFORE_BRACE.test(text.slice(end, end + NEAR));
}

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

const DENIAL = /\b(?:NXDOMAIN|SERVFAIL|REFUSED|NOTIMP|FORMERR|YXDOMAIN|NXRRSET|NOTAUTH)\b/;
const TYPE = /\bAAAA\b|\b(?:ANY|IN)\b["'`,\s]{1,40}ANY\b/;

/** The most words that are looked around at. */
const MOST_WORDS = 2_000;

/**
 * The word as a plugin's name: not a pod's template or Ansible's module, a package of templates, an option, or C++'s. The
 * first word of a line in a string of one line has an escaped line end before it.
 */
const TEMPLATE =
  /(?:(?<!--)\b|(?<=\\[nrt]))templates?\b(?!(?<=[/.]\w+)["'])(?!(?<=\.\w+) import\b)(?!\.(?:Must|New|HTML|FuncMap|Template|Parse|render|substitute)\w*\()(?![ \t]*<)(?!["']?:[ \t]*(?:\n\s*|\{ ?)["']?(?:spec|metadata|src|dest|content)["']?:)/g;

/** Stanzas in pieces, as programs and values have them: a template, its type and a denial in one pair of braces, or in that order. */
function* looseStanzas(text: string): Generator<{ readonly start: number; readonly end: number }> {
  const words = [...text.matchAll(TEMPLATE)].slice(0, MOST_WORDS).map(({ index }) => index);
  for (const [i, at] of words.entries()) {
    const next = words[i + 1] ?? text.length;
    const around = bracesAround(text, at, (words[i - 1] ?? -1) + 1, next);
    for (const [start, end] of [around, [at, Math.min(at + NEAR, next)] as const]) {
      const piece = text.slice(start, end);
      const type = TYPE.exec(piece);
      if (type === null || !DENIAL.test(piece)) continue;
      const [one, other] = [at, start + type.index].sort((a, b) => a - b);
      // Where it is all in one line, as in a Corefile, the other pattern decides.
      const isPlain =
        /^template\b[^\n]{0,40}(?:\n[^\n]{0,80})?\b(?:ANY|IN)\b["'`,\s]{1,40}(?:AAAA|ANY)\b/.test(
          text.slice(at, at + 400),
        );
      if (!isPlain) yield { start: one ?? at, end: (other ?? at) + 4 };
      break;
    }
  }
}

/** What stands in the innermost pair of braces around an offset; nothing where they are far, or others of its kind are in them. */
function bracesAround(text: string, at: number, from: number, to: number): readonly [number, number] {
  let depth = 0;
  let start = at;
  while (start > Math.max(from, at - NEAR) && depth < 1) {
    start--;
    if (text[start] === "{") depth++;
    else if (text[start] === "}") depth--;
  }
  if (depth < 1) return [at, at];
  const end = text.indexOf("}", at);
  return end < 0 || end > Math.min(to, at + NEAR) ? [at, at] : [start, end];
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
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
