/** Posts suggestions as one review of a pull request. Must stay on lines that the pull request brings, and never fail a run. */
import { createHash } from "node:crypto";
import type { SuggestedLines, Suggestion } from "../report/suggestions.ts";
import { ownLogin } from "./comment.ts";
import type { WorkflowEvent } from "./event.ts";
import { type ApiAccess, type GitHubApi, githubApi } from "./github-api.ts";
import { PERMISSION, whyNotWritten } from "./refused.ts";

/** Where suggestions stand now, posted by this run or by an earlier one; and why others were not posted. */
export interface Suggested {
  readonly standing: readonly SuggestedLines[];
  readonly because?: string;
}

/** A page has 100 files or comments; GitHub lists 3,000 files of a pull request at most. */
const MOST_PAGES = 30;
/** Suggestions of one review. */
const MOST = 20;

/** Posts what is new of them, each once however often this runs. Never rejects. */
export async function postSuggestions(
  event: WorkflowEvent,
  access: Omit<ApiAccess, "apiUrl">,
  category: string,
  wanted: readonly Suggestion[],
): Promise<Suggested> {
  const { repository, pullRequest, headSha, apiUrl } = event;
  if (repository === undefined || pullRequest === undefined || headSha === undefined)
    return { standing: [], because: "this run belongs to no pull request" };
  if (access.token === "")
    return { standing: [], because: `no token was given; one with ${PERMISSION} is needed` };
  try {
    const api = await githubApi({ ...access, apiUrl });
    const on = { owner: repository.owner, repo: repository.name, pull_number: pullRequest };
    const brought = await broughtLines(api, on);
    const fitting = wanted.flatMap((one) => placed(one, brought) ?? []).slice(0, MOST);
    if (fitting.length === 0) return { standing: [] };
    const known = await pages(api, "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", on);
    const ours = await bodiesOfOurs(api, known);
    const isNew = ({ identity }: Suggestion) =>
      !ours.some((body) => body.startsWith(markerOf(category, identity)));
    const comments = fitting.filter(isNew).map((one) => ({
      path: one.file,
      body: `${markerOf(category, one.identity)}\n${one.body}`,
      side: "RIGHT",
      line: one.endLine,
      ...(one.endLine > one.line ? { start_line: one.line, start_side: "RIGHT" } : {}),
    }));
    if (comments.length > 0) {
      const review = { ...on, commit_id: headSha, event: "COMMENT", comments };
      await api.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", review);
    }
    // As this checkout counts its lines, not as the head does.
    const stands = new Set(fitting.map(({ identity }) => identity));
    return { standing: wanted.filter(({ identity }) => stands.has(identity)) };
  } catch (error) {
    return { standing: [], because: whyNotWritten(error, event.fromFork, "the review") };
  }
}

/** The first line of a suggestion of ours; not seen by readers. */
function markerOf(category: string, identity: string): string {
  const hash = createHash("sha256").update(`${category} ${identity}`).digest("hex").slice(0, 16);
  return `<!-- muslgate suggestion ${hash} -->`;
}

/** What a bot wrote, or whoever the token belongs to: anybody may copy a marker. */
async function bodiesOfOurs(api: GitHubApi, comments: readonly unknown[]): Promise<readonly string[]> {
  let self: string | undefined;
  const ours: string[] = [];
  for (const one of comments) {
    const { body, user } = (one ?? {}) as {
      body?: unknown;
      user?: { login?: unknown; type?: unknown } | null;
    };
    if (typeof body !== "string" || !body.startsWith("<!-- muslgate suggestion ")) continue;
    if (user?.type !== "Bot") self ??= await ownLogin(api);
    if (user?.type === "Bot" || (self !== "" && user?.login === self)) ours.push(body);
  }
  return ours;
}

type PullRequest = { readonly owner: string; readonly repo: string; readonly pull_number: number };

async function pages(api: GitHubApi, route: string, on: PullRequest): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data, more } = await api.request(route, { ...on, per_page: 100, page });
    if (Array.isArray(data)) all.push(...(data as readonly unknown[]));
    if (!more) break;
  }
  return all;
}

/** The lines that the pull request adds, by file and number; GitHub leaves the patch of a large file out. */
async function broughtLines(
  api: GitHubApi,
  on: PullRequest,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const files = await pages(api, "GET /repos/{owner}/{repo}/pulls/{pull_number}/files", on);
  return new Map(
    files.flatMap((file) => {
      const { filename, patch } = (file ?? {}) as { filename?: unknown; patch?: unknown };
      return typeof filename === "string" && typeof patch === "string" ? [[filename, addedIn(patch)]] : [];
    }),
  );
}

function addedIn(patch: string): ReadonlyMap<number, string> {
  const added = new Map<number, string>();
  let line = 0;
  for (const text of patch.split("\n")) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text)?.[1];
    if (start !== undefined) line = Number(start);
    else if (text.startsWith("+")) added.set(line++, text.slice(1));
    else if (text.startsWith(" ")) line++;
  }
  return added;
}

/**
 * The suggestion where its lines stand among those that are brought: at its own place, else at the only other one, since
 * a merge with the base may have moved them.
 */
function placed(
  one: Suggestion,
  brought: ReadonlyMap<string, ReadonlyMap<number, string>>,
): Suggestion | undefined {
  const added = brought.get(one.file.replace(/^(?:\.\/)+/, ""));
  if (added === undefined) return undefined;
  const isAt = (line: number) => one.lines.every((text, i) => added.get(line + i) === text);
  const others = isAt(one.line) ? [one.line] : [...added.keys()].filter(isAt);
  const [line] = others;
  if (line === undefined || others.length > 1) return undefined;
  return { ...one, line, endLine: line + one.lines.length - 1 };
}
