/** The files of any commit as a file tree, read from git's objects. Must not touch the work tree, nor fetch anything. */
import { folderUnlisted, tooManyFiles } from "./gaps.ts";
import { extname } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import {
  asText,
  type FileBytes,
  type FileTree,
  isNeverEntered,
  MOST_DEPTH,
  MOST_FILE_BYTES,
  MOST_FILES,
} from "./file-tree.ts";
import { startGit } from "./git-command.ts";
import { type GitObject, type GitObjects, openObjects } from "./git-objects.ts";

/** What git runs with. */
export interface GitPorts {
  /** Only the search path is used. */
  readonly env: NodeJS.ProcessEnv;
  /** The bounds; the defaults are for real runs. */
  readonly files?: number;
  readonly bytes?: number;
}

/**
 * The tree of a commit. `missing`: this clone has the commit not, or not all of it, as after a shallow or partial
 * clone: fetch it, for example by `git fetch --depth=1 origin COMMIT`. `problem`: a clause on why git cannot be asked.
 */
export type GitTree =
  | { readonly kind: "tree"; readonly tree: FileTree; close(): void }
  | { readonly kind: "missing" }
  | { readonly kind: "problem"; readonly why: string };

/**
 * Opens the files below the folder `root` as they were in a commit, given by its full hash. Paths are relative to
 * `root`, which may be any folder of a checkout. Symbolic links and submodules are no files. Never rejects.
 */
export async function gitTree(root: string, commit: string, ports: GitPorts): Promise<GitTree> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(commit)) {
    return { kind: "problem", why: "the commit is not written as its full hash" };
  }
  const hash = commit.toLowerCase();
  const most = ports.bytes ?? MOST_FILE_BYTES;
  // A commit's own text may be larger than a small bound for files.
  const objects = openObjects(root, ports.env, Math.max(most, MOST_FILE_BYTES));
  const about = await objects.read(hash);
  const listed =
    about.kind === "object" && about.type === "commit"
      ? await listTree(root, hash, ports)
      : about.kind === "problem"
        ? about
        : ({ kind: "missing" } as const);
  if (listed.kind !== "list") {
    objects.close();
    return listed;
  }
  const { blobs, diagnostics } = listed;
  const paths = [...blobs.keys()].sort();
  const read = readAhead(paths, blobs, objects);
  const bytes = async (path: string): Promise<FileBytes> => {
    const blob = blobs.get(path);
    if (blob === undefined) return { problem: "no such file or folder" };
    if (blob.size > most) return { problem: `it is larger than ${most} bytes` };
    const object = await read(path, blob);
    if (object.kind === "object") return { bytes: object.bytes };
    return { problem: object.kind === "missing" ? "it is not in this clone" : object.why };
  };
  return {
    kind: "tree",
    close: () => objects.close(),
    tree: {
      list: async () => ({ paths, diagnostics }),
      read: async (path) => asText(await bytes(path)),
      bytes,
    },
  };
}

/** Files that are asked for before anybody does, and the bytes one may have: a question alone waits for git to wake. */
const AHEAD = 32;
const MOST_AHEAD = 16 * 1024;

/** Reads blobs, and with each what follows it in the list and is called alike: whoever searches takes one after the other. */
function readAhead(
  paths: readonly string[],
  blobs: ReadonlyMap<string, Blob>,
  objects: GitObjects,
): (path: string, blob: Blob) => Promise<GitObject> {
  const places = new Map(paths.map((path, place) => [path, place]));
  const early = new Map<string, Promise<GitObject>>();
  return (path, { hash }) => {
    const known = early.get(path);
    early.delete(path);
    if (known !== undefined) return known;
    const asked = objects.read(hash);
    const place = places.get(path) ?? 0;
    early.clear();
    for (const other of paths.slice(place + 1, place + 1 + AHEAD)) {
      const blob = blobs.get(other);
      if (blob !== undefined && blob.size <= MOST_AHEAD && extname(other) === extname(path))
        early.set(other, objects.read(blob.hash));
    }
    return asked;
  };
}

interface Blob {
  readonly hash: string;
  readonly size: number;
}

type Listed =
  | {
      readonly kind: "list";
      readonly blobs: ReadonlyMap<string, Blob>;
      readonly diagnostics: readonly Diagnostic[];
    }
  | Exclude<GitTree, { readonly kind: "tree" }>;

/** Milliseconds listing may take. */
const TIME = 120_000;

/** Bytes one entry may have: longer ones are no paths of a file system. */
const MOST_ENTRY = 64 * 1024;

/** `git ls-tree` of the folder git is started in, with sizes. */
async function listTree(root: string, hash: string, ports: GitPorts): Promise<Listed> {
  const most = ports.files ?? MOST_FILES;
  const blobs = new Map<string, Blob>();
  const diagnostics: Diagnostic[] = [];
  let [missing, full, deep] = [false, false, false];

  const take = (entry: string) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t([\s\S]+)$/.exec(entry);
    if (match === null || match[2] !== "blob" || !match[1]?.startsWith("100")) return;
    const [, , , blob = "", size = "", path = ""] = match;
    const parts = path.split("/");
    // Names git would not check out, in a tree somebody made by hand.
    if (parts.some((part) => part === "" || part === "." || part === "..")) return;
    if (parts.slice(0, -1).some(isNeverEntered)) return;
    if (parts.length > MOST_DEPTH + 1) {
      if (!deep) diagnostics.push(folderUnlisted(parts.slice(0, MOST_DEPTH + 1), "it is too deep"));
      deep = true;
    } else if (blobs.size >= most) {
      full = true;
    } else {
      // git says BAD of an object it does not have.
      missing ||= !/^\d+$/.test(size);
      blobs.set(path, { hash: blob, size: Number(size) });
    }
  };
  const ended = await entriesOf(root, ["ls-tree", "-r", "-z", "-l", hash], ports.env, (entry) => {
    take(entry);
    return !full;
  });
  if (ended !== undefined) return ended;
  if (missing) return { kind: "missing" };
  if (full) diagnostics.push(tooManyFiles(most));
  return { kind: "list", blobs, diagnostics };
}

/** Runs git and hands out what it prints between NULs, until `take` says no. */
function entriesOf(
  root: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  take: (entry: string) => boolean,
): Promise<Exclude<GitTree, { readonly kind: "tree" }> | undefined> {
  return new Promise((resolve) => {
    const git = startGit(root, args, env);
    let rest: Buffer = Buffer.alloc(0);
    let stopped = false;
    let why: string | undefined;
    const stop = (problem?: string) => {
      stopped = true;
      why ??= problem;
      git.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop("git did not list the commit in time"), TIME);
    git.on("error", () => {
      clearTimeout(timer);
      resolve({ kind: "problem", why: "git does not start" });
    });
    git.stdin.on("error", () => {});
    git.stdin.end();
    git.stderr.resume();
    git.stdout.on("data", (chunk: Buffer) => {
      if (stopped) return;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (let end = bytes.indexOf(0, at); end >= 0; end = bytes.indexOf(0, at)) {
        const entry = bytes.toString("utf8", at, end);
        at = end + 1;
        if (!take(entry)) return stop();
      }
      rest = bytes.subarray(at);
      if (rest.length > MOST_ENTRY) stop("a path of the commit is too long");
    });
    git.on("close", (code) => {
      clearTimeout(timer);
      if (why !== undefined) resolve({ kind: "problem", why });
      // The commit is there; what it lists is not.
      else resolve(stopped || code === 0 ? undefined : { kind: "missing" });
    });
  });
}
