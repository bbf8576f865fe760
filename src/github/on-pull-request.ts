/** The one way to write on a pull request: who may, page by page, and which words are ours. Must never reject, nor know what is written. */
import { createHash } from "node:crypto";
import type { WorkflowEvent } from "./event.ts";
import { type ApiAccess, type GitHubApi, githubApi } from "./github-api.ts";
import { PERMISSION, whyNotWritten } from "./refused.ts";

/** Which one. */
export interface PullRequest {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** One line for the log where nothing was written. */
export interface NotWritten {
  readonly because: string;
}

/** A page has 100 items; GitHub lists the oldest first, and 3,000 files of a pull request at most. */
export const MOST_PAGES = 30;

/** Does the work on the event's pull request; `what` is what is to be written, such as `the comment`. Never rejects. */
export async function onPullRequest<T>(
  { repository, pullRequest, apiUrl, fromFork }: WorkflowEvent,
  access: Omit<ApiAccess, "apiUrl">,
  what: string,
  work: (api: GitHubApi, on: PullRequest) => Promise<T>,
): Promise<T | NotWritten> {
  if (repository === undefined || pullRequest === undefined)
    return { because: "this run belongs to no pull request" };
  if (access.token === "") return { because: `no token was given; one with ${PERMISSION} is needed` };
  try {
    const api = await githubApi({ ...access, apiUrl });
    return await work(api, { owner: repository.owner, repo: repository.name, number: pullRequest });
  } catch (error) {
    return { because: whyNotWritten(error, fromFork, what) };
  }
}

/** Shows what GitHub lists, one by one, until `isLast` is true; `cut` where there are more pages than are asked for. */
export async function walk(
  api: GitHubApi,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  isLast: (item: unknown) => Promise<boolean> | boolean,
): Promise<"stopped" | "whole" | "cut"> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data, more } = await api.request(route, { ...parameters, per_page: 100, page });
    for (const item of Array.isArray(data) ? data : []) if (await isLast(item)) return "stopped";
    if (!more) return "whole";
  }
  return "cut";
}

/** A first line that readers do not see, by which words of ours are known again. */
export function markerOf(kind: string, key: string): string {
  return `<!-- ${kind} ${createHash("sha256").update(key).digest("hex").slice(0, 16)} -->`;
}

/** Something that somebody wrote on it. */
export interface Written {
  readonly id: number;
  readonly body: string;
}

/**
 * A reader of what was written: nothing for what neither a bot wrote nor whoever the token belongs to, since anybody may
 * copy a marker. `start` is what the body begins with.
 */
export function oursOf(api: GitHubApi, start: string): (item: unknown) => Promise<Written | undefined> {
  let self: string | undefined;
  return async (item) => {
    const { id, body, user } = (item ?? {}) as {
      id?: unknown;
      body?: unknown;
      user?: { login?: unknown; type?: unknown } | null;
    };
    if (typeof id !== "number" || typeof body !== "string" || typeof user?.login !== "string")
      return undefined;
    if (!body.startsWith(start)) return undefined;
    if (user.type !== "Bot") self ??= await ownLogin(api);
    return user.type === "Bot" || (self !== "" && user.login === self) ? { id, body } : undefined;
  };
}

/** Whose token it is: a personal one's owner. The workflow's own token is a bot's and may not ask (403). */
async function ownLogin(api: GitHubApi): Promise<string> {
  try {
    const { data } = await api.request("GET /user", {});
    const login = (data as { login?: unknown } | null)?.login;
    return typeof login === "string" ? login : "";
  } catch {
    return "";
  }
}
