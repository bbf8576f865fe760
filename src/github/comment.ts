/** Keeps one comment on a pull request up to date. Must never fail a run, nor touch a comment that is not ours. */
import { createHash } from "node:crypto";
import { type ApiAccess, type GitHubApi, githubApi, refusalOf } from "./github-api.ts";
import type { WorkflowEvent } from "./event.ts";
import { PERMISSION, whyNotWritten } from "./refused.ts";

/** What the comment is to say. */
export interface StickyComment {
  /** Tells the comments of several jobs on one pull request apart, such as the job's name. */
  readonly key: string;
  /** Markdown; absent when there is nothing to say, so that no comment is made. */
  readonly body?: string;
  /** Markdown that takes the place of an earlier comment when there is nothing to say any more. */
  readonly resolved: string;
}

/** What came of it: one line for the log where nothing was posted. */
export type Posted =
  | { readonly posted: true; readonly how: "created" | "updated" | "unchanged" }
  | { readonly posted: false; readonly because: string };

/** A page has 100 comments; GitHub lists the oldest first. */
const MOST_PAGES = 30;
/** How often a comment is tried to be written, each time after a new search. */
const ATTEMPTS = 3;

/** Creates, updates or resolves the comment. Never rejects. */
export async function postComment(
  event: WorkflowEvent,
  access: Omit<ApiAccess, "apiUrl">,
  comment: StickyComment,
): Promise<Posted> {
  const { repository, pullRequest, apiUrl } = event;
  if (repository === undefined || pullRequest === undefined) {
    return { posted: false, because: "this run belongs to no pull request" };
  }
  if (access.token === "")
    return { posted: false, because: `no token was given; one with ${PERMISSION} is needed` };
  try {
    const api = await githubApi({ ...access, apiUrl });
    const on = { owner: repository.owner, repo: repository.name, issue_number: pullRequest };
    return await keep(api, on, comment);
  } catch (error) {
    return { posted: false, because: whyNotWritten(error, event.fromFork, "the comment") };
  }
}

/** The first line of a comment of ours; not seen by readers. */
export function commentMarker(key: string): string {
  return `<!-- muslgate ${createHash("sha256").update(key).digest("hex").slice(0, 16)} -->`;
}

interface PullRequest {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

/** A comment of GitHub's, as far as it is used. */
interface Comment {
  readonly id: number;
  readonly body: string;
  readonly login: string;
  readonly bot: boolean;
}

async function keep(
  api: GitHubApi,
  on: PullRequest,
  { key, body, resolved }: StickyComment,
  attempt = 1,
): Promise<Posted> {
  const marker = commentMarker(key);
  const found = await find(api, on, marker);
  if (found === "too many") {
    return { posted: false, because: `the pull request has more than ${MOST_PAGES * 100} comments` };
  }
  if (found === undefined && body === undefined) return { posted: false, because: "there is nothing to say" };
  const text = `${marker}\n${body ?? resolved}`;
  // GitHub may give a body back with other line ends and without its last line break.
  const plain = (one: string) => one.replace(/\r\n/g, "\n").trimEnd();
  if (found !== undefined && plain(found.body) === plain(text)) return { posted: true, how: "unchanged" };
  try {
    if (found === undefined) {
      await api.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...on, body: text });
      return { posted: true, how: "created" };
    }
    const { owner, repo } = on;
    const which = { owner, repo, comment_id: found.id, body: text };
    await api.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", which);
    return { posted: true, how: "updated" };
  } catch (error) {
    // After a 5xx the comment may be there all the same, and one that was found may be gone: look again.
    const { status = 0 } = refusalOf(error);
    const again = status >= 500 || (status === 404 && found !== undefined);
    if (!again || attempt === ATTEMPTS) throw error;
    return keep(api, on, { key, body, resolved }, attempt + 1);
  }
}

/** The first comment that opens with the marker and was written by a bot, or by whoever the token belongs to. */
async function find(
  api: GitHubApi,
  on: PullRequest,
  marker: string,
): Promise<Comment | "too many" | undefined> {
  let self: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data, more } = await api.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...on,
      per_page: 100,
      page,
    });
    const opened = (Array.isArray(data) ? data : [])
      .map(commentOf)
      .filter((one) => one !== undefined)
      .filter(({ body }) => body.startsWith(marker));
    for (const one of opened) {
      if (one.bot) return one;
      self ??= await ownLogin(api);
      if (self !== "" && one.login === self) return one;
    }
    if (!more) return undefined;
  }
  return "too many";
}

/** Whose token it is: a personal one's owner. The workflow's own token is a bot's and may not ask (403). */
export async function ownLogin(api: GitHubApi): Promise<string> {
  try {
    const { data } = await api.request("GET /user", {});
    const login = (data as { login?: unknown } | null)?.login;
    return typeof login === "string" ? login : "";
  } catch {
    return "";
  }
}

function commentOf(value: unknown): Comment | undefined {
  const { id, body, user } = (value ?? {}) as {
    id?: unknown;
    body?: unknown;
    user?: { login?: unknown; type?: unknown } | null;
  };
  if (typeof id !== "number" || typeof body !== "string" || typeof user?.login !== "string") return undefined;
  return { id, body, login: user.login, bot: user.type === "Bot" };
}
