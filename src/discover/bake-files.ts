/** Finds bake files of any name, by the commands that name them, and what these change. Must not read what they build. */
import { HOLE } from "../image/entrypoint/shell/text.ts";
import type { BakeCommand } from "./kinds/bake.ts";
import { startsBuilds } from "./compose-chains.ts";
import type { Repository } from "./repository.ts";
import { joinPath, parentOf } from "../tree/paths.ts";

/** Files that are taken for bake files at most. */
const MOST_FILES = 100;

/** Commands that are kept at most. */
const MOST_COMMANDS = 50;

/** Bake files, and commands over them. */
export interface BakeFiles {
  readonly named: ReadonlySet<string>;
  readonly commands: readonly BakeCommand[];
}

/**
 * The paths that scripts, Makefiles and workflows name beside `docker buildx bake` or docker/bake-action and that are there,
 * in HCL or JSON (docs.docker.com, docker buildx bake). What is none has no targets.
 */
export async function bakeFilesNamed(repository: Pick<Repository, "paths" | "text">): Promise<BakeFiles> {
  const named = new Set<string>();
  const commands: BakeCommand[] = [];
  for (const path of repository.paths) {
    if (!startsBuilds(path)) continue;
    const text = (await repository.text(path))?.text ?? "";
    if (!/\bbuildx\s+bake\b|\bbake-action@/.test(text)) continue;
    for (const line of text.replace(/\\\r?\n/g, " ").split("\n")) {
      const sets = /^\s*#/.test(line) || !/\bbake\b/.test(line) ? [] : setsIn(line);
      if (sets.length > 0 && commands.length < MOST_COMMANDS) commands.push({ sets });
    }
    for (const word of text.split(/[\s"'=,;{}[\]]+/)) {
      if (!/^[\w./-]+\.(?:hcl|json)$/.test(word)) continue;
      for (const folder of [parentOf(path), ""]) {
        const found = joinPath(folder, word)?.path;
        if (found !== undefined && repository.paths.has(found) && named.size < MOST_FILES) named.add(found);
      }
    }
  }
  return { named, commands };
}

/** What `--set` changes of what is built; caches, outputs, platforms and tags change nothing of that. */
function setsIn(line: string): BakeCommand["sets"] {
  const written =
    /--set(?:=|[ \t]+)["']?([\w*-]+)\.(args\.\w+|target|dockerfile|context)=(?:"([^"]*)"|'([^']*)'|([^\s"']*))/g;
  return [...line.matchAll(written)].map(([, target = "", key = "", ...values]) => {
    const value = values.find((one) => one !== undefined) ?? "";
    return { target, key, value: /[$`]/.test(value) ? HOLE : value };
  });
}
