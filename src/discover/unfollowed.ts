/** Tells what a repository points to or holds and nobody follows. Must pass nothing over in silence. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { notFollowed } from "./gaps.ts";
import type { Kustomization } from "./kinds/kustomization.ts";
import { changesUnapplied } from "./kinds/patches.ts";
import type { Manifest } from "./kinds/manifest.ts";
import type { Repository } from "./repository.ts";

/** What a whole search knows of what kustomizations point to. */
export interface Followed {
  readonly repository: Repository;
  readonly kustomizations: ReadonlyMap<string, Kustomization>;
  readonly changesMore: (patch: string) => Promise<boolean>;
  /** Folders with files that are searched. */
  readonly folders: ReadonlySet<string>;
  /** Why a path cannot be read; nothing where it could be. */
  readonly problemOf: (path: string) => Promise<string | undefined>;
}

/** What kustomizations point to and is not there, or changes pods in ways that are not applied. */
export async function unfollowed(
  { file, resources, components, written, patches, operated }: Kustomization,
  { repository, kustomizations, changesMore, folders, problemOf }: Followed,
): Promise<readonly Diagnostic[]> {
  const at = file.toPlace(0, 1);
  const diagnostics: Diagnostic[] = [];
  for (const path of new Set([...resources, ...components, ...patches])) {
    if (repository.paths.has(path) || kustomizations.has(path)) continue;
    const why = folders.has(path)
      ? "no kustomization in it was read"
      : ((await problemOf(path)) ?? "it is not among the files that are scanned");
    const { text, at: where } = written.get(path) ?? { text: path, at };
    diagnostics.push({
      ...notFollowed(text, why, where),
      hint: "Correct the path, or scan a folder with all of it; images that come only from it are not checked.",
    });
  }
  for (const path of new Set(patches)) {
    if (!operated.has(path) && (await changesMore(path)))
      diagnostics.push(notFollowed(path, "the patch changes more of pods than their images", at));
  }
  return diagnostics;
}

/** Tells of each patch whether it changes more than is applied from it; looks once, however many overlays have it. */
export function patchReader(
  repository: Repository,
  manifests: ReadonlyMap<string, Manifest>,
): (patch: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (path) => {
    const earlier = known.get(path);
    if (earlier !== undefined) return earlier;
    const text = repository.paths.has(path) ? ((await repository.text(path))?.text ?? "") : "";
    const { containers = [], imageless = [], dns = [] } = manifests.get(path) ?? {};
    const changes = changesUnapplied(text, containers.length + imageless.length, dns.length);
    known.set(path, changes);
    return changes;
  };
}
