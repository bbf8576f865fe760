/** Tells the folders that paths lie in. Must not ask a disk. */
import { parentOf } from "../tree/paths.ts";

/** Folders above any of the paths, without the root. */
export function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}
