/** Applies kustomizations' image overrides to the manifests they take in. Must not apply any other patch silently. */
import { pastLimit } from "../../tree/gaps.ts";
import { defined } from "../../model/defined.ts";
import { isLiteralImage, joinImage, splitImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import { Budget } from "../../model/budget.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { Surroundings } from "../../model/surroundings.ts";
import type { Workload } from "../../model/workload.ts";
import { withKey } from "../../model/workload-key.ts";
import { isCorefileKey } from "./cluster-files.ts";
import { imageNotLiteral, notFollowed } from "../gaps.ts";
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../../model/repository-limits.ts";
import type { ImagelessContainer, Manifest, ManifestContainer } from "./manifest.ts";
import { joinPath, nameOf, parentOf } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** One entry of `images`. */
export interface ImageOverride {
  readonly name: string;
  readonly newName?: YamlText;
  readonly newTag?: YamlText;
  readonly digest?: YamlText;
  readonly tagSuffix?: YamlText;
  readonly file: Source;
}

/** A kustomization with its paths resolved. */
export interface Kustomization {
  readonly file: Source;
  /** Paths of files and folders whose objects it takes in. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** Files with strategic merge patches. */
  readonly patches: readonly string[];
  /** Corefiles and the like that become a ConfigMap. */
  readonly generated: readonly string[];
  readonly images: readonly ImageOverride[];
  /** The namespace it puts everything into. */
  readonly namespace?: string;
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
export function readKustomization(file: Source, documents: readonly YamlNode[]): Kustomization {
  const [root] = documents;
  const folder = parentOf(file.file);
  const namespace = textAt(root, "namespace");
  const diagnostics: Diagnostic[] = [];
  const pathsOf = (...keys: readonly string[]): string[] =>
    keys.flatMap((key) => itemsAt(root, key).flatMap((item) => (item.kind === "text" ? pathOf(item) : [])));
  const pathOf = (item: YamlText): string[] => {
    // An inline patch is a text with line ends.
    if (item.text.includes("\n")) return [];
    const joined = joinPath(folder, item.text);
    if (joined !== undefined && !/^[\w.-]+@|[?&]ref=/.test(item.text)) return [joined.path];
    const at = file.toPlace(item.start, item.end);
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
    if (changesPods(node.text)) {
      diagnostics.push(notFollowed("an inline patch", "it changes pods", file.toPlace(node.start, node.end)));
    }
  }
  for (const key of ["helmCharts", "generators", "transformers", "replacements"]) {
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
    namespace: namespace?.templated ? undefined : namespace?.text,
    diagnostics,
  };
}

/** Entries of `images`, of a kustomization or of Flux's Kustomization. */
export function overridesIn(file: Source, items: readonly YamlNode[]): readonly ImageOverride[] {
  return items.flatMap((item) => {
    const name = textAt(item, "name");
    if (name === undefined) return [];
    const [newName, newTag] = [textAt(item, "newName"), textAt(item, "newTag")];
    const [digest, tagSuffix] = [textAt(item, "digest"), textAt(item, "tagSuffix")];
    return [
      {
        name: name.text,
        newName,
        newTag,
        digest,
        tagSuffix,
        file,
      },
    ];
  });
}

/** Texts of patches that stand in the kustomization itself, or in what GitOps objects say in its stead. */
export function inlinePatches(root: YamlNode | undefined): readonly YamlText[] {
  const isText = (node: YamlNode | undefined): node is YamlText => node?.kind === "text";
  return [
    ...itemsAt(root, "patchesStrategicMerge")
      .filter(isText)
      .filter(({ text }) => text.includes("\n")),
    ...["patches", "patchesJson6902"].flatMap((key) =>
      itemsAt(root, key)
        .map((patch) => valueAt(patch, "patch"))
        .filter(isText),
    ),
  ];
}

/** Whether a patch changes whose DNS pods ask; options of dnsConfig do not. */
export function changesDns(text: string): boolean {
  return /\b(?:dnsPolicy|nameservers|hostNetwork)\b|\/etc\/resolv\.conf/.test(text);
}

/** Whether a patch in the kustomization changes which image or program runs, or whose DNS it asks. */
export function changesPods(text: string): boolean {
  return changesMoreThanImages(text) || /\b(?:image|command|args)["']?\s*:/.test(text);
}

/** Whether a patch's text changes pods by a JSON pointer, or changes whose DNS they ask: neither is applied. */
function changesMoreThanImages(text: string): boolean {
  if (changesDns(text) || /\bdnsConfig\b/.test(text)) return true;
  // One more argument, `args/-`, starts nothing else.
  return [...text.matchAll(/\bpath["']?\s*:\s*["']?(\/[^"'\s,}]+)/g)].some((match) =>
    /\/(?:image|args|command(?:\/\d+)?|(?:c|initC)ontainers(?:\/(?:\d+|-))?)$/.test(match[1] ?? ""),
  );
}

/** Whether a patch in a file changes more than the images, commands and arguments that are applied from it. */
export function changesUnapplied(text: string, containers: number): boolean {
  return changesMoreThanImages(text) || (containers === 0 && /\b(?:command|args)["']?\s*:/.test(text));
}

/** The deepest chain of overlays. */
const MAX_DEPTH = 32;

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
  limits: Pick<RepositoryLimits, "overlayContainers" | "overlayChanges"> = REPOSITORY_LIMITS,
): Kustomized {
  const diagnostics: Diagnostic[] = [];
  const taken = new Set<string>();
  // Bases taken in twice at every level would double.
  const containers = new Budget("overlayContainers", limits.overlayContainers);
  const changes = new Budget("overlayChanges", limits.overlayChanges);
  const spend = (cost = 1) => changes.spend(cost);

  const build = (folder: string, depth: number): Passing[] => {
    const own = kustomizations.get(folder);
    if (own === undefined || !containers.spend()) return [];
    if (depth > MAX_DEPTH) {
      diagnostics.push(notFollowed(folder, "overlays are nested too deeply", own.file.toPlace(0, 1)));
      return [];
    }
    let passing = own.resources.flatMap((path) => {
      if (kustomizations.has(path)) return build(path, depth + 1);
      const manifest = manifests.get(path);
      if (manifest === undefined) return [];
      taken.add(path);
      if (!containers.spend(manifest.containers.length)) return [];
      return manifest.containers.map((container) => ({ container, workload: container.workload }));
    });
    for (const path of own.components) {
      const component = kustomizations.get(path);
      if (component === undefined || depth > MAX_DEPTH) continue;
      append(passing, build(path, depth + 1));
      passing = apply(passing, component);
    }
    return apply(passing, own);
  };

  const apply = (passing: Passing[], own: Kustomization): Passing[] => {
    const files = own.patches.flatMap((path) => {
      const manifest = manifests.get(path);
      if (manifest === undefined) return [];
      taken.add(path);
      return [manifest];
    });
    const patches = files.flatMap(({ containers }) => containers);
    const partial = files.flatMap(({ imageless }) => imageless);
    const change = overrider(own.images);
    const { namespace } = own;
    const unmatched = ({ container, start }: ImagelessContainer) => {
      const { env, besides } = start.surroundings ?? {};
      // A `target` chooses by other marks than the name.
      if ((start.command ?? start.args ?? besides) !== undefined || Object.hasOwn(env ?? {}, "PATH"))
        diagnostics.push(
          notFollowed(
            `a patch of container ${container}`,
            "what it is for has another name",
            own.file.toPlace(0, 1),
          ),
        );
    };
    return patched(passing, patches, partial, spend, unmatched).map(({ container, workload }) => ({
      container,
      workload: change(namespace ? withKey(workload, { namespace }) : workload),
    }));
  };

  /** Puts overrides over a workload in their order; one may name what an earlier one made of the image. */
  const overrider = (overrides: readonly ImageOverride[]) => {
    const byName = new Map<string, number[]>();
    for (const [index, { name }] of overrides.entries()) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [index]);
      else known.push(index);
    }
    return (workload: Workload): Workload => {
      let so = workload;
      for (let at = -1; ; ) {
        const names = new Set([so.image, splitImage(so.image).name]);
        const after = [...names].map((name) => firstAfter(byName.get(name) ?? [], at));
        at = Math.min(...after);
        const override = overrides[at];
        if (override === undefined || !spend()) return so;
        so = overridden(so, override, diagnostics);
      }
    };
  };

  const roots = rootsOf(kustomizations);
  const workloads: Workload[] = [];
  for (const folder of roots) {
    const change = overrider(extra.get(folder) ?? []);
    for (const { workload } of build(folder, 0))
      workloads.push(withKey(change(workload), { root: folder || "." }));
  }
  for (const [budget, of] of [
    [containers, "containers"],
    [changes, "changes of images"],
  ] as const) {
    const file = kustomizations.get(roots[0] ?? "")?.file;
    if (!budget.isOver || file === undefined) continue;
    const what = `kustomizations were not followed to the end: their overlays make too many ${of}`;
    diagnostics.push({ ...pastLimit(what, budget, "scan the overlays one by one"), at: file.toPlace(0, 1) });
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
      append(waiting, one.resources);
      append(waiting, one.components);
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

/** The first of the ascending indexes that is greater than `at`; Infinity when there is none. */
function firstAfter(indexes: readonly number[], at: number): number {
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((indexes[middle] as number) > at) high = middle;
    else low = middle + 1;
  }
  return indexes[low] ?? Number.POSITIVE_INFINITY;
}

/** Puts patches' images in place of those of the same container, one after the other; what they add is added. */
function patched(
  passing: readonly Passing[],
  patches: readonly ManifestContainer[],
  imageless: readonly ImagelessContainer[],
  spend: (cost: number) => boolean,
  unmatched: (patch: ImagelessContainer) => void,
): Passing[] {
  const keyOf = ({ owner, container }: Pick<ManifestContainer, "owner" | "container">) =>
    JSON.stringify([owner.kind, owner.name, container]);
  const result = [...passing];
  const byKey = new Map<string, number[]>();
  for (const [index, { container }] of patches.length + imageless.length === 0 ? [] : result.entries()) {
    const key = keyOf(container);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [index]);
    else known.push(index);
  }
  for (const patch of patches) {
    const key = keyOf(patch);
    const indexes = byKey.get(key);
    if (indexes === undefined) {
      byKey.set(key, [result.length]);
      result.push({ container: patch, workload: patch.workload });
      continue;
    }
    for (const index of indexes) {
      const { container, workload } = result[index] as Passing;
      if (!spend(costOf(workload, patch.workload))) return result;
      const { image, at } = patch.workload;
      result[index] = {
        container,
        workload: { ...workload, image, ...startedBy(workload, patch.workload), ...moved(workload, at) },
      };
    }
  }
  for (const patch of imageless) {
    const indexes = byKey.get(keyOf(patch)) ?? [];
    if (indexes.length === 0) unmatched(patch);
    for (const index of indexes) {
      const { container, workload } = result[index] as Passing;
      if (!spend(costOf(workload, patch.start))) return result;
      result[index] = { container, workload: { ...workload, ...startedBy(workload, patch.start) } };
    }
  }
  return result;
}

type Start = Pick<Workload, "command" | "args" | "surroundings">;

/** What a patch makes of how a container starts. */
function startedBy(workload: Workload, { command, args, surroundings }: Start): Start {
  return defined({
    command,
    args,
    surroundings: surroundings && joined(workload.surroundings ?? {}, surroundings),
  });
}

/** A patch's variables, volumes and hooks go over those of their name; what else it says stands in their place. */
function joined(before: Surroundings, patch: Surroundings): Surroundings {
  const over = <T>(keyOf: (one: T) => string, own: readonly T[] = [], more: readonly T[] = []) => {
    const all = [...new Map([...own, ...more].map((one) => [keyOf(one), one])).values()];
    return all.length === 0 ? undefined : all;
  };
  const mounts = over(({ path }) => path, before.mounts, patch.mounts);
  const besides = over(({ what }) => what, before.besides, patch.besides);
  return {
    ...before,
    ...patch,
    ...((before.env ?? patch.env) !== undefined && { env: { ...before.env, ...patch.env } }),
    ...(mounts && { mounts }),
    ...(besides && { besides }),
  };
}

/** What putting a patch over a container costs, in changes: its variables are copied. */
function costOf({ surroundings }: Start, patch: Start): number {
  if (patch.surroundings === undefined) return 1;
  const sizes = [surroundings, patch.surroundings].map(
    (one) => Object.keys(one?.env ?? {}).length + (one?.mounts?.length ?? 0),
  );
  return 1 + Math.floor(sizes.reduce((sum, size) => sum + size, 0) / 100);
}

/** The image of one entry put over a workload's (sigs.k8s.io/kustomize, api/filters/imagetag). */
function overridden(workload: Workload, override: ImageOverride, diagnostics: Diagnostic[]): Workload {
  const image = splitImage(workload.image);
  if (image.name !== override.name && workload.image !== override.name) return workload;
  const { newName, newTag, digest, tagSuffix, file } = override;
  const used = [digest, newTag, tagSuffix, newName].filter((node) => node !== undefined);
  const [decisive] = used;
  if (decisive === undefined) return workload;
  const at = file.toPlace(decisive.start, decisive.end);
  const name = newName?.text ?? image.name;
  // A tag or digest drops the other one of the original; both may be given.
  const version =
    newTag !== undefined || digest !== undefined
      ? { tag: newTag?.text, digest: digest?.text }
      : tagSuffix !== undefined
        ? { tag: `${image.tag ?? "latest"}${tagSuffix.text}` }
        : {
            tag: image.tag,
            digest: image.digest,
          };
  const written = joinImage({ name, ...version });
  if (used.some(({ templated }) => templated) || !isLiteralImage(written)) {
    diagnostics.push(imageNotLiteral(written, workload.name, at));
    return workload;
  }
  return { ...workload, image: written, ...moved(workload, at) };
}

/** The most lines that are named beside the one that decides. */
const MAX_RELATED = 16;

/** Pins a workload to the line that overrides it; where it was becomes related. */
function moved(workload: Workload, at: Place | undefined): Pick<Workload, "at" | "related"> {
  if (at === undefined) return {};
  const related = workload.at === undefined ? [] : [workload.at];
  return { at, related: [...related, ...(workload.related ?? [])].slice(0, MAX_RELATED) };
}

function unique(workloads: readonly Workload[]): readonly Workload[] {
  return [...new Map(workloads.map((one) => [JSON.stringify(one), one])).values()];
}

function uniqueByText(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
