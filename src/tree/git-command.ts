/** Starts git so that nothing a repository holds or configures can run or be fetched. Must not use a shell. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { delimiter, isAbsolute, resolve } from "node:path";
import { devNull } from "node:os";
import type { Readable, Writable } from "node:stream";

/** A running git with its three streams. */
export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Options before the subcommand. The owner of a checkout is often another user than the one of a container, so any
 * folder is accepted (git-config(1), safe.directory); a bare repository among the files is not (safe.bareRepository).
 */
const OPTIONS: readonly string[] = [
  "--no-pager",
  "-c",
  "safe.directory=*",
  "-c",
  "safe.bareRepository=explicit",
  "-c",
  "core.fsmonitor=false",
  "-c",
  `core.hooksPath=${devNull}`,
  "-c",
  `core.excludesFile=${devNull}`,
  "-c",
  "protocol.allow=never",
];

/**
 * What git is told by its environment (git(1), Environment Variables): no configuration but the repository's own, no
 * replaced objects, no fetching of what a partial clone lacks, which would run a program the configuration names.
 */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C",
};

/** Starts `git ARGS` in a folder. Of `env` only the search path is taken, without entries relative to a folder. */
export function startGit(root: string, args: readonly string[], env: NodeJS.ProcessEnv): GitProcess {
  const path = (env.PATH ?? env.Path ?? "")
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .join(delimiter);
  // Windows starts no program without its own folder.
  const { SystemRoot } = env;
  return spawn("git", ["-C", resolve(root), ...OPTIONS, ...args], {
    env: { ...ENVIRONMENT, SystemRoot, PATH: path },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
}

/**
 * All that git prints, as UTF-8; nothing where it does not start, fails, takes more than `time` milliseconds or prints
 * more than `most` bytes. Never rejects.
 */
export function gitOutput(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { time, most }: { readonly time: number; readonly most: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const git = startGit(folder, args, env);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => git.kill("SIGKILL"), time);
    git.stdin.on("error", () => {});
    git.stdin.end();
    git.stderr.resume();
    git.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) git.kill("SIGKILL");
      else chunks.push(chunk);
    });
    git.on("error", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    git.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? Buffer.concat(chunks).toString("utf8") : undefined);
    });
  });
}
