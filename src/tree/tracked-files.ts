/** Asks git which files it keeps, and which it would. Must run nothing else. */
import { gitOutput } from "./git-command.ts";

const TIME = 10_000;
const MOST_BYTES = 64 * 2 ** 20;

/**
 * The files below a folder that git keeps, whatever .gitignore says of them, relative to it; with `paths`, only those
 * of them. Empty where there is no repository or no git. Never rejects.
 */
export async function trackedFiles(
  folder: string,
  env: NodeJS.ProcessEnv,
  paths: readonly string[] = [],
): Promise<readonly string[]> {
  const literal = paths.map((path) => `:(literal)${path}`);
  return (await namesOf(folder, ["ls-files", "-z", "--cached", "--", ...literal], env)) ?? [];
}

/**
 * The files below a folder that git keeps or does not ignore, relative to it. A repository inside this one is its
 * folder, with or without a `/`. Nothing where git cannot tell: there is no repository, no git, it takes too long, or
 * the folder itself is ignored and yet looked at. Never rejects.
 */
export async function filesByGit(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[] | undefined> {
  // What is above the folder is named by its way up; at the top there is nothing to ask.
  const [prefix] = (await namesOf(folder, ["rev-parse", "--show-prefix"], env)) ?? [];
  if (prefix === undefined) return undefined;
  if (prefix.trim() !== "") {
    const ignored = await namesOf(folder, ["check-ignore", "--no-index", "--", "."], env);
    if (ignored !== undefined && ignored.length > 0) return undefined;
  }
  return namesOf(folder, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], env);
}

/** What git prints between NULs; nothing where it does not start, fails or prints too much. */
async function namesOf(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[] | undefined> {
  const text = await gitOutput(folder, args, env, { time: TIME, most: MOST_BYTES });
  return text?.split("\0").filter((name) => name !== "");
}
