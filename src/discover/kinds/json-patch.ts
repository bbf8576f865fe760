/** Makes of a node what operations of a JSON patch make of it (RFC 6902). Must say nothing rather than apply half of one. */
import { entryOf, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** One operation. */
export interface Operation {
  readonly op: string;
  /** Its pointer's parts (RFC 6901). */
  readonly path: readonly string[];
  readonly value: YamlNode | undefined;
  /** Where it stands in the text that the patch was read from. */
  readonly start: number;
  readonly end: number;
}

/** The operations of a patch; nothing where the document is no list of them. */
export function operationsIn(document: YamlNode | undefined): readonly Operation[] | undefined {
  if (document?.kind !== "list" || document.items.length === 0) return undefined;
  const operations = document.items.flatMap((item) => {
    const [op, path] = [textAt(item, "op")?.text, textAt(item, "path")?.text];
    if (op === undefined || !path?.startsWith("/")) return [];
    const parts = path.slice(1).split("/").map(unescaped);
    return [{ op, path: parts, value: valueAt(item, "value"), start: item.start, end: item.end }];
  });
  return operations.length === document.items.length ? operations : undefined;
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** `add`, `replace` and `remove` below a node; nothing where it is another operation, or its path is not there. */
export function patchedNode(
  node: YamlNode | undefined,
  path: readonly string[],
  { op, value }: Pick<Operation, "op" | "value">,
): YamlNode | undefined {
  const [key, ...rest] = path;
  if (!/^(?:add|replace|remove)$/.test(op) || (op === "remove") !== (value === undefined)) return undefined;
  if (key === undefined) return value;
  if (node?.kind === "list") {
    const at = key === "-" ? node.items.length : /^\d{1,6}$/.test(key) ? Number(key) : -1;
    const own = node.items[at];
    if (rest.length > 0) {
      const inner = patchedNode(own, rest, { op, value });
      return inner && own && { ...node, items: node.items.with(at, inner) };
    }
    if (at < 0 || at > node.items.length || (op !== "add" && own === undefined)) return undefined;
    const items = node.items.toSpliced(at, op === "add" ? 0 : 1, ...(value === undefined ? [] : [value]));
    return { ...node, items };
  }
  if (node?.kind !== "map") return undefined;
  const own = valueAt(node, key);
  const inner = rest.length > 0 ? patchedNode(own, rest, { op, value }) : value;
  if (inner === undefined && (rest.length > 0 || own === undefined)) return undefined;
  if (rest.length === 0 && op === "replace" && own === undefined) return undefined;
  const others = node.entries.filter((entry) => entry.key !== key);
  const entry = inner && entryOf(key, inner);
  return { ...node, entries: entry ? [...others, entry] : others };
}
