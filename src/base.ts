/** The state of the repository that a run is compared with. Must not fetch anything with git. */
import { commonCommit } from "./discover/git-commit.ts";
import { gitTree } from "./discover/git-tree.ts";
import type { FileTree } from "./discover/file-tree.ts";

/** A state to compare with, to be closed after use; or a clause on why there is none. */
export type Base = { readonly tree: FileTree; close(): void } | { readonly missing: string };

/** The state of the folder where it left a branch or a commit. Never rejects. */
export async function baseOf(directory: string, ref: string, env: NodeJS.ProcessEnv): Promise<Base> {
  const commit = await commonCommit(directory, ref, env);
  if (commit.kind === "problem") return { missing: commit.why };
  if (commit.kind === "missing") return { missing: `this clone has no commit ${ref}` };
  return baseAt(directory, commit.hash, env);
}

/** The state of the folder in a commit given by its full hash. Never rejects. */
export async function baseAt(directory: string, hash: string, env: NodeJS.ProcessEnv): Promise<Base> {
  const opened = await gitTree(directory, hash, { env });
  if (opened.kind === "tree") return { tree: opened.tree, close: () => opened.close() };
  return { missing: opened.kind === "problem" ? opened.why : `this clone does not have the commit ${hash}` };
}
