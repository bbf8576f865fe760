/** The folder that a build sends along: what of it is in the repository, and what .dockerignore leaves out. Must follow no link and leave the folder never. */
import type { FileBytes, FileTree } from "../tree/file-tree.ts";
import { type Glob, globMatches, pathGlob } from "../tree/glob.ts";
import type { Budget } from "../model/budget.ts";

/** A build context. */
export interface Context {
  /** Whether the repository has it at all. */
  readonly exists: boolean;
  /** Files that a source of COPY names, by their paths below the context, and the folder that they are taken from. */
  sources(pattern: string): readonly Source[];
  read(path: string): Promise<FileBytes>;
}

/** A file or a folder that is copied. */
export interface Source {
  /** Below the context; empty for all of it. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Files below a folder, by their paths below the context. */
  readonly files: readonly string[];
}

/** One rule of .dockerignore. */
interface Rule {
  readonly glob: Glob;
  readonly negated: boolean;
}

/** More rules than this are in no .dockerignore that somebody wrote. */
const MOST_RULES = 1_000;

/** Opens contexts of one tree; each file is read once. `steps` counts paths and letters that are compared. */
export function contexts(
  tree: FileTree,
  steps: Budget,
): (folder: string, dockerfile: string) => Promise<Context> {
  let listed: Promise<readonly string[]> | undefined;
  const bodies = new Map<string, Promise<FileBytes>>();
  const read = (path: string) => {
    const known = bodies.get(path) ?? tree.bytes(path);
    bodies.set(path, known);
    return known;
  };
  return async (folder, dockerfile) => {
    listed ??= tree.list().then(({ paths }) => paths);
    const all = await listed;
    steps.spend(all.length >> 4);
    const prefix = folder === "" ? "" : `${folder}/`;
    const inside = all.filter((path) => path.startsWith(prefix));
    const known = new Set(all);
    const ignore = [`${dockerfile}.dockerignore`, `${prefix}.dockerignore`].find((path) => known.has(path));
    const rules = ignore === undefined ? [] : rulesIn(await tree.read(ignore));
    const paths = inside
      .map((path) => path.slice(prefix.length))
      .filter((path) => !isIgnored(rules, path, steps));
    return {
      exists: inside.length > 0 || folder === "",
      sources: (pattern) => sourcesOf(paths, pattern, steps),
      read: (path) => read(prefix + path),
    };
  };
}

function rulesIn(read: { readonly text: string } | { readonly problem: string }): readonly Rule[] {
  if (!("text" in read)) return [];
  return read.text
    .split(/\r?\n/)
    .slice(0, MOST_RULES)
    .flatMap((line): readonly Rule[] => {
      const trimmed = line.trim();
      if (trimmed === "" || trimmed.startsWith("#")) return [];
      const negated = trimmed.startsWith("!");
      const glob = pathGlob(negated ? trimmed.slice(1) : trimmed);
      return glob.length === 0 ? [] : [{ glob, negated }];
    });
}

/** The last rule that matches the path or a folder of it decides (docs.docker.com, .dockerignore files). */
function isIgnored(rules: readonly Rule[], path: string, steps: Budget): boolean {
  let ignored = false;
  for (const { glob, negated } of rules) {
    if (ignored !== negated) continue;
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (!globMatches(glob, path.slice(0, end), steps)) continue;
      ignored = !negated;
      break;
    }
  }
  return ignored;
}

function sourcesOf(paths: readonly string[], pattern: string, steps: Budget): readonly Source[] {
  const parts: string[] = [];
  for (const part of pattern.split("/")) {
    // A path that leads out of the context ends at its root (BuildKit, frontend/dockerfile/dockerfile2llb).
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const wanted = parts.join("/");
  steps.spend(1 + paths.length);
  if (!/[*?[]/.test(wanted)) {
    if (paths.includes(wanted)) return [{ path: wanted, kind: "file", files: [wanted] }];
    const below = wanted === "" ? "" : `${wanted}/`;
    const files = paths.filter((path) => path.startsWith(below));
    return files.length === 0 ? [] : [{ path: wanted, kind: "folder", files }];
  }
  const glob = pathGlob(wanted);
  const found = new Map<string, string[]>();
  for (const path of paths) {
    const own = path.split("/");
    const name = own.slice(0, parts.length).join("/");
    if (own.length < parts.length || !globMatches(glob, name, steps)) continue;
    found.set(name, [...(found.get(name) ?? []), path]);
  }
  return [...found].map(([path, files]) => ({
    path,
    kind: files.length === 1 && files[0] === path ? "file" : "folder",
    files,
  }));
}
