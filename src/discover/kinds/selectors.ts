/** Whether a selector of labels selects a pod. Must not know what it is for. */
import { itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** The labels that a map at a path holds; templates are none. */
export function labelsAt(node: YamlNode | undefined, ...path: string[]): Labels {
  const map = node && valueAt(node, ...path);
  return Object.fromEntries(
    (map?.kind === "map" ? map.entries : []).flatMap(({ key, value }) =>
      value.kind === "text" && !value.templated ? [[key, value.text]] : [],
    ),
  );
}

/** Whether every label that is asked for is there. */
export function hasAll(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** A LabelSelector (kubernetes.io, Labels and Selectors): one that says nothing selects all. `keyOf` reads its keys. */
export function selects(
  selector: YamlNode | undefined,
  labels: Labels,
  keyOf = (key: string): string => key,
): boolean {
  const wanted = Object.entries(labelsAt(selector, "matchLabels")).map(([key, value]) => [keyOf(key), value]);
  if (!hasAll(labels, Object.fromEntries(wanted))) return false;
  return itemsAt(selector, "matchExpressions").every((one) => {
    const key = keyOf(textAt(one, "key")?.text ?? "");
    const values = itemsAt(one, "values").map((value) => (value.kind === "text" ? value.text : ""));
    const has = Object.hasOwn(labels, key);
    switch (textAt(one, "operator")?.text) {
      case "In":
        return has && values.includes(labels[key] ?? "");
      case "NotIn":
        return !has || !values.includes(labels[key] ?? "");
      case "Exists":
        return has;
      case "DoesNotExist":
        return !has;
      default:
        return false;
    }
  });
}
