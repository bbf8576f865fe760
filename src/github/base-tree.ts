/** The files of a commit that is not in the checkout, through GitHub's API. Must ask only for what is read and differs. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { decodeText } from "../text/decode.ts";
import type { Repository } from "./event.ts";
import { blobSha, type Known } from "./git-blob.ts";
import { type GitHubApi, refusalOf } from "./github-api.ts";

/** What there is to read; the shape of discovery's `FileTree`. */
export interface FileTree {
  list(): Promise<{ readonly paths: readonly string[]; readonly diagnostics: readonly Diagnostic[] }>;
  read(path: string): Promise<{ readonly text: string } | { readonly problem: string }>;
  bytes(path: string): Promise<Read>;
}

/** Which commit, and the bounds; the defaults are for real runs. */
export interface CommitTree {
  readonly repository: Repository;
  /** A commit's or a tree's name. */
  readonly sha: string;
  readonly known?: Known;
  /** Most requests for files. A workflow's token has 1,000 an hour for its whole repository (GitHub, rate limits). */
  readonly requests?: number;
  readonly files?: number;
  /** Most bytes of a file. */
  readonly bytes?: number;
}

type Read = { readonly bytes: Uint8Array } | { readonly problem: string };

interface Entry {
  readonly sha: string;
  readonly size: number;
}

/** Requests under way at once. */
const AT_ONCE = 4;
const CODE = "base-unreadable";
const HINT =
  "Give the job permissions: contents: read, or check the base out (fetch-depth: 0), so that old and new findings can be told apart.";

/** The tree of a commit. Neither method rejects. */
export function githubTree(
  api: GitHubApi,
  { repository, sha, known, requests = 300, files = 100_000, bytes: most = 2 * 2 ** 20 }: CommitTree,
): FileTree {
  const on = { owner: repository.owner, repo: repository.name };
  let listed: Promise<Listing> | undefined;
  const listing = () => (listed ??= list(api, on, sha, files));
  const fetched = new Map<string, Promise<Read>>();
  const turn = turns(AT_ONCE);
  let left = requests;
  const fetchOnce = (blob: string): Promise<Read> => {
    const earlier = fetched.get(blob);
    if (earlier !== undefined) return earlier;
    if (left-- <= 0) {
      return Promise.resolve({ problem: `more than ${requests} files would have to be fetched from GitHub` });
    }
    const made = turn(() => fetchBlob(api, on, blob, most));
    fetched.set(blob, made);
    return made;
  };
  const bytesOf = async (path: string): Promise<Read> => {
    const { entries, diagnostics } = await listing();
    const entry = entries.get(path);
    if (entry === undefined) {
      const [why] = diagnostics;
      return { problem: why === undefined ? "there is no such file in the commit" : why.message };
    }
    if (entry.size > most) return { problem: `it is larger than ${most} bytes` };
    const here = await known?.(path, entry.sha).catch(() => undefined);
    return here?.sha === entry.sha ? { bytes: here.bytes } : fetchOnce(entry.sha);
  };
  return {
    async list() {
      const { entries, diagnostics } = await listing();
      return { paths: [...entries.keys()], diagnostics };
    },
    async read(path) {
      const read = await bytesOf(path);
      return "bytes" in read ? decodeText(read.bytes) : read;
    },
    bytes: bytesOf,
  };
}

interface Listing {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly diagnostics: readonly Diagnostic[];
}

async function list(
  api: GitHubApi,
  on: { readonly owner: string; readonly repo: string },
  sha: string,
  most: number,
): Promise<Listing> {
  const entries = new Map<string, Entry>();
  const gap = (message: string): Diagnostic => ({
    code: CODE,
    message,
    hint: HINT,
    weight: "gap",
    subject: sha,
  });
  let tree: unknown;
  let truncated: unknown;
  try {
    const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
    const { data } = await api.request(route, { ...on, tree_sha: sha, recursive: "1" });
    ({ tree, truncated } = data as { tree?: unknown; truncated?: unknown });
  } catch (error) {
    return { entries, diagnostics: [gap(`the files of commit ${sha} could not be listed: ${why(error)}`)] };
  }
  if (!Array.isArray(tree)) {
    return { entries, diagnostics: [gap(`GitHub's list of the files of commit ${sha} is no list`)] };
  }
  let odd = 0;
  for (const value of tree) {
    const { path, mode, type, sha: blob, size } = (value ?? {}) as Readonly<Record<string, unknown>>;
    // Folders, links and submodules are no files.
    if (type !== "blob" || mode === "120000") continue;
    if (!isPath(path) || typeof blob !== "string" || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(blob)) odd++;
    else if (entries.size < most) entries.set(path, { sha: blob, size: typeof size === "number" ? size : 0 });
    else truncated = true;
  }
  return {
    entries,
    diagnostics: [
      ...(truncated
        ? [gap(`commit ${sha} has more files than can be listed; the rest was not looked at`)]
        : []),
      ...(odd > 0 ? [gap(`${odd} entries of commit ${sha} have no usable path or name`)] : []),
    ],
  };
}

/** A path that stays inside. */
function isPath(path: unknown): path is string {
  return (
    typeof path === "string" &&
    !path.includes("\0") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

async function fetchBlob(
  api: GitHubApi,
  on: { readonly owner: string; readonly repo: string },
  sha: string,
  most: number,
): Promise<Read> {
  try {
    const route = "GET /repos/{owner}/{repo}/git/blobs/{file_sha}";
    const { data } = await api.request(route, { ...on, file_sha: sha });
    const { content, encoding } = data as { content?: unknown; encoding?: unknown };
    if (typeof content !== "string" || encoding !== "base64") return { problem: "GitHub sent no base64" };
    const bytes = Buffer.from(content, "base64");
    if (bytes.length > most) return { problem: `it is larger than ${most} bytes` };
    if (blobSha(bytes, sha.length) !== sha) return { problem: "what GitHub sent is another file" };
    return { bytes };
  } catch (error) {
    return { problem: `it could not be fetched from GitHub: ${why(error)}` };
  }
}

function why(error: unknown): string {
  const { status, message } = refusalOf(error);
  return status === undefined ? message : `${status}, ${message}`;
}

/** Lets so many actions run at once, in the order they came. */
function turns(most: number): <T>(action: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (action) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await action();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
