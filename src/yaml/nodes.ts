/** Reads YAML and JSON into plain nodes with offsets, templates masked. Must not throw, nor expand aliases without bound. */
import { type Document, isAlias, isMap, isScalar, isSeq, visit } from "yaml";
import { Budget } from "../model/budget.ts";
import { groupBy } from "../model/group-by.ts";
import { streamYaml } from "./documents.ts";
import { type YamlBudget, yamlBudget } from "./budget.ts";
import { jsonNodes } from "./json-nodes.ts";
import type { SizedNode, YamlEntry, YamlMap, YamlNode, YamlText } from "./node.ts";

export type { YamlEntry, YamlMap, YamlNode, YamlText };

/** What went wrong, and where. */
export interface YamlProblem {
  readonly message: string;
  readonly start: number;
  /** Index of the document it stands in, which was read all the same; without one something was not read at all. */
  readonly document?: number;
  /** The bound it went past, where it is one. */
  readonly limit?: { readonly name: string; readonly most: number };
}

/** A file's documents; what could be read stands even where there are problems. */
export interface YamlFile {
  readonly documents: readonly YamlNode[];
  readonly problems: readonly YamlProblem[];
}

/** The deepest nesting that is read. */
const MOST_DEPTH = 200;

/**
 * Reads a text of any kind. Past a bound there is no document with what goes past it, so that whoever walks the others
 * meets no more nodes than the bounds allow, aliases followed each time.
 */
export function readYaml(text: string, budget: YamlBudget = yamlBudget()): YamlFile {
  if (!budget.characters.spend(text.length)) {
    const message = "there is more YAML than is read in one run";
    return { documents: [], problems: [{ message, start: 0, limit: budget.characters }] };
  }
  const nodesHere = new Budget("yamlNodes", budget.nodes);
  const problems: YamlProblem[] = [];
  const documents: YamlNode[] = [];
  const keep = ({ node, size }: SizedNode) => {
    const over = [nodesHere, budget.nodesInAll].find((one) => !one.spend(size));
    if (over === undefined) documents.push(node);
    else if (problems[0]?.limit !== over)
      problems.unshift({
        message: "it has too many nodes, aliases counted each time",
        start: 0,
        limit: over,
      });
  };
  // A character makes two tokens at most: a text that is short enough needs no count.
  const json = 2 * text.length <= budget.tokens ? jsonNodes(text, budget.nodes) : undefined;
  if (json !== undefined) {
    keep(json);
    return { documents, problems };
  }
  const masked = maskTemplates(text);
  const take = (document: Document.Parsed) => {
    // A masked line before the text of a block scalar is no error before the mask.
    const error = document.errors.find(
      ({ message }) => masked === text || !message.includes("leading empty lines"),
    );
    if (error !== undefined)
      problems.push({ message: error.message, start: error.pos[0], document: documents.length });
    keep(convert(document, text, problems, nodesHere));
  };
  // What the parser makes of a document is ten times as large as its nodes: none of it is kept.
  const stream = streamYaml(masked, { schema: "failsafe", tokens: budget.tokens });
  for (let next = stream.next(); ; next = stream.next()) {
    if (next.done === true) {
      if (next.value !== undefined) problems.push(next.value);
      return { documents, problems };
    }
    take(next.value);
  }
}

/**
 * Replaces `{{ }}` by as many underscores, so that offsets stay and the rest can be read as YAML; lines that hold
 * nothing else become blank.
 */
export function maskTemplates(text: string): string {
  if (!text.includes("{{")) return text;
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    const close = open < 0 ? -1 : text.indexOf("}}", open + 2);
    if (close < 0) break;
    // `{{{{x}}}}` and `{{ {} }}`: the last of adjoining braces closes.
    let end = close + 2;
    while (text[end] === "}") end++;
    parts.push(text.slice(at, open), text.slice(open, end).replace(/[^\r\n]/g, "\0"));
    at = end;
  }
  parts.push(text.slice(at));
  return parts
    .join("")
    .split("\n")
    .map((line) => {
      if (!line.includes("\0")) return line;
      const only = /^[\0\s]*$/.test(line);
      return line.replaceAll("\0", only ? " " : "_");
    })
    .join("\n");
}

/** A document as plain nodes, and how many of them there are when every alias is followed. */
function convert(document: Document, original: string, problems: YamlProblem[], { most }: Budget): SizedNode {
  const targets = original.includes("*") ? aliasTargets(document) : NO_ALIASES;
  const done = new Map<unknown, YamlNode>();
  const sizes = new Map<YamlNode, number>();
  let copied = 0;
  const busy = new Set<unknown>();

  const nodeOf = (node: unknown, depth: number, near: number): YamlNode => {
    const target = isAlias(node) ? targets.get(node) : node;
    const known = done.get(target);
    if (known !== undefined) return known;
    if (target === null || target === undefined) return nothing(near);
    if (depth > MOST_DEPTH || busy.has(target)) {
      if (depth > MOST_DEPTH) problems.push({ message: "it is nested too deeply", start: near });
      return nothing(near);
    }
    busy.add(target);
    const result = fresh(target, depth, near);
    busy.delete(target);
    done.set(target, result);
    sizes.set(result, 1 + sum(childrenOf(result).map((child) => sizes.get(child) ?? 1)));
    return result;
  };

  const fresh = (node: unknown, depth: number, near: number): YamlNode => {
    if (isScalar(node)) return textOf(node, original, near);
    if (isSeq(node)) {
      const [start, , end] = node.range ?? [near, near, near];
      return { kind: "list", items: node.items.map((item) => nodeOf(item, depth + 1, start)), start, end };
    }
    if (!isMap(node)) return nothing(near);
    const [start, , end] = node.range ?? [near, near, near];
    const own: YamlEntry[] = [];
    const merged = new Map<string, YamlEntry>();
    for (const { key, value } of node.items) {
      const keyNode = nodeOf(key, depth + 1, start);
      const valueNode = nodeOf(value, depth + 1, keyNode.end);
      if (keyNode.kind !== "text") continue;
      if (keyNode.text === "<<") {
        const maps = valueNode.kind === "list" ? valueNode.items : [valueNode];
        for (const map of maps) {
          if (map.kind !== "map") continue;
          // A chain of merges copies its first keys with every link.
          copied += map.entries.length;
          if (copied > most) break;
          // Of several maps the first that has a key says what it is (yaml.org, Merge Key).
          for (const entry of map.entries)
            if (!merged.has(entry.key)) merged.set(entry.key, { ...entry, merged: true });
        }
      } else {
        own.push({
          key: keyNode.text,
          value: valueNode,
          start: keyNode.start,
          end: keyNode.end,
          merged: false,
        });
      }
    }
    return { kind: "map", entries: merged.size === 0 ? own : [...own, ...merged.values()], start, end };
  };

  const node = nodeOf(document.contents, 0, 0);
  return { node, size: copied > most ? copied : (sizes.get(node) ?? 1) };
}

function childrenOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === "text") return [];
  return node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
}

/** May be more than can be counted exactly, where aliases double. */
function sum(all: readonly number[]): number {
  return all.reduce((before, one) => before + one, 0);
}

const NO_ALIASES: ReadonlyMap<unknown, unknown> = new Map();

/** What each alias stands for: the last anchor of that name before it. One walk, whatever the number of aliases. */
function aliasTargets(document: Document): ReadonlyMap<unknown, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<unknown, unknown>();
  visit(document, {
    Alias(_, alias) {
      targets.set(alias, anchors.get(alias.source));
    },
    Node(_, node) {
      if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function nothing(at: number): YamlText {
  return { kind: "text", text: "", style: "plain", templated: false, start: at, end: at };
}

function textOf(
  node: {
    readonly value: unknown;
    readonly type?: string | undefined;
    readonly range?: readonly number[] | null | undefined;
  },
  original: string,
  near: number,
): YamlText {
  const [from = near, to = from] = node.range ?? [];
  const value = typeof node.value === "string" ? node.value : "";
  if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") {
    const templated = original.slice(from, to).includes("{{");
    return { kind: "text", text: value, style: "block", templated, start: from, end: to };
  }
  const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
  const closed = quoted && to - from >= 2;
  const [start, end] = closed ? [from + 1, to - 1] : [from, to];
  const written = original.slice(start, end);
  const templated = written.includes("{{");
  return {
    kind: "text",
    text: templated ? written : value,
    style: quoted ? "quoted" : "plain",
    templated,
    start,
    end,
  };
}

/** Large maps by key, since every key of one may be asked for. */
const indexes = new WeakMap<YamlMap, ReadonlyMap<string, readonly YamlEntry[]>>();

function entriesOf(map: YamlMap, key: string): readonly YamlEntry[] {
  if (map.entries.length <= 16) return map.entries.filter((entry) => entry.key === key);
  const index = indexes.get(map) ?? groupBy(map.entries, (entry) => entry.key);
  indexes.set(map, index);
  return index.get(key) ?? [];
}

/** The values of a key: the map's own (several where a template chooses), else what merge keys bring. */
export function valuesOf(node: YamlNode | undefined, key: string): readonly YamlNode[] {
  if (node?.kind !== "map") return [];
  const all = entriesOf(node, key);
  const own = all.filter(({ merged }) => !merged);
  return (own.length > 0 ? own : all.slice(0, 1)).map(({ value }) => value);
}

/** A key with a value, at the value's place. */
export function entryOf(key: string, value: YamlNode): YamlEntry {
  return { key, value, start: value.start, end: value.end, merged: false };
}

/** The value behind a path of keys; the last one where a key comes twice. */
export function valueAt(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  let at = node;
  for (const key of keys) at = valuesOf(at, key).at(-1);
  return at;
}

/** The text behind a path of keys; nothing for maps, lists, null and the empty text. */
export function textAt(node: YamlNode | undefined, ...keys: readonly string[]): YamlText | undefined {
  const value = valueAt(node, ...keys);
  if (value?.kind !== "text" || value.text === "") return undefined;
  return isNull(value) ? undefined : value;
}

/** Whether it is YAML's null (1.2, Core Schema): no text at all is, unless it stands in quotes. */
export function isNull({ text, style }: YamlText): boolean {
  return style === "plain" && /^(?:~|null|Null|NULL)?$/.test(text);
}

/** Whether it is a string, and not null, a boolean or a number as written (YAML 1.2, Core Schema). */
export function isString(node: YamlText): boolean {
  if (node.style !== "plain") return true;
  return (
    !isNull(node) && !/^(?:true|True|TRUE|false|False|FALSE)$/.test(node.text) && !NUMBER.test(node.text)
  );
}

const NUMBER =
  /^(?:0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The items of a list behind a path of keys; empty when there is none. */
export function itemsAt(node: YamlNode | undefined, ...keys: readonly string[]): readonly YamlNode[] {
  const value = valueAt(node, ...keys);
  return value?.kind === "list" ? value.items : [];
}

/** The texts among the items of a list behind a path of keys. */
export function textsAt(node: YamlNode | undefined, ...keys: readonly string[]): readonly string[] {
  return itemsAt(node, ...keys).flatMap((one) => (one.kind === "text" ? [one.text] : []));
}

/** Whether text is YAML's true, in any of its spellings (YAML 1.1, as Kubernetes reads it). */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(?:true|yes|on|y)$/i.test(text);
}
