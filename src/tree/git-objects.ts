/** Reads objects through one `git cat-file --batch`. Must not keep the run alive while nothing is asked. */
import type { Socket } from "node:net";
import { type GitProcess, startGit } from "./git-command.ts";

/** An object, or what is known instead. `problem` is a clause without full stop. */
export type GitObject =
  | { readonly kind: "object"; readonly type: string; readonly bytes: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "problem"; readonly why: string };

/** Objects of one repository. Questions that are asked at one time travel together; answers come in their order. */
export interface GitObjects {
  /** Reads an object by its full hash. Never rejects. After a problem every further answer is the same. */
  read(hash: string): Promise<GitObject>;
  /** Ends git. */
  close(): void;
}

/** Milliseconds one answer may take. */
const TIME = 30_000;

/** Bytes a header may have: hash, type and size. */
const HEADER = 256;

/** Opens the objects of the repository a folder is in; an object of more than `most` bytes is a problem. */
export function openObjects(root: string, env: NodeJS.ProcessEnv, most: number): GitObjects {
  const git = startGit(root, ["cat-file", "--batch"], env);
  let over: GitObject | undefined;
  let buffered: Buffer = Buffer.alloc(0);
  let said = "";
  let timer: NodeJS.Timeout | undefined;
  /** Questions that are not yet written, a hash a line. */
  let unsent = "";
  const waiting: ((object: GitObject) => void)[] = [];

  /** Waits for the next answer, where one is to come. */
  const goOn = () => {
    clearTimeout(timer);
    if (waiting.length > 0)
      timer = setTimeout(() => answer({ kind: "problem", why: "git did not answer in time" }), TIME);
    hold(git, waiting.length > 0);
  };
  const answer = (object: GitObject) => {
    if (object.kind === "problem") {
      over ??= object;
      git.kill("SIGKILL");
    }
    for (const resolve of waiting.splice(0, over === undefined ? 1 : waiting.length)) resolve(object);
    goOn();
  };
  git.stdin.on("error", () => {});
  git.stderr.on("data", (chunk: Buffer) => {
    if (said.length < 1000) said += chunk.toString("utf8");
  });
  git.on("error", (error: NodeJS.ErrnoException) =>
    answer({ kind: "problem", why: error.code === "ENOENT" ? "git is not installed" : "git does not start" }),
  );
  git.on("close", () => answer({ kind: "problem", why: firstLine(said) }));
  // Chunks are joined only when an object may be whole, so that many small ones cost no more than one.
  let chunks: Buffer[] = [];
  let wanted = 0;
  git.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    wanted -= chunk.length;
    if (wanted > 0) return;
    buffered = Buffer.concat([buffered, ...chunks]);
    chunks = [];
    while (over === undefined) {
      const next = parse(buffered, most);
      wanted = typeof next === "number" ? next : 0;
      if (typeof next === "number") return;
      buffered = buffered.subarray(next.used);
      answer(next.object);
    }
  });
  hold(git, false);

  const send = () => {
    git.stdin.write(unsent);
    unsent = "";
  };
  return {
    read: (hash) =>
      new Promise((resolve) => {
        if (over !== undefined) return resolve(over);
        waiting.push(resolve);
        if (waiting.length === 1) goOn();
        if (unsent === "") queueMicrotask(send);
        unsent += `${hash}\n`;
      }),
    close: () => void git.stdin.end(),
  };
}

/** One answer of `cat-file --batch` (git-cat-file(1), Batch output), or how many more bytes it needs. */
function parse(bytes: Buffer, most: number): { readonly object: GitObject; readonly used: number } | number {
  const end = bytes.subarray(0, HEADER).indexOf("\n");
  if (end < 0) {
    return bytes.length < HEADER
      ? 1
      : { object: { kind: "problem", why: "git said something else" }, used: 0 };
  }
  const header = /^[0-9a-f]+ (\w+) (\d{1,15})$/.exec(bytes.toString("latin1", 0, end));
  if (header === null) return { object: { kind: "missing" }, used: end + 1 };
  const size = Number(header[2]);
  if (size > most) return { object: { kind: "problem", why: "an object is larger than git said" }, used: 0 };
  const all = end + 1 + size + 1;
  if (bytes.length < all) return all - bytes.length;
  return {
    object: {
      kind: "object",
      type: header[1] as string,
      bytes: Buffer.from(bytes.subarray(end + 1, all - 1)),
    },
    used: all,
  };
}

/** Whether the process keeps the run from ending: only while an answer is awaited. */
function hold(git: GitProcess, held: boolean): void {
  const all = [git, ...([git.stdin, git.stdout, git.stderr] as unknown as Socket[])];
  // Without a program there are no streams of the kind that can be held.
  for (const one of all)
    if (held) one.ref?.();
    else one.unref?.();
}

/** What git said, without its "fatal: ". */
function firstLine(text: string): string {
  const line =
    text
      .trim()
      .split("\n", 1)[0]
      ?.replace(/^fatal: /, "") ?? "";
  return line === "" ? "git ended" : `git said: ${line.slice(0, 200)}`;
}
