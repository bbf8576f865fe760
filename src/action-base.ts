/** The state an Action's run is compared with: from the checkout, else through GitHub's API. Must not fail a run. */
import { realpathSync } from "node:fs";
import { type Base, baseAt, baseOf } from "./base.ts";
import { MAX_FILE_BYTES } from "./discover/file-tree.ts";
import { repositoryTop } from "./discover/git-commit.ts";
import { prefixedTree } from "./discover/prefixed-tree.ts";
import { messageOf } from "./model/error.ts";
import type { WorkflowEvent } from "./publish/event.ts";
import { workTree } from "./publish/git-blob.ts";
import { githubApi } from "./publish/github-api.ts";
import { githubTree } from "./publish/github-tree.ts";
import { pathFrom, runRoot } from "./run-root.ts";
import type { Settings } from "./settings.ts";

/** Milliseconds that reading the base through the API may take. */
const PATIENCE = 120_000;

/** What to compare with; nothing where all findings count. Rejects with MuslgateError (`usage`) for a base that was named and is not there. */
export async function actionBase(
  { base, directory, images, githubToken }: Settings,
  event: WorkflowEvent,
): Promise<Base | undefined> {
  if (images.length > 0 || base === "none") return undefined;
  if (base !== undefined) return baseOf(directory, base, process.env);
  if (event.counted !== "new") return undefined;
  const { baseSha, repository, apiUrl } = event;
  if (baseSha === undefined) return { missing: event.problem ?? "the event names no base" };
  const local = await baseAt(directory, baseSha, process.env);
  if ("tree" in local) return local;
  // actions/checkout fetches the merge commit alone.
  if (githubToken === undefined || repository === undefined) return local;
  try {
    // The tree is the whole repository's, which may be checked out below the run's folder.
    const top = await repositoryTop(directory, process.env);
    const prefix = top === undefined ? undefined : pathFrom(realpathSync("."), realpathSync(top));
    if (top === undefined || prefix === undefined || runRoot(directory).root !== ".") return local;
    const api = await githubApi({ token: githubToken, apiUrl, patience: PATIENCE });
    const tree = githubTree(api, { repository, sha: baseSha, known: workTree(top, MAX_FILE_BYTES) });
    const { paths, diagnostics } = await tree.list();
    const [problem] = diagnostics;
    if (paths.length === 0 && problem !== undefined) return { missing: problem.message };
    return { tree: prefixedTree(tree, prefix), close: () => {} };
  } catch (error) {
    return { missing: `GitHub could not be asked for it: ${messageOf(error)}` };
  }
}
