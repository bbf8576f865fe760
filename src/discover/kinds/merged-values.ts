/** Puts values over those of a chart, as Helm does. Must not know what any of them means. */
import type { YamlNode } from "../../yaml/nodes.ts";

type Plain = string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The text of a values.yaml: maps are merged, all else is replaced, null takes away (helm.sh, Values Files). */
export function mergedValues(chart: YamlNode | undefined, over: readonly YamlNode[]): string {
  const all = [chart, ...over].flatMap((node) => (node === undefined ? [] : [plain(node)]));
  // JSON is YAML.
  return JSON.stringify(
    all.reduce<Plain>((under, one) => merged(under, one), {}),
    undefined,
    1,
  );
}

/** What of a chart's values is in force under others: that no key of theirs replaces. */
export function chartsOwnValues(chart: YamlNode | undefined, over: readonly YamlNode[]): string {
  const own = chart === undefined ? {} : plain(chart);
  return JSON.stringify(
    over.reduce<Plain>((left, one) => withoutReplaced(left, plain(one)), own),
    undefined,
    1,
  );
}

function withoutReplaced(own: Plain, over: Plain): Plain {
  if (!isMap(own) || !isMap(over)) return own;
  const left = Object.entries(own).flatMap(([key, value]) => {
    if (!Object.hasOwn(over, key)) return [[key, value] as const];
    const more = over[key] ?? null;
    return isMap(value) && isMap(more) ? [[key, withoutReplaced(value, more)] as const] : [];
  });
  return Object.fromEntries(left);
}

/** Numbers stay as they are written: 1.30 is a tag. Nothing nests deeper than YAML is read. */
function plain(node: YamlNode): Plain {
  if (node.kind === "list") return node.items.map(plain);
  if (node.kind === "map") {
    // A map's own keys stand before those that are merged into it.
    const entries = node.entries.toReversed().map(({ key, value }) => [key, plain(value)] as const);
    return Object.fromEntries(entries);
  }
  if (node.style !== "plain") return node.text;
  if (/^(?:~|null|Null|NULL|)$/.test(node.text)) return null;
  return /^(?:true|false)$/i.test(node.text) ? node.text.toLowerCase() === "true" : node.text;
}

function merged(under: Plain, over: Plain): Plain {
  if (!isMap(under) || !isMap(over)) return over;
  const all = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = all.get(key);
    if (value === null) all.delete(key);
    else all.set(key, below === undefined ? value : merged(below, value));
  }
  return Object.fromEntries(all);
}

function isMap(value: Plain): value is { readonly [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
