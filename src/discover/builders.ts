/** Reads who else builds images: Skaffold, workflows and other pipelines, bake files, Makefiles, Tiltfiles. Must run nothing of them. */
import { append } from "../model/append.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { bakeBuilds, bakeBuildsOfJson, bakeName } from "./kinds/bake.ts";
import { BUILDS } from "./kinds/build-commands.ts";
import { isMakefileName, makefileBuilds } from "./kinds/makefile.ts";
import { cloudBuilds, gitLabBuilds, isCloudBuildName, isGitLabName } from "./kinds/pipeline-builds.ts";
import { isSkaffold, readSkaffold } from "./kinds/skaffold.ts";
import { isTiltfileName, tiltfileBuilds } from "./kinds/tiltfile.ts";
import { type BuildReader, workflowBuilds } from "./kinds/workflow-builds.ts";
import type { Search } from "./search.ts";

/** How images are built, by all of them. */
export async function readBuilders({
  repository,
  files,
  findings,
  hcl,
}: Search): Promise<readonly ImageBuild[]> {
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
    const bake = bakeName(path);
    const other = isMakefileName(path) ? makefileBuilds : isTiltfileName(path) ? tiltfileBuilds : undefined;
    if (bake === "json")
      await read(path, async () => {
        const source = await repository.yaml(path);
        return source === undefined ? [] : bakeBuildsOfJson(source.file, source.documents[0]);
      });
    else if (bake === "hcl" || other !== undefined)
      await read(path, async () => {
        const file = await repository.text(path);
        if (file === undefined) return [];
        if (other !== undefined) return other(file, reader);
        return hcl === undefined
          ? []
          : bakeBuilds(
              path,
              (await hcl()).read(path, file.text, () => true),
            );
      });
  }
  return builds;
}
