/** Reads who else builds images: Skaffold, workflows and other pipelines, bake files, Makefiles, Tiltfiles. Must run nothing of them. */
import { append } from "../model/append.ts";
import { Budget } from "../model/budget.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { pastLimit } from "../tree/gaps.ts";
import { SMALLER } from "./findings.ts";
import { bakeBuilds, bakeBuildsOfJson, bakeName } from "./kinds/bake.ts";
import { BUILDS } from "./kinds/build-commands.ts";
import { devcontainerBuilds, isDevcontainerName } from "./kinds/devcontainer.ts";
import { isMakefileName, makefileBuilds } from "./kinds/makefile.ts";
import { cloudBuilds, gitLabBuilds, isCloudBuildName, isGitLabName } from "./kinds/pipeline-builds.ts";
import { isSkaffold, readSkaffold } from "./kinds/skaffold.ts";
import { isTiltfileName, tiltfileBuilds } from "./kinds/tiltfile.ts";
import { type BuildReader, workflowBuilds } from "./kinds/workflow-builds.ts";
import type { Source } from "../text/source.ts";
import type { YamlBudget } from "../yaml/budget.ts";
import type { Search } from "./search.ts";

/** How images are built, by all of them. */
export async function readBuilders({
  repository,
  files,
  findings,
  hcl,
  budget,
  limits,
}: Search): Promise<readonly ImageBuild[]> {
  const builds: ImageBuild[] = [];
  const read = (
    path: string,
    work: (reader: BuildReader) => Promise<readonly ImageBuild[]> | readonly ImageBuild[],
  ) => findings.about(path, async () => append(builds, await work(reader)));
  const { parse, forEachChild } = await import("unbash");
  const steps = new Budget("buildSteps", limits.buildSteps);
  const shell = { parse, forEachChild, spend: (count: number) => steps.spend(count) };
  const reader: BuildReader = { has: (path) => repository.paths.has(path), shell };
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
    const other = ofPlainText(path, budget);
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
  if (steps.isOver)
    findings.take({ diagnostics: [pastLimit("what else builds images was not read", steps, SMALLER)] });
  return builds;
}

/** Who reads a file of no language that others have, too. */
function ofPlainText(
  path: string,
  budget: YamlBudget,
): ((file: Source, reader: BuildReader) => readonly ImageBuild[]) | undefined {
  if (isMakefileName(path)) return makefileBuilds;
  if (isTiltfileName(path)) return tiltfileBuilds;
  return isDevcontainerName(path) ? (file) => devcontainerBuilds(file, budget) : undefined;
}
