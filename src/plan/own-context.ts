/** Finds the folder that a Dockerfile is built in. Must not read the files in it. */
import type { ImageBuild } from "../model/image-build.ts";
import { parentOf } from "../tree/paths.ts";
import type { Context } from "./context.ts";
import type { Stage } from "./stages.ts";

/** Folders above a Dockerfile that are tried. */
const MOST_FOLDERS = 8;

/** The context, or the folder that has the most of what is copied: a Dockerfile does not say where it is built. */
export async function ownContext(
  build: ImageBuild,
  path: string,
  stages: readonly Stage[],
  open: (folder: string, dockerfile: string) => Promise<Context>,
): Promise<Context | string> {
  const { context, dockerfile } = build;
  if (context !== undefined) {
    const opened = await open(context, path);
    return opened.exists ? opened : `the folder ${context} is not in the repository`;
  }
  if (!("path" in dockerfile)) return "which folder it is built in is not known";
  const folders: string[] = [];
  for (let folder = path; folder !== ""; ) {
    folder = parentOf(folder);
    folders.push(folder);
  }
  let best: { readonly context: Context; readonly found: number } | undefined;
  const sources = literalSources(stages);
  for (const folder of folders.slice(0, MOST_FOLDERS)) {
    const opened = await open(folder, path);
    const found = sources.filter((one) => opened.sources(one).length > 0).length;
    if (best === undefined || found > best.found) best = { context: opened, found };
    if (found === sources.length) break;
  }
  return best?.context ?? "which folder it is built in is not known";
}

/** What COPY names without variables and globs. */
function literalSources(stages: readonly Stage[]): readonly string[] {
  const found = stages.flatMap(({ body }) =>
    body
      .filter(
        ({ keyword, flags }) => /^(?:COPY|ADD)$/.test(keyword) && !flags.some(({ name }) => name === "from"),
      )
      .flatMap(({ words }) => words.slice(0, -1).map(({ text }) => text)),
  );
  return found.filter((one) => /^[\w./-]+$/.test(one) && !/^\.?\/?$/.test(one)).slice(0, 50);
}
