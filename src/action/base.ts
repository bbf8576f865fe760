/** The states an Action's run goes by: from the checkout, else through GitHub's API. Must not fail a run. */
import { readdirSync, realpathSync } from "node:fs";
import { posix } from "node:path";
import { type Base, baseAt, baseOf } from "../tree/base.ts";
import { configPaths, type Said } from "../settings/states.ts";
import { MOST_FILE_BYTES } from "../tree/file-tree.ts";
import { repositoryTop } from "../tree/git-commit.ts";
import { followed, renamedSince } from "../tree/git-renames.ts";
import { gitTree } from "../tree/git-tree.ts";
import { prefixedTree } from "../tree/views.ts";
import { messageOf } from "../model/error.ts";
import type { WorkflowEvent } from "../github/event.ts";
import { workTree } from "../github/git-blob.ts";
import { githubApi } from "../github/github-api.ts";
import { githubTree } from "../github/base-tree.ts";
import { pathFrom, runRoot } from "../tree/run-root.ts";
import type { TrustedBase } from "../settings/trusted.ts";
import type { Settings } from "../settings/settings.ts";

/** Milliseconds that reading the base through the API may take. */
const PATIENCE = 120_000;

/** Reads the event's base through GitHub's API, for a checkout given by its top folder. Never rejects. */
export type ApiBase = (top: string) => Promise<Base>;

/** Asks for each checkout's tree once. */
export function apiBase(event: WorkflowEvent, token: string | undefined): ApiBase {
  const asked = new Map<string, Promise<Base>>();
  return (top) => {
    const base = asked.get(top) ?? treeFromApi(top, event, token);
    asked.set(top, base);
    return base;
  };
}

async function treeFromApi(
  top: string,
  { baseSha, repository, apiUrl }: WorkflowEvent,
  token: string | undefined,
): Promise<Base> {
  if (baseSha === undefined || repository === undefined) return { missing: "the event names no base" };
  if (token === undefined)
    return { missing: `this clone does not have ${baseSha}, and there is no github-token` };
  // The tree is the whole repository's, which may be checked out below the run's folder.
  const prefix = pathFrom(realpathSync("."), top);
  if (prefix === undefined) return { missing: `this clone does not have ${baseSha}` };
  try {
    const api = await githubApi({ token, apiUrl, patience: PATIENCE });
    const tree = githubTree(api, { repository, sha: baseSha, known: workTree(top, MOST_FILE_BYTES) });
    const { paths, diagnostics } = await tree.list();
    const [problem] = diagnostics;
    if (paths.length === 0 && problem !== undefined) return { missing: problem.message };
    return { tree: prefixedTree(tree, prefix), close: () => {} };
  } catch (error) {
    return { missing: `GitHub could not be asked for it: ${messageOf(error)}` };
  }
}

/** What to compare with; nothing where all findings count. Rejects with MuslgateError (`usage`) for a base that was named and is not there. */
export async function actionBase(
  { base, directory, images }: Settings,
  event: WorkflowEvent,
  fromApi: ApiBase,
): Promise<Base | undefined> {
  if (images.length > 0 || base === "none") return undefined;
  if (base !== undefined) return baseOf(directory, base, process.env);
  if (event.counted !== "new") return undefined;
  const { baseSha } = event;
  if (baseSha === undefined) return { missing: event.problem ?? "the event names no base" };
  const local = await baseAt(directory, baseSha, process.env);
  if ("tree" in local) return local;
  // actions/checkout fetches the merge commit alone.
  const top = await topOf(directory);
  return top === undefined || runRoot(directory).root !== "." ? local : fromApi(top);
}

/**
 * The state that a change is to be merged into, for what the change must not decide: not where it left that state, which
 * its author chooses. To be closed after use. Never rejects.
 */
export async function trustedBase(
  { written }: Said,
  { baseSha, problem }: WorkflowEvent,
  fromApi: ApiBase,
): Promise<TrustedBase & { close(): void }> {
  const [config = ""] = configPaths(".", written) ?? [];
  const top = (await topOf(posix.dirname(config))) ?? (await topOf("."));
  const without = (tree: TrustedBase["tree"]) => ({ tree, renamed: async () => undefined, close: () => {} });
  if (top === undefined) {
    // Nothing was checked out: there is nothing a change could bring.
    const empty = readdirSync(".").length === 0;
    return without(empty ? NO_FILES : { missing: "this folder is no checkout of git" });
  }
  if (baseSha === undefined) return without({ missing: problem ?? "the event names no base" });
  const below = pathFrom(realpathSync("."), top) ?? "";
  const at = below === "" ? "." : top;
  const local = await gitTree(at, baseSha, { env: process.env });
  let renames: ReturnType<typeof renamedSince> | undefined;
  const renamed = async (path: string) => {
    const inside = below === "" ? path : pathFrom(below, path);
    renames ??= renamedSince(at, baseSha, process.env);
    const known = await renames;
    const now = inside === undefined || known === undefined ? undefined : followed(known, inside);
    return now && posix.join(below, now);
  };
  if (local.kind === "tree")
    return { tree: prefixedTree(local.tree, below), renamed, close: () => local.close() };
  const base = local.kind === "problem" ? { missing: local.why } : await fromApi(top);
  return { tree: "tree" in base ? base.tree : base, renamed, close: () => {} };
}

const NO_FILES = {
  list: async () => ({ paths: [], diagnostics: [] }),
  read: async () => ({ problem: "no such file or folder" }),
};

async function topOf(folder: string): Promise<string | undefined> {
  const top = await repositoryTop(folder, process.env);
  return top === undefined ? undefined : realpathSync(top);
}
