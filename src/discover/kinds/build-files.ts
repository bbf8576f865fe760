/** Tells by a file's name who reads how it builds images: pipelines, bake files, Makefiles and their like. Must not read one that builds nothing. */
import type { HclReader } from "../../text/hcl-syntax.ts";
import type { ImageBuild } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import type { YamlNode } from "../../yaml/nodes.ts";
import type { Repository } from "../repository.ts";
import { type BakeCommand, bakeBuilds, bakeBuildsOfJson, bakeName } from "./bake.ts";
import { BUILDS } from "./build-commands.ts";
import { devcontainerBuilds, isDevcontainerName } from "./devcontainer.ts";
import { isMakefileName, makefileBuilds } from "./makefile.ts";
import {
  cloudBuilds,
  gitLabBuilds,
  hasTasks,
  isCloudBuildName,
  isGitLabName,
  isPipelineName,
  pipelineBuilds,
} from "./pipeline-builds.ts";
import { isTiltfileName, tiltfileBuilds } from "./tiltfile.ts";
import { actionBuilds, type BuildReader, isActionName } from "./workflow-builds.ts";

/** Shell scripts by their names, and files whose steps are some: Jenkins', just's, Earthly's. */
const SCRIPT =
  /\.(?:sh|bash|groovy|jenkins(?:file)?|just)$|(?:^|\/)(?:Jenkinsfile[^/]*|[Jj]ustfile|Earthfile)$/;
/** Files of build tools that may make images by themselves, and words without which they make none. */
const PROJECT =
  /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?|(?:flake|default|docker|image|container)[\w-]*\.nix|BUILD(?:\.bazel)?)$/;
const IMAGES = /\bjib\b|\b(?:build|stream)\w*Image\b|\b(?:oci|container)_\w+/;

/** What they are read with. */
interface BuildFilePorts {
  readonly repository: Pick<Repository, "text" | "yaml">;
  readonly scripts: () => Promise<BuildReader>;
  /** Without it bake files in HCL are passed over. */
  readonly hcl: (() => Promise<HclReader>) | undefined;
  readonly budget: YamlBudget;
  /** Bake files of other names, which commands name. */
  readonly bakeFiles: ReadonlySet<string>;
  readonly bakeCommands: readonly BakeCommand[];
}

/** How to read a file of this name; nothing where it is none that builds. */
export function buildFile(
  path: string,
  ports: BuildFilePorts,
): (() => Promise<readonly ImageBuild[]>) | undefined {
  const { repository, scripts, hcl, budget, bakeFiles, bakeCommands } = ports;
  const isNamed = bakeFiles.has(path);
  const bake = bakeName(path) ?? (isNamed ? (path.endsWith(".json") ? "json" : "hcl") : undefined);
  const pipeline = isCloudBuildName(path)
    ? cloudBuilds
    : isGitLabName(path)
      ? gitLabBuilds
      : isActionName(path)
        ? actionBuilds
        : isPipelineName(path) || hasTasks(path)
          ? pipelineBuilds
          : undefined;
  const withText =
    (read: (file: Source) => Promise<readonly ImageBuild[]> | readonly ImageBuild[]) => async () => {
      const file = await repository.text(path);
      return file === undefined ? [] : read(file);
    };
  if (isMakefileName(path)) return withText((file) => makefileBuilds(file, scripts));
  // Most repositories have none that builds: what reads them is loaded for those that do.
  if (SCRIPT.test(path))
    return withText(async (file) =>
      BUILDS.test(file.text) ? (await import("./script-builds.ts")).scriptBuilds(file, scripts) : [],
    );
  if (PROJECT.test(path))
    return withText(async (file) =>
      IMAGES.test(file.text) ? (await import("./project-builds.ts")).projectBuilds(file) : [],
    );
  if (isTiltfileName(path)) return withText(tiltfileBuilds);
  if (isDevcontainerName(path)) return withText((file) => devcontainerBuilds(file, budget));
  if (bake === "hcl" && hcl !== undefined)
    return withText(async (file) => {
      const read = (await hcl()).read(path, file.text, () => true);
      return bakeBuilds(path, read, bakeCommands);
    });
  const ofYaml = (read: (file: Source, documents: readonly YamlNode[]) => Promise<readonly ImageBuild[]>) =>
    withText(async ({ text: written }) => {
      const source = bake === "json" || BUILDS.test(written) ? await repository.yaml(path) : undefined;
      return source === undefined ? [] : read(source.file, source.documents);
    });
  if (bake === "json")
    return ofYaml(async (file, documents) => bakeBuildsOfJson(file, documents[0], bakeCommands));
  if (pipeline === undefined) return undefined;
  return ofYaml(async (file, documents) => pipeline(file, documents, await scripts()));
}
