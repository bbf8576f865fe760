/** Makes objects of what policies put into pods or generate: sidecars, other images. Must not say which pods a policy is for. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Source } from "../../text/source.ts";
import {
  entryOf,
  itemsAt,
  textAt,
  valueAt,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from "../../yaml/nodes.ts";
import { notFollowed } from "../gaps.ts";
import { word } from "./helm-release.ts";
import { changesPods } from "./patches.ts";

/** What policies of a file add to a cluster. */
export interface PolicyObjects {
  readonly documents: readonly YamlNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Objects whose text another program runs, by their kinds. */
const IN_CEL = /^Mutating(?:Admission)?Policy$/;

/** Kyverno's (kyverno.io, Mutate and Generate Rules), Karmada's (karmada.io, Override Policy), Gatekeeper's and those in CEL. */
export function policyObjects(file: Source, objects: readonly YamlNode[]): PolicyObjects {
  const documents: YamlNode[] = [];
  const diagnostics: Diagnostic[] = [];
  const tell = (node: YamlNode, why: string, what: string) =>
    diagnostics.push(notFollowed(what, why, file.toPlace(node.start, Math.max(node.start + 1, node.end))));
  for (const object of objects) {
    const [kind, api] = [textAt(object, "kind")?.text ?? "", textAt(object, "apiVersion")?.text ?? ""];
    if (/^(?:Cluster)?Policy$/.test(kind) && api.startsWith("kyverno.io/"))
      for (const rule of itemsAt(object, "spec", "rules")) {
        documents.push(...ofRule(object, rule));
        const mutate = valueAt(rule, "mutate");
        for (const one of [mutate, ...itemsAt(mutate, "foreach")]) {
          const patch = textAt(one, "patchesJson6902");
          // A variable stands for an index as a rule.
          if (patch !== undefined && changesPods(patch.text.replace(/\{\{[^{}]*\}\}/g, "0")))
            tell(patch, "it changes what pods run", "a patch");
        }
      }
    else if (/^(?:Cluster)?OverridePolicy$/.test(kind) && api.startsWith("policy.karmada.io/")) {
      const rules = [valueAt(object, "spec"), ...itemsAt(object, "spec", "overrideRules")];
      for (const rule of rules) {
        const overriders = valueAt(rule, "overriders");
        for (const key of ["imageOverrider", "commandOverrider", "argsOverrider"])
          for (const one of itemsAt(overriders, key))
            tell(one, "it changes what pods run on some clusters", `a rule under ${key}`);
        for (const one of itemsAt(overriders, "plaintext")) {
          const [path, value] = [textAt(one, "path")?.text ?? "", valueAt(one, "value")];
          if (!/\/(?:(?:initC|c)ontainers|template|spec)(?:\/|$)/.test(path)) continue;
          const made = value === undefined ? undefined : ofPath(object, path, value);
          if (made !== undefined) documents.push(made);
          else if (/ontainers(?:\/|$)/.test(path) && !/\/(?:resources|ports)(?:\/|$)/.test(path))
            tell(one, "it changes what pods run on some clusters", path);
        }
      }
    } else if (kind === "AssignImage" && api.startsWith("mutations.gatekeeper.sh/"))
      tell(valueAt(object, "spec") ?? object, "it changes the images of pods", "AssignImage");
    else if (IN_CEL.test(kind))
      for (const mutation of itemsAt(object, "spec", "mutations"))
        for (const key of ["applyConfiguration", "jsonPatch"]) {
          const text = textAt(mutation, key, "expression");
          if (text !== undefined && /\bcontainers\b/i.test(text.text) && /\bimage\b/.test(text.text))
            tell(text, "it changes what pods run, in CEL", "an expression");
        }
  }
  return { documents, diagnostics };
}

/** What one rule puts into pods, and what it generates. */
function ofRule(policy: YamlNode, rule: YamlNode): readonly YamlNode[] {
  const mutate = valueAt(rule, "mutate");
  const merged = [
    valueAt(mutate, "patchStrategicMerge"),
    ...itemsAt(mutate, "foreach").map((one) => valueAt(one, "patchStrategicMerge")),
  ];
  const generate = valueAt(rule, "generate");
  const data = valueAt(generate, "data");
  return [
    ...merged.flatMap((patch) => (patch?.kind === "map" ? [objectOf(policy, without(patch).entries)] : [])),
    ...(data?.kind === "map" && generate !== undefined
      ? [objectOf(generate, [...data.entries, entryOf("kind", textAt(generate, "kind") ?? word("", data))])]
      : []),
  ];
}

/** An object that is called as its maker is. */
function objectOf(maker: YamlNode, entries: readonly YamlEntry[]): YamlMap {
  const own = ["name", "namespace"].flatMap((key) => {
    const text = textAt(maker, "metadata", key) ?? textAt(maker, key);
    return text === undefined ? [] : [entryOf(key, text)];
  });
  const { start, end } = maker;
  const rest = entries.filter(({ key }) => !/^(?:apiVersion|metadata)$/.test(key));
  return {
    kind: "map",
    entries: [
      entryOf("apiVersion", word("v1", maker)),
      entryOf("metadata", { kind: "map", entries: own, start, end }),
      ...(rest.some(({ key }) => key === "kind")
        ? []
        : [entryOf("kind", textAt(maker, "kind") ?? word("", maker))]),
      ...rest,
    ],
    start,
    end,
  };
}

/** A patch with the marks taken off its keys that say when it is put on: `+(image)`, `(name)`; `(image)` is a condition, and no image. */
function without(node: YamlMap): YamlMap {
  const inner = (one: YamlNode): YamlNode =>
    one.kind === "map" ? without(one) : one.kind === "list" ? { ...one, items: one.items.map(inner) } : one;
  return {
    ...node,
    entries: node.entries
      .filter(({ key }) => !/^[\^=<X]?\(image\)$/.test(key))
      .map((entry) => ({
        ...entry,
        key: entry.key.replace(/^[+^=<X]?\((.+)\)$/, "$1"),
        value: inner(entry.value),
      })),
  };
}

/** The object that has a value at a path of it, where that says an image. */
function ofPath(maker: YamlNode, path: string, value: YamlNode): YamlNode | undefined {
  const keys = path.split("/").slice(1);
  const at = keys.findIndex((key) => /^(?:c|initC)ontainers$/.test(key));
  const [list = "", index, ...rest] = keys.slice(Math.max(at, 0));
  const { start, end } = value;
  const map = (key: string, inner: YamlNode): YamlMap => ({
    kind: "map",
    entries: [entryOf(key, inner)],
    start,
    end,
  });
  const wrapped = (item: YamlNode) =>
    objectOf(maker, [entryOf("spec", map(list, { kind: "list", items: [item], start, end }))]);
  if (at < 0) return value.kind === "text" ? undefined : objectOf(maker, [entryOf("spec", value)]);
  if (index === undefined)
    return value.kind === "list" ? objectOf(maker, [entryOf("spec", map(list, value))]) : undefined;
  if (rest.length === 0) return value.kind === "map" ? wrapped(value) : undefined;
  return rest[0] === "image" ? wrapped(map("image", value)) : undefined;
}
