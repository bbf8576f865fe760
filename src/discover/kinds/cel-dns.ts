/** Reads what a CEL expression of a mutation says of a pod's DNS, where it says it outright. Must not evaluate CEL. */
import type { Source } from "../../text/source.ts";
import { entryOf, type YamlEntry, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";
import type { DnsPatch } from "./pod-dns-patch.ts";

/** Letters of one expression that are looked at. */
const MOST_LETTERS = 20_000;

/**
 * Of `Object{spec: Object.spec{dnsConfig: …}}` and `[JSONPatch{op: "add", path: "/spec/dnsConfig", value: …}]`; nothing where it
 * says nothing of DNS, `unknown` where what it says hangs on the pod.
 */
export function dnsInCel(source: Source): DnsPatch | "unknown" | undefined {
  const { text } = source;
  if (!/\bdns(?:Config|Policy)\b/.test(text)) return undefined;
  // The pod as it comes, a choice, a text that is put together: none is known here.
  const words = text.replaceAll(/"[^"]*"/g, "");
  if (text.length > MOST_LETTERS || /\b(?:object|oldObject|variables|params)\b|[?+]/.test(words))
    return "unknown";
  const config: YamlEntry[] = [];
  const options = [...text.matchAll(/\bname\s*:\s*"([\w-]+)"(?:\s*,\s*value\s*:\s*"([^"]*)")?/g)].map(
    (match) => {
      const [whole, name = "", value] = match;
      const [start, end] = [match.index, match.index + whole.length];
      const words = [
        word("name", name, start, end),
        ...(value === undefined ? [] : [word("value", value, start, end)]),
      ];
      return mapOf(words, start, end);
    },
  );
  if (options.length > 0) config.push(entryOf("options", listOf(options)));
  for (const key of ["nameservers", "searches"]) {
    const match = new RegExp(`\\b${key}\\s*:\\s*\\[([^\\]]*)\\]`).exec(text);
    if (match === null) continue;
    const from = match.index;
    const items = [...(match[1] ?? "").matchAll(/"([^"]*)"/g)].map(
      ([, one = ""]) => word("", one, from, from + match[0].length).value,
    );
    config.push(entryOf(key, listOf(items)));
  }
  const policy = /\bdnsPolicy\s*:\s*"(\w+)"|\/dnsPolicy"\s*,\s*value\s*:\s*"(\w+)"/.exec(text);
  const entries = [
    ...(config.length > 0
      ? [entryOf("dnsConfig", mapOf(config, config[0]?.start ?? 0, config.at(-1)?.end ?? 0))]
      : []),
    ...(policy
      ? [word("dnsPolicy", policy[1] ?? policy[2] ?? "", policy.index, policy.index + policy[0].length)]
      : []),
  ];
  if (entries.length === 0) return "unknown";
  return { file: source, pod: mapOf(entries, 0, text.length), how: "merged" };
}

function word(key: string, text: string, start: number, end: number): YamlEntry {
  return entryOf(key, { kind: "text", text, style: "quoted", templated: false, start, end });
}

function mapOf(entries: readonly YamlEntry[], start: number, end: number): YamlMap {
  return { kind: "map", entries, start, end };
}

function listOf(items: readonly YamlNode[]): YamlNode {
  return { kind: "list", items, start: items[0]?.start ?? 0, end: items.at(-1)?.end ?? 0 };
}
