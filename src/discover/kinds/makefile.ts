/** Reads which images recipes of a Makefile build, as far as they are written out. Must run nothing, `$(shell …)` least of all. */
import type { ImageBuild } from "../../model/image-build.ts";
import { nameOf, parentOf } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { BUILDS, buildsOf } from "./build-commands.ts";
import { commandsIn } from "./build-script.ts";
import { readMakefile } from "./makefile-text.ts";
import type { BuildReader } from "./workflow-builds.ts";

/** Whether a path is named like one (gnu.org/software/make, Makefile Names). */
export function isMakefileName(path: string): boolean {
  return /^(?:GNUmakefile|[Mm]akefile|.+\.mk)$/.test(nameOf(path));
}

/** What its recipes build; each runs in the Makefile's folder. */
export async function makefileBuilds(
  file: Source,
  scripts: () => Promise<BuildReader>,
): Promise<readonly ImageBuild[]> {
  if (!BUILDS.test(file.text)) return [];
  const { shell, has, also } = await scripts();
  if (!shell.spend(file.text.length >> 4)) return [];
  const { recipes, expand } = readMakefile(file.text);
  return recipes.flatMap((one) => {
    const recipe = expand(one);
    if (!BUILDS.test(recipe)) return [];
    const commands = commandsIn(recipe, { folder: parentOf(file.file), env: NO_ENV }, shell);
    const place = file.toPlace(one.start, one.start + 1);
    return buildsOf(commands, { by: file.file, placeOf: () => place, has, also });
  });
}

const NO_ENV: ReadonlyMap<string, string> = new Map();
