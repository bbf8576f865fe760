/** Tells which compose files are read together, and in which order, by those who start compose. Must run nothing, nor read the files themselves. */
import { isMakefileName } from "./kinds/makefile.ts";
import { readEnvironment } from "./kinds/environment-file.ts";
import type { Repository, YamlSource } from "./repository.ts";
import { joinPath, nameOf, parentOf } from "../tree/paths.ts";
import { itemsAt, textAt, valueAt } from "../yaml/nodes.ts";

/** What decides how compose takes a file, by its path. */
export interface ComposeChains {
  /** Files that it is laid over, the lowest first. */
  readonly below: ReadonlyMap<string, readonly string[]>;
  /** Where its paths begin, if not in its own folder: the `project_directory` of who includes it, the folder of a chain's first. */
  readonly folders: ReadonlyMap<string, string>;
}

/** Files of one chain, and chains in all, at most. */
const MOST_FILES = 8;
const MOST_CHAINS = 200;
/** Words of a command line that are looked at. */
const MOST_WORDS = 40;

/** Whether a file may start compose or a builder, by its name: scripts, Makefiles, workflows, pipelines. */
export function startsBuilds(path: string): boolean {
  return (
    isMakefileName(path) ||
    /\.(?:sh|bash)$|(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$|\.gitlab-ci\.yml$/.test(path)
  );
}

/**
 * By `COMPOSE_FILE` of a `.env`, wherever the files lie that it names, by lists of `include`, and by commands with several `-f`
 * (docs.docker.com, Merge Compose files). Where two say different things of a file, the first one is taken.
 */
export async function composeChains(
  repository: Repository,
  composes: readonly YamlSource[],
): Promise<ComposeChains> {
  const chains = new Map<string, readonly string[]>();
  const folders = new Map<string, string>();
  if (composes.length === 0) return { below: chains, folders };
  const known = new Set(composes.map(({ file }) => file.file));
  const add = (names: readonly string[], starts: readonly string[]) => {
    for (const folder of starts) {
      const paths = names.slice(0, MOST_FILES).flatMap((name) => joinPath(folder, name)?.path ?? []);
      const [first = ""] = paths;
      const isThere = paths.every((path) => repository.paths.has(path)) && known.has(first);
      if (paths.length < names.length || !isThere) continue;
      for (const [index, path] of paths.entries()) {
        if (index === 0 || chains.has(path) || chains.size >= MOST_CHAINS || paths.indexOf(path) !== index)
          continue;
        chains.set(path, paths.slice(0, index));
        // Paths of all of them begin in the folder of the first (docs.docker.com, Merge Compose files).
        if (parentOf(path) !== parentOf(first)) folders.set(path, folders.get(first) ?? parentOf(first));
      }
      return;
    }
  };
  for (const path of repository.paths) {
    if (nameOf(path) !== ".env") continue;
    const folder = parentOf(path);
    const environment = readEnvironment((await repository.text(path))?.text ?? "");
    const written = environment.get("COMPOSE_FILE") ?? "";
    add(written.split(environment.get("COMPOSE_PATH_SEPARATOR") || ":"), [folder]);
  }
  const including = [...composes];
  // One that has nothing but an `include` has not the shape of others.
  for (const path of repository.paths)
    if (!known.has(path) && /^(?:docker-)?compose\.ya?ml$/.test(nameOf(path))) {
      const source = await repository.yaml(path);
      if (source !== undefined) including.push(source);
    }
  for (const { file, documents } of including)
    for (const item of itemsAt(documents[0], "include")) {
      const paths = valueAt(item, "path");
      const listed = paths?.kind === "list" ? paths.items : paths === undefined ? [] : [paths];
      const names = listed.map((one) => (one.kind === "text" ? one.text : ""));
      const here = parentOf(file.file);
      const project = textAt(item, "project_directory")?.text;
      const folder = project === undefined ? undefined : joinPath(here, project)?.path;
      for (const name of folder === undefined ? [] : names.slice(0, MOST_FILES)) {
        const path = joinPath(here, name)?.path;
        if (path !== undefined && !folders.has(path)) folders.set(path, folder as string);
      }
      add(names, [here]);
    }
  for (const path of repository.paths) {
    if (!startsBuilds(path)) continue;
    const text = (await repository.text(path))?.text ?? "";
    const starts = nameOf(path) === path ? [""] : [parentOf(path), ""];
    for (const names of filesNamed(text)) add(names, starts);
  }
  return { below: chains, folders };
}

/** The files of each command that names several. */
function filesNamed(text: string): readonly (readonly string[])[] {
  if (!/docker[- ]compose/.test(text)) return [];
  return text
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n|&&|;/)
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => {
      const after = line.split(/\bdocker[- ]compose\s/).slice(1);
      return after.map((rest) => {
        const words = rest.trim().split(/\s+/, MOST_WORDS);
        return words.flatMap((word, index) => {
          if (word === "-f" || word === "--file") return words[index + 1]?.replace(/^["']|["']$/g, "") ?? [];
          return word.startsWith("--file=") ? word.slice("--file=".length).replace(/^["']|["']$/g, "") : [];
        });
      });
    })
    .filter((names) => names.length > 1);
}
