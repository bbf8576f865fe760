/** Reads who else builds images: Skaffold, bake files, pipelines, Makefiles, Tiltfiles. Must run nothing of them. */
import type { ImageBuild } from "../model/image-build.ts";
import { append } from "../model/append.ts";
import { isSkaffold, readSkaffold } from "./kinds/skaffold.ts";
import type { Search } from "./search.ts";

/** How images are built, by all of them. */
export async function readBuilders({ repository, files, findings }: Search): Promise<readonly ImageBuild[]> {
  const builds: ImageBuild[] = [];
  const has = (path: string) => repository.paths.has(path);
  for (const [path, { file, documents }] of files.manifests)
    if (documents.some(isSkaffold))
      await findings.about(path, () => append(builds, readSkaffold(file, documents, has)));
  return builds;
}
