/** Finds the commit a branch or a short hash means, and where the work left it. Must not fetch anything. */
import { startGit } from "./git-command.ts";

/** A commit's full hash; `missing` where this clone knows no such commit; `problem` a clause on why git cannot be asked. */
export type GitCommit =
  | {
      readonly kind: "commit";
      readonly hash: string;
      /** The checked out state lies behind the commit that was asked for: the common one is its own. */
      readonly isAhead?: boolean;
    }
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
  if (common.kind !== "commit") return own;
  if (common.hash === own.hash) return common;
  const head = await ask(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], env);
  return { ...common, isAhead: head.kind === "commit" && head.hash === common.hash };
}

/** The folder of the checkout that a folder is in; nothing where it is in none. Never rejects. */
export async function repositoryTop(folder: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { said, code } = await answerOf(folder, ["rev-parse", "--show-toplevel"], env);
  return code === 0 ? said.replace(/\n$/, "") : undefined;
}

/** Milliseconds and bytes one answer may take. */
const TIME = 30_000;
const MOST = 4096;

async function ask(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<GitCommit> {
  const { said, errors, code } = await answerOf(root, args, env);
  if (code === undefined) return { kind: "problem", why: "git could not be started" };
  const hash = /^([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(said)?.[1];
  if (hash !== undefined) return { kind: "commit", hash };
  const why = errors.trim().split("\n", 1)[0] ?? "";
  return why !== "" && code === 128 ? { kind: "problem", why: `git says: ${why}` } : { kind: "missing" };
}

interface GitAnswer {
  readonly said: string;
  readonly errors: string;
  /** Absent where git did not start. */
  readonly code?: number;
}

function answerOf(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const git = startGit(root, args, env);
    let said = "";
    let errors = "";
    const timer = setTimeout(() => git.kill("SIGKILL"), TIME);
    git.stdout.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(0, MOST);
    });
    git.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString("utf8")).slice(0, MOST);
    });
    git.on("error", () => {
      clearTimeout(timer);
      resolve({ said, errors });
    });
    git.on("close", (code) => {
      clearTimeout(timer);
      resolve({ said, errors, code: code ?? 1 });
    });
    git.stdin.on("error", () => {});
    git.stdin.end();
  });
}
