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
import type { Target } from "./inline-patches.ts";
import type { ImagelessContainer, Manifest, ManifestContainer } from "./manifest.ts";
import { type IsFor, type Passing, withDns, withOperations, withVolumes } from "./patch-containers.ts";

/** What comes out, and which manifests are thereby accounted for. */
export interface Kustomized {
  readonly workloads: readonly Workload[];
  readonly taken: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The deepest chain of overlays. */
const MOST_DEPTH = 32;

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
      return manifest.containers.map(entering);
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
    let so = patched(passing, together(files), spend, unmatched, diagnostics);
    for (const patch of own.inline) {
      // Each looks at all.
      if (!spend(1 + Math.ceil((so.length * (patch.operations?.length ?? 1)) / 100))) break;
      if (patch.manifest) {
        const objects = aimed(patch.manifest, patch.target, so, spend);
        so = patched(so, objects, spend, unmatched, diagnostics);
      }
      so = withOperations(so, patch, spend, diagnostics);
    }
    return so.map(({ workload, ...one }) => ({
      ...one,
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
  { containers: patches, imageless, volumes, dns }: PatchObjects,
  spend: (cost: number) => boolean,
  unmatched: (patch: ImagelessContainer) => void,
  diagnostics: Diagnostic[],
): Passing[] {
  const keyOf = ({ owner, container }: Pick<ManifestContainer, "owner" | "container">) =>
    JSON.stringify([owner.kind, owner.name, container]);
  const isFor: IsFor = (owner, { owner: of }) => owner.kind === of.kind && owner.name === of.name;
  let result =
    volumes.length > 0 && spend(1 + Math.ceil((passing.length * volumes.length) / 100))
      ? withVolumes(passing, volumes, isFor)
      : [...passing];
  if (dns.length > 0 && spend(1 + Math.ceil((passing.length * dns.length) / 100)))
    result = withDns(result, dns, isFor, diagnostics);
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
      // Where in its list it comes to stand is not known.
      result.push({ container: patch, workload: patch.workload });
      continue;
    }
    for (const index of indexes) {
      const { container, workload, written } = result[index] as Passing;
      if (!spend(costOf(workload, patch.workload))) return result;
      const { image, at, command, args, surroundings } = patch.workload;
      result[index] = {
        container,
        ...((command ?? args ?? surroundings) === undefined && { written }),
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

function entering(container: ManifestContainer): Passing {
  return { container, workload: container.workload, written: container.written };
}

/** Several files as if they were one. */
function together(files: readonly Manifest[]): PatchObjects {
  return {
    containers: files.flatMap(({ containers }) => containers),
    imageless: files.flatMap(({ imageless }) => imageless),
    volumes: files.flatMap(({ volumes }) => volumes),
    dns: files.flatMap(({ dns }) => dns),
  };
}

/** What of a manifest is put over others. */
type PatchObjects = Pick<Manifest, "containers" | "imageless" | "volumes" | "dns">;

/** A patch's objects in the names of those that its target chooses; without one they have their own. */
function aimed(
  manifest: Manifest,
  target: Target | undefined,
  passing: readonly Passing[],
  spend: (cost: number) => boolean,
): PatchObjects {
  if (target === undefined) return manifest;
  const chosen = passing.filter(({ container }) => target(container)).map(({ container }) => container.owner);
  const owners = [...new Map(chosen.map((owner) => [JSON.stringify(owner), owner])).values()];
  const { containers, imageless, volumes, dns } = manifest;
  const objects = containers.length + imageless.length + volumes.length + dns.length;
  if (!spend(Math.ceil((owners.length * objects) / 10)))
    return { containers: [], imageless: [], volumes: [], dns: [] };
  const inTheirs = <T extends { readonly owner: ManifestContainer["owner"] }>(all: readonly T[]) =>
    all.flatMap((one) => owners.map((owner) => ({ ...one, owner })));
  return {
    containers: inTheirs(containers),
    imageless: inTheirs(imageless),
    volumes: inTheirs(volumes),
    dns: inTheirs(dns),
  };
}

function unique(workloads: readonly Workload[]): readonly Workload[] {
  return [...new Map(workloads.map((one) => [JSON.stringify(one), one])).values()];
}

function uniqueByText(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
