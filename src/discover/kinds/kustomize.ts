/** Applies kustomizations' image overrides to the manifests they take in. Must not apply any other patch silently. */
import { pastLimit } from "../../tree/gaps.ts";
import { splitImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import { Budget } from "../../model/budget.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workload } from "../../model/workload.ts";
import { withKey } from "../../model/workload-key.ts";
import { notFollowed } from "../gaps.ts";
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../../model/repository-limits.ts";
import { type ImageOverride, overridden } from "./image-overrides.ts";
import type { Kustomization } from "./kustomization.ts";
import { costOf, moved, startedBy } from "./patched.ts";
import type { ImagelessContainer, Manifest, ManifestContainer } from "./manifest.ts";

/** What comes out, and which manifests are thereby accounted for. */
export interface Kustomized {
  readonly workloads: readonly Workload[];
  readonly taken: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The deepest chain of overlays. */
const MOST_DEPTH = 32;

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
    if (depth > MOST_DEPTH) {
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
      if (component === undefined || depth > MOST_DEPTH) continue;
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

function unique(workloads: readonly Workload[]): readonly Workload[] {
  return [...new Map(workloads.map((one) => [JSON.stringify(one), one])).values()];
}

function uniqueByText(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
