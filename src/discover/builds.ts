/** Reads compose files, workflows, and the Dockerfiles that builds name. Must not take what only a build uses for what runs. */
import { append } from "../model/append.ts";
import type { ImageBuild } from "../model/image-build.ts";
import type { Workload } from "../model/workload.ts";
import { isDockerfileName } from "../tree/file-names.ts";
import { allBuilds } from "./builders.ts";
import { builtHere, settledBuilds } from "./built-here.ts";
import type { Findings, Said } from "./findings.ts";
import { composeChains } from "./compose-chains.ts";
import { composeOf } from "./compose-files.ts";
import { readDockerfile } from "./kinds/dockerfile.ts";
import { koSettings } from "./kinds/ko-settings.ts";
import { readWorkflow } from "./kinds/workflow.ts";
import { type Repository, textReader, type YamlSource } from "./repository.ts";
import type { Search } from "./search.ts";

/** What builds say. */
export interface Builds {
  /** Images that only builds use. */
  readonly buildImages: readonly Workload[];
  /** What runs, whoever says so, each whose image is built here with how. */
  readonly workloads: readonly Workload[];
}

/** Takes what runs by compose files and workflows, and the Dockerfiles that are there or that something builds. To be asked last. */
export async function readBuilds(search: Search): Promise<Builds> {
  const {
    repository,
    files,
    findings: { take, about },
    startCharacters,
  } = search;
  const said: ImageBuild[] = [];
  const chains = await composeChains(repository, files.composes);
  const read = new Set(files.composes.map(({ file }) => file.file));
  const laid: YamlSource[] = [];
  // One that only changes services of others has no shape of its own.
  for (const path of chains.below.keys()) {
    const source = read.has(path) ? undefined : await repository.yaml(path);
    if (source !== undefined) laid.push(source);
  }
  for (const source of [...files.composes, ...laid])
    await about(source.file.file, async () =>
      append(said, take(await composeOf(repository, source, startCharacters, chains)).builds),
    );
  for (const { file, documents } of files.workflows)
    await about(file.file, () => void take(readWorkflow(file, documents)));
  const ko = await koSettings(repository);
  const builds = await settledBuilds(await allBuilds(search, said, ko), textReader(repository));
  const buildImages = await readDockerfiles(repository, builds, about, take);
  return { buildImages, workloads: builtHere(search.findings.workloads, builds, ko) };
}

/** Dockerfiles by name, and those a build names whatever they are called; returns the images only builds use. */
async function readDockerfiles(
  repository: Repository,
  builds: readonly ImageBuild[],
  about: Findings["about"],
  take: (said: Said) => void,
): Promise<readonly Workload[]> {
  const targets = new Map<string, ImageBuild[]>();
  for (const path of repository.paths) if (isDockerfileName(path)) targets.set(path, []);
  for (const build of builds) {
    const { dockerfile } = build;
    if (!("path" in dockerfile) || !repository.paths.has(dockerfile.path)) continue;
    const known = targets.get(dockerfile.path);
    if (known === undefined) targets.set(dockerfile.path, [build]);
    else known.push(build);
  }
  const buildImages: Workload[] = [];
  for (const [path, ways] of targets) {
    await about(path, async () => {
      const file = await repository.text(path);
      if (file === undefined) return;
      // Beside the targets someone names, the last stage is what a plain build ends in.
      const last = isDockerfileName(path) && ways.every(({ target }) => target !== undefined) ? [{}] : [];
      const read = readDockerfile(file, [...last, ...ways]);
      take(read);
      append(buildImages, read.buildImages);
    });
  }
  return buildImages;
}
