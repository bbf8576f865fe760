/** A git repository in a folder, for tests that compare its states. Must use the real git. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A repository whose commits are made of whole states. */
export interface GitRepository {
  readonly path: string;
  /** Makes the work tree hold these files and no others, and commits that. Returns the commit. */
  commit(files: Readonly<Record<string, string>>): string;
  /** Runs git in it and returns what it prints. */
  git(...args: readonly string[]): string;
}

/** Makes an empty one. */
export function gitRepository(path: string): GitRepository {
  mkdirSync(path, { recursive: true });
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, {
      cwd: path,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOME: path,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@example.com",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@example.com",
      },
    }).trim();
  git("init", "-q", "-b", "main");
  return {
    path,
    git,
    commit(files) {
      git("rm", "-rq", "--ignore-unmatch", ".");
      for (const [file, text] of Object.entries(files)) {
        rmSync(join(path, file), { force: true });
        mkdirSync(dirname(join(path, file)), { recursive: true });
        writeFileSync(join(path, file), text);
      }
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", "a state");
      return git("rev-parse", "HEAD");
    },
  };
}
