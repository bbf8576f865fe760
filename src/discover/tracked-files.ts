/** Asks git which files it keeps. Must run nothing else. */
import { startGit } from "./git-command.ts";

const TIME = 30_000;
const MOST_BYTES = 64 * 2 ** 20;

/**
 * The files below a folder that git keeps, whatever .gitignore says of them, relative to it; with `paths`, only those
 * of them. Empty where there is no repository or no git. Never rejects.
 */
export function trackedFiles(
  folder: string,
  env: NodeJS.ProcessEnv,
  paths: readonly string[] = [],
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const git = startGit(
      folder,
      ["ls-files", "-z", "--cached", "--", ...paths.map((path) => `:(literal)${path}`)],
      env,
    );
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => git.kill("SIGKILL"), TIME);
    git.stdin.on("error", () => {});
    git.stdin.end();
    git.stderr.resume();
    git.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) git.kill("SIGKILL");
      else chunks.push(chunk);
    });
    git.on("error", () => resolve([]));
    git.on("close", (code) => {
      clearTimeout(timer);
      const names = Buffer.concat(chunks)
        .toString("utf8")
        .split("\0")
        .filter((name) => name !== "");
      resolve(code === 0 ? names : []);
    });
  });
}
