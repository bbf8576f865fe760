/** Where what is kept between runs lies. Must create nothing. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** `$XDG_CACHE_HOME/muslgate`, or `~/.cache/muslgate` (XDG Base Directory Specification: relative paths are ignored). */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), ".cache"), "muslgate");
}
