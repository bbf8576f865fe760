/** Says what a tool installs with Helm in one form, whichever tool it is. Must not read its values. */
import { joinPath } from "../../tree/paths.ts";
import { entryOf, type YamlEntry, type YamlMap, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** What a tool says of a release. */
export interface Release {
  readonly name: YamlText;
  /** A chart's name, its path or its address. */
  readonly chart?: YamlText;
  readonly repository?: YamlText;
  readonly version?: YamlText;
  /** Maps, and texts of YAML; what is computed, or stands where nobody reads, makes them less than all. */
  readonly values: readonly YamlNode[];
  /** Each with a `name` and a `value`. */
  readonly parameters?: readonly YamlNode[];
}

/** The object of kind `helm_release` that has it as Argo CD's Application has the same; paths begin in `folder`. */
export function helmRelease(
  at: { readonly start: number; readonly end: number },
  folder: string,
  { name, chart, repository, version, values, parameters = [] }: Release,
): YamlNode {
  const where = { start: at.start, end: at.start + 1 };
  const map = (entries: readonly YamlEntry[]): YamlMap => ({ kind: "map", entries, ...where });
  const list = (items: readonly YamlNode[]): YamlNode => ({ kind: "list", items, ...where });
  const [, here] =
    /^(?:\$\{path\.(?:module|root)\}\/(.+)|(\.{1,2}(?:\/.*)?))$/.exec(chart?.text ?? "")?.filter(Boolean) ??
    [];
  const path = here === undefined ? undefined : joinPath(folder, here)?.path;
  // Without a repository a name may be a folder's: whoever knows the folders can tell.
  const local =
    path !== undefined || repository !== undefined || chart === undefined || chart.templated
      ? undefined
      : joinPath(folder, chart.text)?.path;
  const source = map([
    ...(chart === undefined
      ? []
      : [path === undefined ? entryOf("chart", chart) : entryOf("path", { ...chart, text: path })]),
    ...(chart === undefined || !local ? [] : [entryOf("local", { ...chart, text: local })]),
    ...(repository === undefined ? [] : [entryOf("repoURL", repository)]),
    ...(version === undefined ? [] : [entryOf("targetRevision", version)]),
    entryOf("helm", map([entryOf("texts", list(values)), entryOf("parameters", list(parameters))])),
  ]);
  return map([
    entryOf("apiVersion", word("helm.sh", where)),
    entryOf("kind", word("helm_release", where)),
    entryOf("metadata", map([entryOf("name", name)])),
    entryOf("spec", map([entryOf("source", source)])),
  ]);
}

/** Values that are not read. */
export const unreadValues = (at: { readonly start: number; readonly end: number }): YamlText => ({
  ...word("what is not read", at),
  templated: true,
});

/** A word that stands nowhere, but is held to stand where something does. */
export function word(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): YamlText {
  return { kind: "text", text, style: "plain", templated: false, start, end };
}

/** A value that a release sets by its name, at that value's place. */
export function parameter(name: string, value: YamlNode): YamlMap {
  const { start, end } = value;
  return { kind: "map", entries: [entryOf("name", word(name, value)), entryOf("value", value)], start, end };
}
