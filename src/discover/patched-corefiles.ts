/** Tells which ConfigMaps with a Corefile are deployed only as patches of kustomizations leave them. Must apply no patch. */
import { joinPath } from "../tree/paths.ts";
import { readYaml, itemsAt, textAt, valueAt, type YamlNode } from "../yaml/nodes.ts";
import type { Kustomization } from "./kinds/kustomization.ts";
import { inlinePatches } from "./kinds/patches.ts";
import type { Search } from "./search.ts";

/**
 * Of files, those whose every Corefile is set by a patch in each build that takes the file in, with one kustomization that
 * does. A file that any build takes in as it stands, or none, is not among them.
 */
export async function patchedCorefiles(
  { repository, budget }: Pick<Search, "repository" | "budget">,
  kustomizations: ReadonlyMap<string, Kustomization>,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (kustomizations.size === 0) return found;
  const users = usersOf(kustomizations);
  const sets = new Map<string, ReadonlySet<string>>();
  /** Names of ConfigMaps whose Corefile a kustomization's own patches set, or those of its components. */
  const setBy = async (folder: string): Promise<ReadonlySet<string>> => {
    const known = sets.get(folder);
    if (known !== undefined) return known;
    const names = new Set<string>();
    // A component that takes itself in ends here.
    sets.set(folder, names);
    const own = kustomizations.get(folder);
    if (own === undefined) return names;
    const [root] = (await repository.yaml(own.file.file))?.documents ?? [];
    for (const { text } of inlinePatches(root)) {
      const target = targetOf(root, (patch) => textAt(patch, "patch")?.text === text);
      for (const name of namesSetIn(readYaml(text, budget).documents, target)) names.add(name);
    }
    for (const path of own.patches) {
      if (!repository.paths.has(path)) continue;
      const target = targetOf(
        root,
        (patch) => joinPath(folder, textAt(patch, "path")?.text ?? "")?.path === path,
      );
      for (const name of namesSetIn((await repository.yaml(path))?.documents ?? [], target)) names.add(name);
    }
    for (const component of own.components) for (const name of await setBy(component)) names.add(name);
    return names;
  };
  const patchers = new Map<string, string | undefined>();
  /** Where it is set on every way up, a kustomization that does so. */
  const patcher = async (folder: string, name: string): Promise<string | undefined> => {
    const key = JSON.stringify([folder, name]);
    if (patchers.has(key)) return patchers.get(key);
    // Those that take each other in set nothing.
    patchers.set(key, undefined);
    let by: string | undefined;
    if ((await setBy(folder)).has(name)) by = kustomizations.get(folder)?.file.file;
    else {
      for (const one of users.get(folder) ?? []) {
        by = await patcher(one, name);
        if (by === undefined) break;
      }
    }
    patchers.set(key, by);
    return by;
  };
  for (const file of files) {
    const from = users.get(file) ?? [];
    if (from.length === 0 || !repository.paths.has(file)) continue;
    const documents = (await repository.yaml(file))?.documents ?? [];
    const names = namesSetIn(documents, undefined);
    // Whatever else holds one stands as it is.
    if (names.length === 0 || names.length < documents.length) continue;
    const by: (string | undefined)[] = [];
    for (const name of names) for (const folder of from) by.push(await patcher(folder, name));
    const [first] = by;
    if (first !== undefined && by.every((one) => one !== undefined)) found.set(file, first);
  }
  return found;
}

/** Who takes a path in: folders of kustomizations. */
function usersOf(kustomizations: ReadonlyMap<string, Kustomization>): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const [folder, { resources, components }] of kustomizations) {
    for (const path of [...resources, ...components]) {
      const others = users.get(path);
      if (others === undefined) users.set(path, [folder]);
      else others.push(folder);
    }
  }
  return users;
}

/** The name that a patch's `target` chooses, where it chooses one ConfigMap by its name. */
function targetOf(root: YamlNode | undefined, is: (patch: YamlNode) => boolean): string | undefined {
  const patch = ["patches", "patchesJson6902"].flatMap((key) => itemsAt(root, key)).find(is);
  const kind = textAt(patch, "target", "kind")?.text;
  return kind === undefined || kind === "ConfigMap" ? textAt(patch, "target", "name")?.text : undefined;
}

/** Names of ConfigMaps whose Corefile documents set: as objects, or as a JSON patch of the one that is chosen. */
function namesSetIn(documents: readonly YamlNode[], target: string | undefined): readonly string[] {
  return documents.flatMap((document) => {
    if (document.kind === "list") {
      const sets = document.items.some(
        (item) =>
          textAt(item, "path")?.text === "/data/Corefile" &&
          ["add", "replace"].includes(textAt(item, "op")?.text ?? ""),
      );
      return sets && target !== undefined ? [target] : [];
    }
    if (textAt(document, "kind")?.text !== "ConfigMap" || valueAt(document, "data", "Corefile") === undefined)
      return [];
    const name = target ?? textAt(document, "metadata", "name")?.text;
    return name === undefined ? [] : [name];
  });
}
