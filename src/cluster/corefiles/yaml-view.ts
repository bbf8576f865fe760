/** Looks into a parsed YAML document past aliases and merge keys. Must not copy what they stand for. */
import { type Document, isAlias, isMap, isScalar, isSeq, visit, type YAMLMap } from "yaml";

/** One document. */
export interface YamlView {
  /** The node itself, or what an alias stands for; nothing for an alias of nothing. */
  readonly at: (node: unknown) => unknown;
  /** The value of a map's key: its own, else that of the first merged map that has it (yaml.org, Merge Key). */
  readonly get: (node: unknown, key: string) => unknown;
  /** The items of a list, or none. */
  readonly items: (node: unknown) => readonly unknown[];
}

/** Merges inside merges that are followed. */
const MAX_DEPTH = 16;
/** Merged maps of one document that are looked into: merges inside merges double. */
const MAX_MERGES = 200_000;

/** Opens a document; looks at every node once. */
export function viewOf(document: Document.Parsed): YamlView {
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
  const at = (node: unknown): unknown => (isAlias(node) ? targets.get(node) : node);
  // Of a large map every key may be asked for.
  const indexes = new Map<YAMLMap, ReadonlyMap<unknown, unknown>>();
  const own = (map: YAMLMap, key: string): unknown => {
    const index =
      indexes.get(map) ??
      new Map(
        map.items.map((pair): [unknown, unknown] => [
          isScalar(pair.key) ? pair.key.value : undefined,
          pair.value,
        ]),
      );
    if (map.items.length > 16) indexes.set(map, index);
    return index.get(key);
  };
  let merges = 0;
  const get = (node: unknown, key: string, depth = 0): unknown => {
    const map = at(node);
    if (!isMap(map) || depth > MAX_DEPTH || merges > MAX_MERGES) return undefined;
    const found = own(map, key);
    if (found !== undefined) return at(found);
    const merged = at(own(map, "<<"));
    if (merged === undefined) return undefined;
    for (const one of isSeq(merged) ? merged.items : [merged]) {
      merges++;
      const value = get(one, key, depth + 1);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return {
    at,
    get: (node, key) => get(node, key),
    items: (node) => {
      const list = at(node);
      return isSeq(list) ? list.items.map(at) : [];
    },
  };
}
