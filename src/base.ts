/** The state of the repository that a run is compared with. Must not fetch anything with git. */
import { commonCommit } from "./discover/git-commit.ts";
import { gitTree } from "./discover/git-tree.ts";
import type { FileTree } from "./discover/file-tree.ts";
import { MuslgateError } from "./model/error.ts";

/** A state to compare with, to be closed after use; or a clause on why there is none. */
export type Base = { readonly tree: FileTree; close(): void } | { readonly missing: string };

/** The state of the folder where it left a branch or a commit that the user named. Rejects with MuslgateError (`usage`) where there is none. */
export async function baseOf(directory: string, ref: string, env: NodeJS.ProcessEnv): Promise<Base> {
  const commit = await commonCommit(directory, ref, env);
  const base = commit.kind === "commit" ? await baseAt(directory, commit.hash, env) : undefined;
  if (base !== undefined && "tree" in base) return base;
  const why = base?.missing ?? (commit.kind === "problem" ? commit.why : "this clone has no such commit");
  throw new MuslgateError(
    "usage",
    `nothing can be compared with base ${ref}: ${why}`,
    "Name a branch or a commit that this clone has (git fetch, fetch-depth: 0), or none.",
  );
}

/** The state of the folder in a commit given by its full hash. Never rejects. */
export async function baseAt(directory: string, hash: string, env: NodeJS.ProcessEnv): Promise<Base> {
  const opened = await gitTree(directory, hash, { env });
  if (opened.kind === "tree") return { tree: opened.tree, close: () => opened.close() };
  return { missing: opened.kind === "problem" ? opened.why : `this clone does not have the commit ${hash}` };
}
