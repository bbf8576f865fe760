/** Has Node keep the program's compiled code from call to call. Must trust no folder that anybody else can write: what lies there is run. */
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultCacheFolder } from "../image/cache-folder.ts";

/** What it takes from the process. */
export interface CompileCachePorts {
  readonly env: NodeJS.ProcessEnv;
  /** Who runs this; absent on systems without such numbers, where nothing is kept. */
  readonly user: number | undefined;
  /** Node's own, which it has from 22.8 on. */
  readonly enable: ((folder: string) => unknown) | undefined;
}

/** Those of this process. */
export function portsOfProcess(): CompileCachePorts {
  const { enableCompileCache: enable } = process.getBuiltinModule("node:module") as {
    enableCompileCache?: CompileCachePorts["enable"];
  };
  return { env: process.env, user: process.getuid?.(), enable };
}

/** Files that are kept, some thirty a Node and place of the program, before all are removed: updates leave theirs behind. */
const MOST_FILES = 300;

/**
 * Turns it on where the user's cache folder is the user's alone, and returns whether it did. Never on a runner, where no
 * second call comes, without the cache of layers, or where Node's own variable turns it off. Never throws.
 */
export function keepCompiled(argv: readonly string[], { env, user, enable }: CompileCachePorts): boolean {
  if (enable === undefined || user === undefined || env.CI || env.GITHUB_ACTIONS) return false;
  if (argv.includes("--no-cache") || env.MUSLGATE_CACHE?.trim().toLowerCase() === "false") return false;
  // Node takes any text for a yes.
  if (env.NODE_DISABLE_COMPILE_CACHE) return false;
  try {
    const wanted = `${defaultCacheFolder(env)}-code`;
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    const folder = realpathSync(wanted);
    if (!isOwn(folder, user)) return false;
    const kept = readdirSync(folder, { recursive: true });
    if (kept.length > MOST_FILES)
      for (const one of readdirSync(folder)) rmSync(join(folder, one), { recursive: true });
    enable(folder);
    return true;
  } catch {
    // Without it all is as it is, but slower.
    return false;
  }
}

/** Whether nobody but the user and root can put anything into a folder, or another in its place. Its path has no links. */
function isOwn(folder: string, user: number): boolean {
  const own = lstatSync(folder);
  if (!own.isDirectory() || own.uid !== user || (own.mode & 0o077) !== 0) return false;
  for (let above = dirname(folder); ; above = dirname(above)) {
    const { uid, mode } = lstatSync(above);
    // In a sticky folder nobody moves what is another's.
    if ((uid !== user && uid !== 0) || ((mode & 0o022) !== 0 && (mode & 0o1000) === 0)) return false;
    if (above === dirname(above)) return true;
  }
}
