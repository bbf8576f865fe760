/** Reads a kustomization: what it takes in, and what it puts over it. Must not apply it. */
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, nameOf, parentOf } from "../../tree/paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { notFollowed } from "../gaps.ts";
import { isCorefileKey } from "./cluster-files.ts";
import { type ImageOverride, overridesIn } from "./image-overrides.ts";
import { type InlinePatch, type PatchReading, readInlinePatches } from "./inline-patches.ts";

/** A kustomization with its paths resolved. */
export interface Kustomization {
  readonly file: Source;
  /** Paths of files and folders whose objects it takes in. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** Each path that it names, as it is written and where. */
  readonly written: ReadonlyMap<string, { readonly text: string; readonly at: Place }>;
  /** Files with patches. */
  readonly patches: readonly string[];
  /** Those of them that are JSON patches, which are in `inline` too. */
  readonly operated: ReadonlySet<string>;
  /** Patches that stand in it, and JSON patches. */
  readonly inline: readonly InlinePatch[];
  /** Corefiles and the like that become a ConfigMap. */
  readonly generated: readonly string[];
  readonly images: readonly ImageOverride[];
  /** The namespace it puts everything into. */
  readonly namespace?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Names kustomize looks for in a folder. */
export function isKustomizationName(path: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/.test(nameOf(path));
}

/** Reads a kustomization (kubectl.docs.kubernetes.io, The Kustomization File). */
export function readKustomization(
  file: Source,
  documents: readonly YamlNode[],
  reading: PatchReading,
): Kustomization {
  const [root] = documents;
  const folder = parentOf(file.file);
  const namespace = textAt(root, "namespace");
  const diagnostics: Diagnostic[] = [];
  const written = new Map<string, { readonly text: string; readonly at: Place }>();
  const pathsOf = (...keys: readonly string[]): string[] =>
    keys.flatMap((key) => itemsAt(root, key).flatMap((item) => (item.kind === "text" ? pathOf(item) : [])));
  const pathOf = (item: YamlText): string[] => {
    // An inline patch is a text with line ends.
    if (item.text.includes("\n")) return [];
    const joined = joinPath(folder, item.text);
    const at = file.toPlace(item.start, item.end);
    if (joined !== undefined && !/^[\w.-]+@|[?&]ref=/.test(item.text)) {
      if (!written.has(joined.path)) written.set(joined.path, { text: item.text, at });
      return [joined.path];
    }
    diagnostics.push(notFollowed(item.text, "it is not in this repository", at));
    return [];
  };
  const patches = [
    ...pathsOf("patchesStrategicMerge"),
    ...itemsAt(root, "patches").flatMap((patch) => {
      const path = textAt(patch, "path");
      return path === undefined ? [] : pathOf(path);
    }),
    ...itemsAt(root, "patchesJson6902").flatMap((patch) => {
      const path = textAt(patch, "path");
      return path === undefined ? [] : pathOf(path);
    }),
  ];
  const inline = readInlinePatches(file, root, reading);
  append(diagnostics, inline.diagnostics);
  for (const key of ["generators", "transformers", "replacements"]) {
    const node = valueAt(root, key);
    if (node?.kind === "list" && node.items.length > 0)
      diagnostics.push(
        notFollowed(
          key,
          "only kustomize itself can tell what comes of it",
          file.toPlace(node.start, node.start + 1),
        ),
      );
  }
  return {
    file,
    resources: pathsOf("resources", "bases"),
    components: pathsOf("components"),
    written,
    patches,
    operated: inline.files,
    inline: inline.patches,
    generated: itemsAt(root, "configMapGenerator").flatMap((generator) =>
      itemsAt(generator, "files").flatMap((item) => {
        if (item.kind !== "text") return [];
        const equals = item.text.indexOf("=");
        const path = item.text.slice(equals + 1);
        const key = equals < 0 ? nameOf(path) : item.text.slice(0, equals);
        return isCorefileKey(key) ? pathOf({ ...item, text: path }) : [];
      }),
    ),
    images: overridesIn(file, itemsAt(root, "images")),
    namespace: namespace?.templated ? undefined : namespace?.text,
    diagnostics,
  };
}
