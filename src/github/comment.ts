/** Keeps one comment on a pull request up to date. Must never fail a run, nor touch a comment that is not ours. */
import type { WorkflowEvent } from "./event.ts";
import { type ApiAccess, type GitHubApi, refusalOf } from "./github-api.ts";
import {
  markerOf,
  MOST_PAGES,
  onPullRequest,
  oursOf,
  type PullRequest,
  walk,
  type Written,
} from "./on-pull-request.ts";

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

/** How often a comment is tried to be written, each time after a new search. */
const ATTEMPTS = 3;

/** Creates, updates or resolves the comment. Never rejects. */
export async function postComment(
  event: WorkflowEvent,
  access: Omit<ApiAccess, "apiUrl">,
  comment: StickyComment,
): Promise<Posted> {
  const done = await onPullRequest(event, access, "the comment", (api, on) => keep(api, on, comment));
  return "posted" in done ? done : { posted: false, ...done };
}

/** The first line of a comment of ours; not seen by readers. */
export function commentMarker(key: string): string {
  return markerOf("muslgate", key);
}

async function keep(
  api: GitHubApi,
  on: PullRequest,
  { key, body, resolved }: StickyComment,
  attempt = 1,
): Promise<Posted> {
  const { owner, repo, number: issue_number } = on;
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
      const where = { owner, repo, issue_number, body: text };
      await api.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", where);
      return { posted: true, how: "created" };
    }
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

/** The first comment of ours that opens with the marker. */
async function find(
  api: GitHubApi,
  { owner, repo, number: issue_number }: PullRequest,
  marker: string,
): Promise<Written | "too many" | undefined> {
  const ours = oursOf(api, marker);
  let found: Written | undefined;
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const end = await walk(api, route, { owner, repo, issue_number }, async (item) => {
    found = await ours(item);
    return found !== undefined;
  });
  return end === "cut" ? "too many" : found;
}
