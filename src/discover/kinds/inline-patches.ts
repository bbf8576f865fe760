/** Reads the patches that stand in a kustomization itself, and JSON patches beside it. Must not put them over anything. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, parentOf } from "../../tree/paths.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import { itemsAt, readYaml, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import { valueSource } from "../../yaml/scalar.ts";
import type { YamlSource } from "../repository.ts";
import type { ConfigMaps } from "../config-maps.ts";
import { notFollowed } from "../gaps.ts";
import { type Operation, operationsIn } from "./json-patch.ts";
import { type Manifest, type ManifestContainer, readManifest } from "./manifest.ts";
import { changesDns, changesPods, changesUnapplied, inlinePatches, podPart } from "./patches.ts";

/** One patch; it has objects, or operations. */
export interface InlinePatch {
  readonly file: Source;
  /** What messages call it. */
  readonly called: string;
  /** What it is for; without one the objects in it say. */
  readonly target?: Target;
  readonly manifest?: Manifest;
  readonly operations?: readonly Operation[];
}

/** Whether a patch is for a container's object. */
export type Target = (container: ManifestContainer) => boolean;

/** What its reading needs. */
export interface PatchReading {
  readonly budget: YamlBudget;
  readonly configMaps?: ConfigMaps;
  /** Files that the kustomization names as patches, as far as they are there. */
  readonly beside: ReadonlyMap<string, YamlSource>;
}

/** The files that a kustomization names as patches with a target, by their paths in the repository. */
export function patchFiles(
  file: Source,
  root: YamlNode | undefined,
): ReadonlyMap<string, YamlNode | undefined> {
  return new Map(
    ["patches", "patchesJson6902"].flatMap((key) =>
      itemsAt(root, key).flatMap((one) => {
        const path = joinPath(parentOf(file.file), textAt(one, "path")?.text ?? "\n");
        return path === undefined ? [] : [[path.path, valueAt(one, "target")] as const];
      }),
    ),
  );
}

/** Reads `patches`, `patchesStrategicMerge` and `patchesJson6902`; what cannot be applied of them is told. */
export function readInlinePatches(
  file: Source,
  root: YamlNode | undefined,
  { budget, configMaps, beside }: PatchReading,
): InlinePatches {
  const patches: InlinePatch[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { text: node, target: written } of inlinePatches(root)) {
    const tell = (why: string) =>
      diagnostics.push(notFollowed(CALLED, why, file.toPlace(node.start, node.end)));
    const target = written && targetOf(written);
    const { documents, problems } = readYaml(node.text, budget);
    const operations = documents.length === 1 ? operationsIn(documents[0]) : undefined;
    if (problems.length > 0 || target === "unknown") {
      const matters =
        operations === undefined
          ? changesPods(node.text) || STARTS.test(node.text)
          : operations.some(({ path }) => podPart(path)) ||
            changesDns(node.text) ||
            /\bdnsConfig\b/.test(node.text);
      if (matters)
        tell(target === "unknown" ? "which objects its target chooses is not known" : "it cannot be read");
      continue;
    }
    const inner = valueSource(file, node);
    if (operations !== undefined) {
      patches.push({ file: inner, called: CALLED, target, operations });
      continue;
    }
    const manifest = readManifest(inner, documents, undefined, configMaps);
    const found =
      manifest.containers.length + manifest.imageless.length + manifest.volumes.length + manifest.dns.length;
    const removes = /\$patch\b/.test(node.text) && /\b(?:containers|volumes|env)\b/.test(node.text);
    if (
      removes ||
      changesUnapplied(node.text, found, manifest.dns.length) ||
      (found === 0 && STARTS.test(node.text))
    )
      tell("it changes pods in a way that is not modelled");
    patches.push({ file: inner, called: CALLED, target, manifest });
  }
  const files = new Set<string>();
  for (const [path, written] of patchFiles(file, root)) {
    const patch = beside.get(path);
    const operations = patch?.documents.length === 1 ? operationsIn(patch.documents[0]) : undefined;
    if (patch === undefined || operations === undefined) continue;
    files.add(path);
    const at = patch.file.toPlace(0, 1);
    const target = written && targetOf(written);
    if (target !== "unknown") patches.push({ file: patch.file, called: path, target, operations });
    else if (operations.some(({ path: to }) => podPart(to) ?? to.some((key) => key.startsWith("dns"))))
      diagnostics.push(notFollowed(path, "which objects its target chooses is not known", at));
  }
  return { patches, files, diagnostics };
}

interface InlinePatches {
  readonly patches: readonly InlinePatch[];
  /** The files among them. */
  readonly files: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

const CALLED = "an inline patch";

/** Words of whatever may change how a container starts. */
const STARTS = /\b(?:env|envFrom|volumes|volumeMounts|workingDir|lifecycle|command|args|\w+Probe)\b/;

/** Labels and patterns choose in ways that are not modelled; a name is one by its letters. */
function targetOf(node: YamlNode): Target | "unknown" {
  if (node.kind !== "map") return "unknown";
  const known = new Set(["group", "version", "kind", "name", "namespace"]);
  if (node.entries.some(({ key }) => !known.has(key))) return "unknown";
  const [kind, name, namespace] = ["kind", "name", "namespace"].map((key) => {
    const text = textAt(node, key)?.text;
    return text === undefined || text === ".*" || text === ".+" ? "" : text;
  }) as [string, string, string];
  if (![kind, name, namespace].every((text) => /^[\w.-]*$/.test(text))) return "unknown";
  return ({ owner, workload }) =>
    (kind === "" || kind.toLowerCase() === owner.kind) &&
    (name === "" || name === owner.name) &&
    (namespace === "" || namespace === workload.key.namespace);
}
