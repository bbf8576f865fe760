/** Applies kustomizations' image overrides to the manifests they take in. Must not apply any other patch silently. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { isCorefileKey } from "./cluster-files.ts";
import { imageNotLiteral, notFollowed } from "./gap.ts";
import { isLiteralImage, joinImage, splitImage } from "./image-text.ts";
import type { Manifest, ManifestContainer } from "./manifest.ts";
import { joinPath, nameOf, parentOf } from "./paths.ts";
import type { TextFile } from "./text-file.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "./yaml-file.ts";

/** One entry of `images`. */
export interface ImageOverride {
  readonly name: string;
  readonly newName?: YamlText;
  readonly newTag?: YamlText;
  readonly digest?: YamlText;
  readonly tagSuffix?: YamlText;
  readonly file: TextFile;
}

/** A kustomization with its paths resolved. */
export interface Kustomization {
  readonly file: TextFile;
  /** Paths of files and folders whose objects it takes in. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** Files with strategic merge patches. */
  readonly patches: readonly string[];
  /** Corefiles and the like that become a ConfigMap. */
  readonly generated: readonly string[];
  readonly images: readonly ImageOverride[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What comes out, and which manifests are thereby accounted for. */
export interface Kustomized {
  readonly workloads: readonly Workload[];
  readonly taken: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Names kustomize looks for in a folder. */
export function isKustomizationName(path: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/.test(nameOf(path));
}

/** Reads a kustomization (kubectl.docs.kubernetes.io, The Kustomization File). */
export function readKustomization(file: TextFile, documents: readonly YamlNode[]): Kustomization {
  const [root] = documents;
  const folder = parentOf(file.path);
  const diagnostics: Diagnostic[] = [];
  const pathsOf = (...keys: readonly string[]): string[] =>
    keys.flatMap((key) => itemsAt(root, key).flatMap((item) => (item.kind === "text" ? pathOf(item) : [])));
  const pathOf = (item: YamlText): string[] => {
    // An inline patch is a text with line ends.
    if (item.text.includes("\n")) return [];
    const joined = joinPath(folder, item.text);
    if (joined !== undefined && !/^[\w.-]+@|[?&]ref=/.test(item.text)) return [joined.path];
    const at = file.place(item.start, item.end);
    diagnostics.push(notFollowed(item.text, "it is not in this repository", at));
    return [];
  };
  const patches = [
    ...pathsOf("patchesStrategicMerge"),
    ...itemsAt(root, "patches").flatMap((patch) => {
      const path = textAt(patch, "path");
      return path === undefined ? [] : pathOf(path);
    }),
  ];
  for (const node of inlinePatches(root)) {
    if (/\b(?:image|dnsPolicy|dnsConfig|hostNetwork|containers)\b/.test(node.text)) {
      diagnostics.push(notFollowed("an inline patch", "it changes pods", file.place(node.start, node.end)));
    }
  }
  for (const key of ["helmCharts", "generators", "transformers", "replacements"]) {
    const node = valueAt(root, key);
    if (node?.kind === "list" && node.items.length > 0)
      diagnostics.push(
        notFollowed(
          key,
          "only kustomize itself can tell what comes of it",
          file.place(node.start, node.start + 1),
        ),
      );
  }
  return {
    file,
    resources: pathsOf("resources", "bases"),
    components: pathsOf("components"),
    patches,
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
    diagnostics,
  };
}

/** Entries of `images`, of a kustomization or of Flux's Kustomization. */
export function overridesIn(file: TextFile, items: readonly YamlNode[]): readonly ImageOverride[] {
  return items.flatMap((item) => {
    const name = textAt(item, "name");
    if (name === undefined) return [];
    const [newName, newTag] = [textAt(item, "newName"), textAt(item, "newTag")];
    const [digest, tagSuffix] = [textAt(item, "digest"), textAt(item, "tagSuffix")];
    return [
      {
        name: name.text,
        ...(newName === undefined ? {} : { newName }),
        ...(newTag === undefined ? {} : { newTag }),
        ...(digest === undefined ? {} : { digest }),
        ...(tagSuffix === undefined ? {} : { tagSuffix }),
        file,
      },
    ];
  });
}

function inlinePatches(root: YamlNode | undefined): readonly YamlText[] {
  const texts = [
    ...itemsAt(root, "patchesStrategicMerge"),
    ...["patches", "patchesJson6902"].flatMap((key) =>
      itemsAt(root, key).flatMap((patch) => valueAt(patch, "patch") ?? []),
    ),
  ];
  return texts.filter((node): node is YamlText => node.kind === "text" && node.text.includes("\n"));
}

/** The deepest chain of overlays. */
const MAX_DEPTH = 32;

/** The most containers that come out of all overlays together: bases taken in twice at every level would double. */
const MAX_CONTAINERS = 50_000;

/** One container on its way up through the overlays. */
interface Passing {
  readonly container: ManifestContainer;
  readonly workload: Workload;
}

/**
 * Builds every kustomization no other takes in. A manifest that is taken in stands only as its overlays make it.
 * `extra` are overrides from outside by folder, such as Flux's.
 */
export function kustomize(
  kustomizations: ReadonlyMap<string, Kustomization>,
  manifests: ReadonlyMap<string, Manifest>,
  extra: ReadonlyMap<string, readonly ImageOverride[]> = new Map(),
): Kustomized {
  const diagnostics: Diagnostic[] = [];
  const taken = new Set<string>();
  let left = MAX_CONTAINERS;

  const build = (folder: string, depth: number): Passing[] => {
    const own = kustomizations.get(folder);
    if (own === undefined || left-- <= 0) return [];
    if (depth > MAX_DEPTH) {
      diagnostics.push(notFollowed(folder, "overlays are nested too deeply", own.file.place(0, 1)));
      return [];
    }
    let passing = own.resources.flatMap((path) => {
      if (kustomizations.has(path)) return build(path, depth + 1);
      const manifest = manifests.get(path);
      if (manifest === undefined) return [];
      taken.add(path);
      left -= manifest.containers.length;
      return manifest.containers.map((container) => ({ container, workload: container.workload }));
    });
    for (const path of own.components) {
      const component = kustomizations.get(path);
      if (component === undefined || depth > MAX_DEPTH) continue;
      passing.push(...build(path, depth + 1));
      passing = apply(passing, component);
    }
    return apply(passing, own);
  };

  const apply = (passing: Passing[], own: Kustomization): Passing[] => {
    let result = passing;
    for (const path of own.patches) {
      const manifest = manifests.get(path);
      if (manifest === undefined) continue;
      taken.add(path);
      result = patched(result, manifest.containers);
    }
    return result.map(({ container, workload }) => ({
      container,
      workload: own.images.reduce((so, override) => overridden(so, override, diagnostics), workload),
    }));
  };

  const roots = rootsOf(kustomizations);
  const workloads: Workload[] = [];
  for (const folder of roots) {
    const outside = extra.get(folder) ?? [];
    workloads.push(
      ...build(folder, 0).map(({ workload }) =>
        outside.reduce((so, override) => overridden(so, override, diagnostics), workload),
      ),
    );
  }
  if (left <= 0) {
    const file = kustomizations.get(roots[0] ?? "")?.file;
    if (file !== undefined)
      diagnostics.push(notFollowed("the rest", "overlays make too many objects", file.place(0, 1)));
  }
  return { workloads: unique(workloads), taken, diagnostics: uniqueByText(diagnostics) };
}

/** Folders no other kustomization takes in; where they form a circle, the first of it. */
function rootsOf(kustomizations: ReadonlyMap<string, Kustomization>): readonly string[] {
  const inner = new Set([...kustomizations.values()].flatMap((one) => [...one.resources, ...one.components]));
  const roots = [...kustomizations.keys()].filter((folder) => !inner.has(folder));
  const reached = new Set<string>();
  const reach = (start: string): void => {
    const waiting = [start];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const one = kustomizations.get(folder);
      if (one === undefined || reached.has(folder)) continue;
      reached.add(folder);
      waiting.push(...one.resources, ...one.components);
    }
  };
  for (const root of roots) reach(root);
  for (const folder of kustomizations.keys()) {
    if (reached.has(folder)) continue;
    roots.push(folder);
    reach(folder);
  }
  return roots;
}

/** Puts a patch's images in place of those of the same container; what it adds is added. */
function patched(passing: readonly Passing[], patches: readonly ManifestContainer[]): Passing[] {
  const keyOf = ({ owner, container }: ManifestContainer) =>
    JSON.stringify([owner.kind, owner.name, container]);
  const byKey = new Map(patches.map((patch) => [keyOf(patch), patch]));
  const used = new Set<ManifestContainer>();
  const result = passing.map(({ container, workload }) => {
    const patch = byKey.get(keyOf(container));
    if (patch === undefined) return { container, workload };
    used.add(patch);
    const { image, at, command, args } = patch.workload;
    return {
      container,
      workload: {
        ...workload,
        image,
        ...(command === undefined ? {} : { command }),
        ...(args === undefined ? {} : { args }),
        ...moved(workload, at),
      },
    };
  });
  const added = patches.filter((patch) => !used.has(patch));
  return [...result, ...added.map((container) => ({ container, workload: container.workload }))];
}

/** The image of one entry put over a workload's (sigs.k8s.io/kustomize, api/filters/imagetag). */
function overridden(workload: Workload, override: ImageOverride, diagnostics: Diagnostic[]): Workload {
  const image = splitImage(workload.image);
  if (image.name !== override.name && workload.image !== override.name) return workload;
  const { newName, newTag, digest, tagSuffix, file } = override;
  const used = [digest, newTag, tagSuffix, newName].filter((node) => node !== undefined);
  const [decisive] = used;
  if (decisive === undefined) return workload;
  const at = file.place(decisive.start, decisive.end);
  const name = newName?.text ?? image.name;
  // A tag or digest drops the other one of the original; both may be given.
  const version =
    newTag !== undefined || digest !== undefined
      ? { ...(newTag ? { tag: newTag.text } : {}), ...(digest ? { digest: digest.text } : {}) }
      : tagSuffix !== undefined
        ? { tag: `${image.tag ?? "latest"}${tagSuffix.text}` }
        : {
            ...(image.tag === undefined ? {} : { tag: image.tag }),
            ...(image.digest === undefined ? {} : { digest: image.digest }),
          };
  const written = joinImage({ name, ...version });
  if (used.some(({ templated }) => templated) || !isLiteralImage(written)) {
    diagnostics.push(imageNotLiteral(written, workload.name, at));
    return workload;
  }
  return { ...workload, image: written, ...moved(workload, at) };
}

/** Pins a workload to the line that overrides it; where it was becomes related. */
function moved(workload: Workload, at: Place | undefined): Pick<Workload, "at" | "related"> {
  if (at === undefined) return {};
  const related = workload.at === undefined ? [] : [workload.at];
  return { at, related: [...related, ...(workload.related ?? [])] };
}

function unique(workloads: readonly Workload[]): readonly Workload[] {
  return [...new Map(workloads.map((one) => [JSON.stringify(one), one])).values()];
}

function uniqueByText(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
