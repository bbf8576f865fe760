/** Gathers how images are built, by whoever says so, within a bound. Must run nothing of what builds them. */
import { append } from "../model/append.ts";
import { Budget } from "../model/budget.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { pastLimit } from "../tree/gaps.ts";
import { bakeFilesNamed } from "./bake-files.ts";
import type { CommandRuns } from "./command-runs.ts";
import { SMALLER } from "./findings.ts";
import { buildFile } from "./kinds/build-files.ts";
import type { KoSettings } from "./kinds/ko-settings.ts";
import { readSkaffold } from "./kinds/skaffold.ts";
import { type BuildReader, mayBuild, workflowBuilds } from "./kinds/workflow-builds.ts";
import type { Search } from "./search.ts";

/** Those that compose files say, and Skaffold's, workflows', other pipelines' and build files'. */
export async function allBuilds(
  search: Search,
  said: readonly ImageBuild[],
  ko: KoSettings,
): Promise<readonly ImageBuild[]> {
  const { repository, files, objects, findings, hcl, ci, budget, limits } = search;
  const all: ImageBuild[] = [...said];
  const steps = new Budget("buildSteps", limits.buildSteps);
  const has = (path: string) => repository.paths.has(path);
  let runs: CommandRuns | undefined;
  let reader: BuildReader | undefined;
  // Most repositories have no script that builds: the parser is loaded for those that do.
  const scripts = async (): Promise<BuildReader> => {
    const { parse, forEachChild } = await import("unbash");
    const { gatherRuns } = await import("./command-runs.ts");
    runs ??= gatherRuns(files.charts, budget);
    reader ??= {
      has,
      ci,
      also: runs.take,
      shell: { parse, forEachChild, spend: (count) => steps.spend(count) },
    };
    return reader;
  };
  const read = (path: string, work: () => Promise<readonly ImageBuild[]> | readonly ImageBuild[]) =>
    findings.about(path, async () => append(all, await work()));
  for (const [path, { skaffold }] of objects.files)
    if (skaffold !== undefined)
      await read(path, () => readSkaffold(skaffold.file, skaffold.documents, { has, ko }));
  for (const { file, documents } of files.workflows)
    if (mayBuild(file.text))
      await read(file.file, async () => workflowBuilds(file, documents, await scripts()));
  const { named, commands } = await bakeFilesNamed(repository);
  const ports = { repository, scripts, hcl, budget, bakeFiles: named, bakeCommands: commands };
  for (const path of repository.paths) {
    const work = buildFile(path, ports);
    if (work !== undefined) await read(path, work);
  }
  const most = new Budget("builds", limits.builds);
  const kept = all.filter(() => most.spend());
  findings.take(runs?.taken(kept) ?? {});
  if (steps.isOver)
    findings.take({ diagnostics: [pastLimit("what else builds images was not read", steps, SMALLER)] });
  if (most.isOver)
    findings.take({ diagnostics: [pastLimit("more images are built than are followed", most, SMALLER)] });
  return kept;
}
