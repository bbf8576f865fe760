/** Finds the commit a branch or a short hash means, and where the work left it. Must not fetch anything. */
import { startGit } from "./git-command.ts";

/** A commit's full hash; `missing` where this clone knows no such commit; `problem` a clause on why git cannot be asked. */
export type GitCommit =
  | { readonly kind: "commit"; readonly hash: string }
  | { readonly kind: "missing" }
  | { readonly kind: "problem"; readonly why: string };

/**
 * The commit that `ref` and the checked out state both come from (git-merge-base(1)), or that `ref` itself means where
 * there is none. Never rejects.
 */
export async function commonCommit(root: string, ref: string, env: NodeJS.ProcessEnv): Promise<GitCommit> {
  const own = await ask(
    root,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`],
    env,
  );
  if (own.kind !== "commit") return own;
  const common = await ask(root, ["merge-base", own.hash, "HEAD"], env);
  return common.kind === "commit" ? common : own;
}

/** Milliseconds and bytes one answer may take. */
const TIME = 30_000;
const MOST = 4096;

function ask(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<GitCommit> {
  return new Promise((resolve) => {
    const git = startGit(root, args, env);
    let said = "";
    let errors = "";
    const timer = setTimeout(() => git.kill("SIGKILL"), TIME);
    git.stdout.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("latin1")).slice(0, MOST);
    });
    git.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString("utf8")).slice(0, MOST);
    });
    git.on("error", () => {
      clearTimeout(timer);
      resolve({ kind: "problem", why: "git could not be started" });
    });
    git.on("close", (code) => {
      clearTimeout(timer);
      const hash = /^([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(said)?.[1];
      const why = errors.trim().split("\n", 1)[0] ?? "";
      if (hash !== undefined) resolve({ kind: "commit", hash });
      else if (why !== "" && code === 128) resolve({ kind: "problem", why: `git says: ${why}` });
      else resolve({ kind: "missing" });
    });
    git.stdin.end();
  });
}
