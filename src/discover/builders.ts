/** Reads who else builds images: Skaffold, workflows, other pipelines, Makefiles. Must run nothing of them. */
import { append } from "../model/append.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { BUILDS } from "./kinds/build-commands.ts";
import { isMakefileName, makefileBuilds } from "./kinds/makefile.ts";
import { cloudBuilds, gitLabBuilds, isCloudBuildName, isGitLabName } from "./kinds/pipeline-builds.ts";
import { isSkaffold, readSkaffold } from "./kinds/skaffold.ts";
import { type BuildReader, workflowBuilds } from "./kinds/workflow-builds.ts";
import type { Search } from "./search.ts";

/** How images are built, by all of them. */
export async function readBuilders({ repository, files, findings }: Search): Promise<readonly ImageBuild[]> {
  const builds: ImageBuild[] = [];
  const read = (
    path: string,
    work: (reader: BuildReader) => Promise<readonly ImageBuild[]> | readonly ImageBuild[],
  ) => findings.about(path, async () => append(builds, await work(reader)));
  const reader: BuildReader = { has: (path) => repository.paths.has(path), shell: await import("unbash") };
  for (const [path, { file, documents }] of files.manifests)
    if (documents.some(isSkaffold)) await read(path, ({ has }) => readSkaffold(file, documents, has));
  for (const { file, documents } of files.workflows)
    await read(file.file, () => workflowBuilds(file, documents, reader));
  for (const path of repository.paths) {
    const pipeline = isCloudBuildName(path) ? cloudBuilds : isGitLabName(path) ? gitLabBuilds : undefined;
    if (pipeline !== undefined)
      await read(path, async () => {
        const text = await repository.text(path);
        const source = text !== undefined && BUILDS.test(text.text) ? await repository.yaml(path) : undefined;
        return source === undefined ? [] : pipeline(source.file, source.documents, reader);
      });
    else if (isMakefileName(path))
      await read(path, async () => {
        const file = await repository.text(path);
        return file === undefined ? [] : makefileBuilds(file, reader);
      });
  }
  return builds;
}
