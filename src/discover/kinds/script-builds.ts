/** Reads which images scripts of a repository build and run, as far as their commands are literal. Must run none. */
import type { ImageBuild } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import { parentOf } from "../../tree/paths.ts";
import { buildsOf } from "./build-commands.ts";
import { jenkinsBuilds } from "./jenkinsfile.ts";
import { commandsIn } from "./build-script.ts";
import type { BuildReader } from "./workflow-builds.ts";

/** Shell scripts are run in the repository's folder, or in their own where the Dockerfile is there. */
export async function scriptBuilds(
  file: Source,
  scripts: () => Promise<BuildReader>,
): Promise<readonly ImageBuild[]> {
  if (!/\.(?:sh|bash)$/.test(file.file)) return jenkinsBuilds(file, await scripts());
  const { shell, has, ci, also } = await scripts();
  const placeOf = (position: number) => file.toPlace(position, position + 1);
  const inFolder = (folder: string) =>
    buildsOf(commandsIn(file.text, { folder, env: ci, own: parentOf(file.file) }, shell), {
      by: file.file,
      placeOf,
      has,
      also,
    });
  const isThere = ({ dockerfile }: ImageBuild) => "path" in dockerfile && has(dockerfile.path);
  const atRoot = inFolder("");
  if (atRoot.every(isThere) || parentOf(file.file) === "") return atRoot;
  const beside = inFolder(parentOf(file.file));
  return atRoot.map((build, index) => {
    const other = beside[index];
    return !isThere(build) && other !== undefined && isThere(other) ? other : build;
  });
}
