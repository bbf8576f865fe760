/** Follows helpers that a tool starts by a name put together, or out of a variable: `mount.nfs`, LESSOPEN. Must not follow its words. */
import type { Following, Situation } from "./following.ts";
import { programNamed } from "./search.ts";
import { isKnown } from "./shell/text.ts";

/** They start `NAME.TYPE`, and nothing else (util-linux, libmount/src/context.c, fsck.c, mkfs.c; busybox, util-linux/mount.c). */
const BY_TYPE = /^(?:u?mount|fsck|mkfs)$/;
/** Where libmount looks for them, whatever PATH says. */
const FOLDERS = ["", "/sbin/", "/sbin/fs.d/", "/sbin/fs/"];
/** Helpers of which none is known to be meant, at most. */
const MOST_HELPERS = 16;

/** Follows the helpers of a tool of this name; whether helpers are all that it starts. */
export function followHelpers(
  walk: Following,
  name: string,
  args: readonly string[],
  how: Situation,
): boolean {
  const situation: Situation = { ...how, sure: false, isMain: false, depth: how.depth + 1 };
  const filter = name === "less" ? how.environment.get("LESSOPEN") : undefined;
  // `|` and `-` before the command say how its output comes back, and a name is quoted (less's manual, "Input Preprocessor").
  if (filter !== undefined && filter !== "")
    walk.run(["/bin/sh", "-c", filter.replace(/^\|{0,2}-?/, "").replaceAll("%s", "file")], situation);
  if (!BY_TYPE.test(name)) return false;
  const { types, operands } = read(args);
  const helpers = types.every(isKnown) ? types.map((type) => `${name}.${type}`) : all(walk, name);
  for (const helper of helpers) {
    // Without one for `fuse.sshfs` that for `fuse` is taken.
    const found = [helper, helper.replace(/^(\w+\.[^.]+)\..*$/, "$1")]
      .flatMap((one) => FOLDERS.map((folder) => folder + one))
      .find((one) => programNamed(walk.files, one, how) !== undefined);
    if (found !== undefined) walk.run([found, ...operands], situation);
  }
  return true;
}

/** The types a call names, or those of what it mounts, and its operands. */
function read(args: readonly string[]): { types: readonly string[]; operands: readonly string[] } {
  const types: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const joined = /^(?:-t|--types?=)(.+)$/s.exec(arg)?.[1];
    if (joined !== undefined) types.push(...joined.split(","));
    else if (/^(?:-t|--types?)$/.test(arg)) types.push(...(args[++at] ?? "").split(","));
    else if (/^(?:-[oOLUN]|--(?:options|label|uuid|namespace))$/.test(arg)) at++;
    else if (!arg.startsWith("-")) operands.push(arg);
  }
  const [source = ""] = operands;
  if (types.length === 0 && /^[^/]+:\//.test(source)) types.push("nfs");
  if (types.length === 0 && source.startsWith("//")) types.push("cifs");
  return { types, operands };
}

function all(walk: Following, name: string): readonly string[] {
  const names = walk.files.names("/sbin") ?? [];
  return names.filter((one) => one.startsWith(`${name}.`)).slice(0, MOST_HELPERS);
}
