/** Posts suggestions as one review of a pull request. Must stay on lines that the pull request brings, and never fail a run. */
import type { SuggestedLines, Suggestion } from "../report/suggestions.ts";
import type { WorkflowEvent } from "./event.ts";
import type { ApiAccess, GitHubApi } from "./github-api.ts";
import { markerOf, MOST_PAGES, onPullRequest, oursOf, walk } from "./on-pull-request.ts";

/** Where suggestions stand now, posted by this run or by an earlier one; and why others were not posted. */
export interface Suggested {
  readonly standing: readonly SuggestedLines[];
  readonly because?: string;
}

/** What their markers begin with. */
const KIND = "muslgate suggestion";
/** Suggestions of one review. */
const MOST = 20;

/** Posts what is new of them, each once however often this runs. Never rejects. */
export async function postSuggestions(
  event: WorkflowEvent,
  access: Omit<ApiAccess, "apiUrl">,
  category: string,
  wanted: readonly Suggestion[],
): Promise<Suggested> {
  const { headSha } = event;
  if (headSha === undefined) return { standing: [], because: "this run belongs to no pull request" };
  const done = await onPullRequest(event, access, "the review", (api, { owner, repo, number: pull_number }) =>
    post(api, { owner, repo, pull_number }, headSha, category, wanted),
  );
  return "standing" in done ? done : { standing: [], ...done };
}

type PullRequest = { readonly owner: string; readonly repo: string; readonly pull_number: number };

async function post(
  api: GitHubApi,
  on: PullRequest,
  headSha: string,
  category: string,
  wanted: readonly Suggestion[],
): Promise<Suggested> {
  const brought = await broughtLines(api, on);
  const fitting = wanted.flatMap((one) => placed(one, brought) ?? []).slice(0, MOST);
  if (fitting.length === 0) return { standing: [] };
  const ours = oursOf(api, `<!-- ${KIND} `);
  const bodies: string[] = [];
  const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments";
  const end = await walk(api, route, on, async (item) => {
    const found = await ours(item);
    if (found !== undefined) bodies.push(found.body);
    return false;
  });
  // One that stands already may be among those that were not looked at.
  if (end === "cut") {
    return {
      standing: [],
      because: `the pull request has more than ${MOST_PAGES * 100} comments of reviews`,
    };
  }
  const marker = ({ identity }: Suggestion) => markerOf(KIND, `${category} ${identity}`);
  const comments = fitting
    .filter((one) => !bodies.some((body) => body.startsWith(marker(one))))
    .map((one) => ({
      path: one.file,
      body: `${marker(one)}\n${one.body}`,
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
}

/** The lines that the pull request adds, by file and number; GitHub leaves the patch of a large file out. */
async function broughtLines(
  api: GitHubApi,
  on: PullRequest,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const files: unknown[] = [];
  const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";
  await walk(api, route, on, (file) => files.push(file) === 0);
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
