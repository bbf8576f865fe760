/** Reads what started the workflow: GitHub's event, as one plain record. Must not throw on an event, nor take an address from it. */
import { decodeText } from "../text/decode.ts";
import { readRegularFile } from "../tree/regular-file.ts";

const KINDS = [
  "pull_request",
  "pull_request_target",
  "merge_group",
  "push",
  "release",
  "schedule",
  "workflow_dispatch",
  "workflow_run",
] as const;

/** What kind of event it is; `other` for those nothing here depends on. */
export type EventKind = (typeof KINDS)[number] | "other";

/** A repository on GitHub. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** What started the run. Everything that the event lacks, or has in another form than GitHub documents, is absent. */
export interface WorkflowEvent {
  readonly kind: EventKind;
  readonly repository?: Repository;
  readonly pullRequest?: number;
  /** The commit to compare with: the tip of the base branch, or what a push replaced. */
  readonly baseSha?: string;
  readonly headSha?: string;
  /** Whose branch the run was for that this one follows. */
  readonly head?: { readonly owner: string; readonly branch: string };
  /** From a fork or from Dependabot: the token may only read, whatever `permissions` says. */
  readonly fromFork: boolean;
  /** Without closing slash; `https://HOST/api/v3` on GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Without closing slash. */
  readonly serverUrl: string;
  /** The page of this run. */
  readonly runUrl?: string;
  /** Which findings count: a change answers for its own only, a branch or a release for all. */
  readonly counted: "new" | "all";
  /** Why the event's file could not be read, in a few words. */
  readonly problem?: string;
}

/** GitHub caps an event at 25 MB (GitHub, webhook events and payloads). */
const MOST_EVENT_BYTES = 25 * 2 ** 20;
/** A commit's name; a push that makes a branch has zeros for what was there before. */
const SHA = /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const DEPENDABOT = "dependabot[bot]";

/** Reads the event from the runner's variables (GitHub, variables reference) and the file they name. */
export function readEvent(env: Readonly<Record<string, string | undefined>>): WorkflowEvent {
  const kind = KINDS.find((one) => one === env.GITHUB_EVENT_NAME) ?? "other";
  const { event, problem } = payload(env.GITHUB_EVENT_PATH);
  const serverUrl = address(env.GITHUB_SERVER_URL) ?? "https://github.com";
  const repository = repositoryOf(env.GITHUB_REPOSITORY);
  const number = pullRequestNumber(kind, event);
  const baseSha = shaAt(event, baseSteps(kind));
  const headSha = shaAt(event, headSteps(kind)) ?? sha(env.GITHUB_SHA);
  const head = kind === "workflow_run" ? headBranch(event) : undefined;
  const run = /^\d{1,20}$/.test(env.GITHUB_RUN_ID ?? "") ? env.GITHUB_RUN_ID : undefined;
  return {
    kind,
    repository,
    pullRequest: number,
    baseSha,
    headSha,
    head,
    fromFork: fromFork(event) || env.GITHUB_ACTOR === DEPENDABOT,
    apiUrl: address(env.GITHUB_API_URL) ?? "https://api.github.com",
    serverUrl,
    ...(run === undefined || repository === undefined
      ? {}
      : { runUrl: `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${run}` }),
    counted:
      kind === "pull_request" || kind === "pull_request_target" || kind === "merge_group" ? "new" : "all",
    problem,
  };
}

/**
 * Whether a pull request's event comes from a fork or from Dependabot, whose runs get no say over shared caches and
 * a token that only reads. One that does not say where it comes from is taken for a fork.
 */
export function fromFork(event: unknown): boolean {
  if (at(event, ["pull_request"]) === undefined) return false;
  const head = at(event, ["pull_request", "head", "repo", "full_name"]);
  const base = at(event, ["pull_request", "base", "repo", "full_name"]);
  const login = at(event, ["pull_request", "user", "login"]);
  return typeof head !== "string" || head !== base || login === DEPENDABOT;
}

function payload(file: string | undefined): { event?: unknown; problem?: string } {
  if (!file) return { problem: "GITHUB_EVENT_PATH is not set" };
  const read = readRegularFile(file, { most: MOST_EVENT_BYTES });
  const decoded = "bytes" in read ? decodeText(read.bytes) : read;
  if (!("text" in decoded)) return { problem: `the event's file cannot be read: ${decoded.problem}` };
  try {
    return { event: JSON.parse(decoded.text) };
  } catch {
    // What a parser says of a text repeats the text.
    return { problem: "the event's file cannot be read: it is not JSON" };
  }
}

function baseSteps(kind: EventKind): readonly string[] {
  if (kind === "merge_group") return ["merge_group", "base_sha"];
  return kind === "push" ? ["before"] : ["pull_request", "base", "sha"];
}

function headSteps(kind: EventKind): readonly string[] {
  if (kind === "merge_group") return ["merge_group", "head_sha"];
  if (kind === "workflow_run") return ["workflow_run", "head_sha"];
  return kind === "push" ? ["after"] : ["pull_request", "head", "sha"];
}

function headBranch(event: unknown): WorkflowEvent["head"] {
  const owner = at(event, ["workflow_run", "head_repository", "owner", "login"]);
  const branch = at(event, ["workflow_run", "head_branch"]);
  return typeof owner === "string" && typeof branch === "string" ? { owner, branch } : undefined;
}

/** A run that follows another knows its pull requests, but not those of forks: GitHub leaves them out. */
function pullRequestNumber(kind: EventKind, event: unknown): number | undefined {
  const pulls = kind === "workflow_run" ? at(event, ["workflow_run", "pull_requests"]) : undefined;
  const pull =
    Array.isArray(pulls) && pulls.length === 1 ? (pulls[0] as unknown) : at(event, ["pull_request"]);
  const number = at(pull, ["number"]);
  return Number.isSafeInteger(number) && (number as number) > 0 ? (number as number) : undefined;
}

/** The value some fields deep; `undefined` where the way ends. Fields are the object's own: `__proto__` leads nowhere. */
function at(value: unknown, steps: readonly string[]): unknown {
  let here = value;
  for (const step of steps) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step] ?? undefined;
  }
  return here;
}

function shaAt(event: unknown, steps: readonly string[]): string | undefined {
  return sha(at(event, steps));
}

function sha(value: unknown): string | undefined {
  return typeof value === "string" && SHA.test(value) ? value : undefined;
}

function repositoryOf(fullName: string | undefined): Repository | undefined {
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(fullName ?? "") ?? [];
  const dots = (part: string) => part === "." || part === "..";
  return owner === undefined || name === undefined || dots(owner) || dots(name) ? undefined : { owner, name };
}

/** An address of the runner's variables, without closing slash. */
function address(value: string | undefined): string | undefined {
  if (!value || !URL.canParse(value)) return undefined;
  const { protocol, username, password, origin, pathname } = new URL(value);
  if (!/^https?:$/.test(protocol) || username !== "" || password !== "") return undefined;
  return `${origin}${pathname}`.replace(/\/+$/, "");
}
