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
import { type BuildReader, mayBuild, workflowBuilds } from "./kinds/workflow-builds.ts";
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
  const steps = new Budget("buildSteps", limits.buildSteps);
  const has = (path: string) => repository.paths.has(path);
  let reader: BuildReader | undefined;
  // Most repositories have no script that builds: the parser is loaded for those that do.
  const scripts = async (): Promise<BuildReader> => {
    const { parse, forEachChild } = await import("unbash");
    reader ??= { has, shell: { parse, forEachChild, spend: (count) => steps.spend(count) } };
    return reader;
  };
  const read = (path: string, work: () => Promise<readonly ImageBuild[]> | readonly ImageBuild[]) =>
    findings.about(path, async () => append(builds, await work()));
  for (const [path, { file, documents }] of files.manifests)
    if (documents.some(isSkaffold)) await read(path, () => readSkaffold(file, documents, has));
  for (const { file, documents } of files.workflows)
    if (mayBuild(file.text))
      await read(file.file, async () => workflowBuilds(file, documents, await scripts()));
  for (const path of repository.paths) {
    const pipeline = isCloudBuildName(path) ? cloudBuilds : isGitLabName(path) ? gitLabBuilds : undefined;
    if (pipeline !== undefined)
      await read(path, async () => {
        const text = await repository.text(path);
        const source = text !== undefined && BUILDS.test(text.text) ? await repository.yaml(path) : undefined;
        return source === undefined ? [] : pipeline(source.file, source.documents, await scripts());
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
        if (other !== undefined) return other(file, scripts);
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
): ((file: Source, scripts: () => Promise<BuildReader>) => ReturnType<typeof makefileBuilds>) | undefined {
  if (isMakefileName(path)) return makefileBuilds;
  if (isTiltfileName(path)) return async (file) => tiltfileBuilds(file);
  return isDevcontainerName(path) ? async (file) => devcontainerBuilds(file, budget) : undefined;
}
