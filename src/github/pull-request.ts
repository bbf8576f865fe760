/** Finds the pull request that a workflow run was for, where its event does not say. Must believe GitHub alone, not what the run left. */
import type { WorkflowEvent } from "./event.ts";
import { githubApi, refusalOf } from "./github-api.ts";

/**
 * The event with its pull request: a run that follows one for a fork knows the fork's branch and commit only. A clause
 * on why where there is none. Never rejects.
 */
export async function withPullRequest(
  event: WorkflowEvent,
  token: string,
): Promise<WorkflowEvent | { readonly missing: string }> {
  if (event.pullRequest !== undefined) return event;
  const { repository, head, headSha, apiUrl } = event;
  if (repository === undefined || head === undefined || headSha === undefined) {
    return { missing: "this run belongs to no pull request" };
  }
  try {
    const api = await githubApi({ token, apiUrl });
    const { data } = await api.request("GET /repos/{owner}/{repo}/pulls", {
      owner: repository.owner,
      repo: repository.name,
      state: "open",
      head: `${head.owner}:${head.branch}`,
    });
    const numbers = (Array.isArray(data) ? data : []).flatMap((one: unknown) => {
      const { number, head: its } = (one ?? {}) as { number?: unknown; head?: { sha?: unknown } | null };
      // A push that came after the run has its own.
      return Number.isSafeInteger(number) && its?.sha === headSha ? [number as number] : [];
    });
    const [pullRequest] = numbers;
    return pullRequest === undefined
      ? { missing: `no open pull request has the commit ${headSha}` }
      : { ...event, pullRequest };
  } catch (error) {
    return { missing: `its pull request could not be looked up: ${refusalOf(error).message}` };
  }
}
