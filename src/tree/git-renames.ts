/** Asks git where files of a commit are in the checked out state. Must run nothing that a repository configures. */
import { gitOutput } from "./git-command.ts";

const TIME = 30_000;
const MOST_BYTES = 16 * 2 ** 20;

/** Files that are compared for likeness at most, as git's own default (git-config(1), diff.renameLimit). */
const MOST_FILES = 1000;

/**
 * Old and new paths of what was renamed since a commit, given by its full hash, relative to the folder and only below
 * it; nothing where git cannot say, as where this clone does not have the commit. Never rejects.
 */
export async function renamedSince(
  folder: string,
  commit: string,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return undefined;
  const args = [
    "diff-tree",
    "-r",
    "-z",
    "-M",
    `-l${MOST_FILES}`,
    "--diff-filter=R",
    "--name-status",
    "--relative",
  ];
  const all = [...args, "--no-ext-diff", "--no-textconv", commit, "HEAD", "--"];
  const text = await gitOutput(folder, all, env, { time: TIME, most: MOST_BYTES });
  return text === undefined ? undefined : pairs(text);
}

/** `R100`, the old path and the new one, each with a NUL after it. */
function pairs(text: string): ReadonlyMap<string, string> {
  const fields = text.split("\0");
  const renamed = new Map<string, string>();
  for (let i = 0; i + 2 < fields.length; i += 3) renamed.set(fields[i + 1] ?? "", fields[i + 2] ?? "");
  return renamed;
}

/** Where a path went: a file by its own rename, a folder where all that was renamed out of it went to one place. */
export function followed(renamed: ReadonlyMap<string, string>, path: string): string | undefined {
  const own = renamed.get(path);
  if (own !== undefined) return own;
  const folders = new Set<string | undefined>();
  for (const [from, to] of renamed) {
    if (!from.startsWith(`${path}/`)) continue;
    const rest = from.slice(path.length);
    folders.add(to.endsWith(rest) ? to.slice(0, -rest.length) : undefined);
  }
  return folders.size === 1 ? [...folders][0] : undefined;
}
