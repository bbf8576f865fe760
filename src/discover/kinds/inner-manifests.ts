/** Finds manifests that stand as texts inside YAML: what machines, controllers and scripts hand to a cluster. Must not read containers. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import { heredocsIn } from "../../text/heredocs.ts";
import type { Source } from "../../text/source.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import { readYaml, type YamlNode } from "../../yaml/nodes.ts";
import { valueSource } from "../../yaml/scalar.ts";
import { notFollowed, yamlUnreadable } from "../gaps.ts";
import { isProseKey } from "../prose.ts";

/** What was found in one file. */
export interface InnerManifests {
  readonly found: readonly { readonly file: Source; readonly documents: readonly YamlNode[] }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Patches are put over what they are for. */
const PATCH = /^(?:patch|templatePatch|patchesStrategicMerge|patches)$/;

/** An object that has pods, by lines of it; Jenkins' templates of pods are no objects (plugins.jenkins.io, Kubernetes). */
function hasPods(text: string): boolean {
  const isObject = /^[ \t]*apiVersion:/m.test(text) && /^[ \t]*kind:/m.test(text);
  const isTemplate = /^[ \t-]*clouds:/m.test(text) && /^[ \t-]*kubernetes:/m.test(text);
  return (isObject || isTemplate) && /\b(?:c|initC)ontainers["']?:/.test(text);
}

/**
 * Manifests in ConfigMaps of a ClusterResourceSet, Talos's inlineManifests, cloud-init's write_files, Crossplane's templates
 * and the here-documents of scripts; what cannot be read of one is told.
 */
export function innerManifests(
  file: Source,
  documents: readonly YamlNode[],
  budget: YamlBudget,
): InnerManifests {
  const found: { file: Source; documents: readonly YamlNode[] }[] = [];
  const diagnostics: Diagnostic[] = [];
  if (!/\b(?:c|initC)ontainers\b/.test(file.text)) return { found, diagnostics };
  const seen = new Set<YamlNode>();
  const read = (inner: Source) => {
    if (!hasPods(inner.text)) return;
    const { documents: nested, problems } = readYaml(inner.text, budget);
    const [first] = problems;
    if (first !== undefined) diagnostics.push(yamlUnreadable(file.file, first, inner));
    found.push({ file: inner, documents: nested });
  };
  const walk = (node: YamlNode) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "list") for (const item of node.items) walk(item);
    else if (node.kind === "map") {
      for (const { key, value } of node.entries)
        if (!PATCH.test(key) && !(value.kind === "text" && isProseKey(key))) walk(value);
    } else if (hasPods(node.text) || (node.text.includes("<<") && node.text.includes("ontainers"))) {
      if (node.templated) {
        if (hasPods(node.text))
          diagnostics.push(
            notFollowed(
              "a text",
              "images in templates inside YAML are not read",
              file.toPlace(node.start, node.end),
            ),
          );
        return;
      }
      const inner = valueSource(file, node);
      const handed = heredocsIn(inner);
      for (const one of handed.length > 0 ? handed : [inner]) read(one);
    }
  };
  for (const document of documents) walk(document);
  return { found, diagnostics };
}
