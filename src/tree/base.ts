/** The state of the repository that a run is compared with. Must not fetch anything with git. */
import { commonCommit, repositoryTop } from "./git-commit.ts";
import { gitTree } from "./git-tree.ts";
import type { FileTree } from "./file-tree.ts";
import { prefixedTree } from "./views.ts";
import { MuslgateError } from "../model/error.ts";
import { runRoot } from "./run-root.ts";

/**
 * A state to compare with, its paths from the run's root, to be closed after use, and what was called so where it
 * descends from the checked out commit; or a clause on why there is none.
 */
export type Base =
  | { readonly tree: FileTree; readonly ahead?: string; close(): void }
  | { readonly missing: string };

/** The state where this one left a branch or a commit that the user named. Rejects with MuslgateError (`usage`) where there is none. */
export async function baseOf(directory: string, ref: string, env: NodeJS.ProcessEnv): Promise<Base> {
  const base = await baseAt(directory, ref, env);
  if ("tree" in base) return base;
  throw new MuslgateError(
    "usage",
    `nothing can be compared with base ${ref}: ${base.missing}`,
    "Name a branch or a commit that this clone has (git fetch, fetch-depth: 0), or none.",
  );
}

/** The state where this one left a branch or a commit. Never rejects. */
export async function baseAt(directory: string, ref: string, env: NodeJS.ProcessEnv): Promise<Base> {
  const { root, below } = runRoot(directory);
  // A checkout below the run's folder is a repository of its own.
  const own = (await repositoryTop(directory, env)) !== (await repositoryTop(root, env));
  const at = own ? directory : root;
  const commit = await commonCommit(at, ref, env);
  if (commit.kind === "problem") return { missing: commit.why };
  const opened = commit.kind === "commit" ? await gitTree(at, commit.hash, { env }) : commit;
  if (opened.kind === "tree") {
    const tree = own ? prefixedTree(opened.tree, below) : opened.tree;
    const ahead = commit.kind === "commit" && commit.isAhead === true ? ref : undefined;
    return { tree, ahead, close: () => opened.close() };
  }
  return { missing: opened.kind === "problem" ? opened.why : `this clone does not have ${ref}` };
}
