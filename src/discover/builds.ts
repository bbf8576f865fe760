/** Reads compose files, workflows, and the Dockerfiles that builds name. Must not take what only a build uses for what runs. */
import { append } from "../model/append.ts";
import type { Budget } from "../model/budget.ts";
import type { Workload } from "../model/workload.ts";
import { isDockerfileName } from "../tree/file-names.ts";
import { joinPath, parentOf } from "../tree/paths.ts";
import type { Findings, Said } from "./findings.ts";
import { type Compose, readCompose } from "./kinds/compose.ts";
import { readEnvironment } from "./kinds/environment-file.ts";
import { type DockerTarget, readDockerfile } from "./kinds/dockerfile.ts";
import { readWorkflow } from "./kinds/workflow.ts";
import { type Repository, textReader, type YamlSource } from "./repository.ts";
import type { Search } from "./search.ts";

/** A Dockerfile that something builds, and how far. */
type Builds = Compose["builds"];

/** Takes what runs by compose files and workflows; returns the images that only builds use. */
export async function readBuilds({
  repository,
  files,
  findings: { take, about },
  startCharacters,
}: Search): Promise<readonly Workload[]> {
  const builds: Builds[number][] = [];
  for (const source of files.composes)
    await about(source.file.file, async () =>
      append(builds, take(await composeOf(repository, source, startCharacters)).builds),
    );
  for (const { file, documents } of files.workflows)
    await about(file.file, () => builds.push(...take(readWorkflow(file, documents)).builds));
  return readDockerfiles(repository, builds, about, take);
}

/** A compose file, with the variables that stand beside it. */
async function composeOf(
  repository: Repository,
  { file, documents }: YamlSource,
  budget: Budget,
): Promise<Compose> {
  const textOf = textReader(repository);
  const environment = await textOf(joinPath(parentOf(file.file), ".env")?.path ?? "");
  const spend = (characters: number) => budget.spend(characters);
  return readCompose(file, documents, readEnvironment(environment ?? ""), textOf, spend);
}

/** Dockerfiles by name, and those a build names whatever they are called; returns the images only builds use. */
async function readDockerfiles(
  repository: Repository,
  builds: Builds,
  about: Findings["about"],
  take: (said: Said) => void,
): Promise<readonly Workload[]> {
  const targets = new Map<string, DockerTarget[]>();
  for (const path of repository.paths) if (isDockerfileName(path)) targets.set(path, []);
  for (const { dockerfile, target } of builds) {
    if (!repository.paths.has(dockerfile)) continue;
    const known = targets.get(dockerfile);
    if (known === undefined) targets.set(dockerfile, [target]);
    else known.push(target);
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
