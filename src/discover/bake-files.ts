/** Finds bake files of any name, by the commands that name them. Must not read what they build. */
import { startsBuilds } from "./compose-chains.ts";
import type { Repository } from "./repository.ts";
import { joinPath, parentOf } from "../tree/paths.ts";

/** Files that are taken for bake files at most. */
const MOST_FILES = 100;

/**
 * The paths that scripts, Makefiles and workflows name beside `docker buildx bake` or docker/bake-action and that are there,
 * in HCL or JSON (docs.docker.com, docker buildx bake). What is none has no targets.
 */
export async function bakeFilesNamed(
  repository: Pick<Repository, "paths" | "text">,
): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const path of repository.paths) {
    if (!startsBuilds(path)) continue;
    const text = (await repository.text(path))?.text ?? "";
    if (!/\bbuildx\s+bake\b|\bbake-action@/.test(text)) continue;
    for (const word of text.split(/[\s"'=,;{}[\]]+/)) {
      if (!/^[\w./-]+\.(?:hcl|json)$/.test(word)) continue;
      for (const folder of [parentOf(path), ""]) {
        const found = joinPath(folder, word)?.path;
        if (found !== undefined && repository.paths.has(found) && named.size < MOST_FILES) named.add(found);
      }
    }
  }
  return named;
}
