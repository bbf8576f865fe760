/** Reads which images scripts of a repository build and run, as far as their commands are literal. Must run none. */
import type { ImageBuild } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import { parentOf } from "../../tree/paths.ts";
import { blank } from "../prose.ts";
import { buildsOf } from "./build-commands.ts";
import { jenkinsBuilds } from "./jenkinsfile.ts";
import { commandsIn } from "./build-script.ts";
import type { BuildReader } from "./workflow-builds.ts";

/** Shell scripts are run in the repository's folder, or in their own where the Dockerfile is there. */
export async function scriptBuilds(
  file: Source,
  scripts: () => Promise<BuildReader>,
): Promise<readonly ImageBuild[]> {
  if (/Jenkinsfile[^/]*$|\.(?:groovy|jenkins(?:file)?)$/.test(file.file))
    return jenkinsBuilds(file, await scripts());
  const { shell, has, ci, also } = await scripts();
  const text = /\.(?:sh|bash)$/.test(file.file) ? file.text : commandLines(file.text);
  const placeOf = (position: number) => file.toPlace(position, position + 1);
  const inFolder = (folder: string, then: BuildReader["also"]) =>
    buildsOf(commandsIn(text, { folder, env: ci, own: parentOf(file.file) }, shell), {
      by: file.file,
      placeOf,
      has,
      also: then,
    });
  const isThere = ({ dockerfile }: ImageBuild) => "path" in dockerfile && has(dockerfile.path);
  const atRoot = inFolder("", also);
  if (atRoot.every(isThere) || parentOf(file.file) === "") return atRoot;
  // What its other commands run was said.
  const beside = inFolder(parentOf(file.file), () => undefined);
  return atRoot.map((build, index) => {
    const other = beside[index];
    return !isThere(build) && other !== undefined && isThere(other) ? other : build;
  });
}

/** The lines below the heads of just's recipes and Earthly's targets, as long as they were; what is filled in is a variable. */
function commandLines(text: string): string {
  return text
    .replace(/\{\{[^{}\n]{2,200}\}\}/g, (found) => "$_".padEnd(found.length, "_"))
    .replace(/^\S.*$/gm, blank)
    .replace(/^([ \t]+)(?:RUN(?:[ \t]+--[\w-]+(?:=\S+)?)*|[@-]+)(?=[ \t]|\w)/gm, blank);
}
