/** Reads the names of other hosts that a container is given: in its environment, its words, ConfigMaps in sight. Must not resolve any. */
import { textAt, valueAt, valuesOf, type YamlNode } from "../../yaml/nodes.ts";

/** Names and letters of one container that are looked at. */
const MOST_NAMES = 200;
const MOST_LETTERS = 100_000;

/** Host names in lower case with closing dot, each once, as they stand in texts; `documents` hold the ConfigMaps. */
export function usedNames(container: YamlNode, documents: readonly YamlNode[]): readonly string[] {
  const found = new Set<string>();
  let letters = 0;
  for (const text of textsOf(container, documents)) {
    letters += text.length;
    if (letters > MOST_LETTERS || found.size >= MOST_NAMES) break;
    for (const [, name = ""] of text.matchAll(HOST)) {
      if (found.size < MOST_NAMES && name.length < 254) found.add(`${name.toLowerCase()}.`);
    }
  }
  return [...found];
}

/** Labels with dots between, the last of letters; not a path's or an option's part. */
const HOST =
  /(?<![\w./-])(?:[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^\s/@]{0,100}@)?)?((?:[a-z0-9_](?:[\w-]{0,61}[a-z0-9])?\.){1,20}[a-z]{2,63})\.?(?![\w-])/gi;

function* textsOf(container: YamlNode, documents: readonly YamlNode[]): Iterable<string> {
  for (const key of ["command", "args"]) {
    for (const value of valuesOf(container, key)) yield* texts(value);
  }
  for (const env of items(valueAt(container, "env"))) {
    const value = textAt(env, "value");
    if (value !== undefined) yield value.text;
    const from = valueAt(env, "valueFrom", "configMapKeyRef");
    const [map, key] = [from && textAt(from, "name"), from && textAt(from, "key")];
    if (map === undefined || key === undefined) continue;
    for (const data of configMaps(map.text, documents)) {
      const value = textAt(data, key.text);
      if (value !== undefined) yield value.text;
    }
  }
  for (const from of items(valueAt(container, "envFrom"))) {
    const map = textAt(from, "configMapRef", "name");
    if (map === undefined) continue;
    for (const data of configMaps(map.text, documents)) yield* texts(data);
  }
}

function* configMaps(name: string, documents: readonly YamlNode[]): Iterable<YamlNode> {
  for (const document of documents) {
    if (textAt(document, "kind")?.text !== "ConfigMap") continue;
    const data = valueAt(document, "data");
    if (data !== undefined && textAt(document, "metadata", "name")?.text === name) yield data;
  }
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

function* texts(node: YamlNode): Iterable<string> {
  if (node.kind === "text") yield node.text;
  if (node.kind === "list") for (const item of node.items) if (item.kind === "text") yield item.text;
  if (node.kind === "map") for (const { value } of node.entries) if (value.kind === "text") yield value.text;
}
