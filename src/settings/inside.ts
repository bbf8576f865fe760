/** Says whether what a configuration names lies below this folder. Must open nothing. */
import { lstatSync } from "node:fs";
import { join } from "node:path";

/** A clause on why a path, as it is written, may not stand in a configuration; nothing where it may. */
export function pathProblem(path: string): string | undefined {
  const parts = path.split(/[/\\]/);
  if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(path) || parts.includes("..")) return "leads out of this folder";
  // Git's own folder has credentials in it (actions/checkout, persist-credentials).
  return parts.some((part) => part.toLowerCase() === ".git") ? "leads into git's own folder" : undefined;
}

/** The same of what is on the disk, as much of the path as there is; an image in a file may be named after it, as `FILE:NAME`. */
export function diskProblem(path: string): string | undefined {
  let folder = ".";
  for (const name of path.split(/[/\\]/)) {
    const found = [name, ...shorter(name)].find((one) => lstatOf(join(folder, one)) !== undefined);
    if (found === undefined) return undefined;
    folder = join(folder, found);
    const stat = lstatOf(folder);
    if (stat?.isSymbolicLink()) return "is reached by a symbolic link";
    if (stat?.isFile() !== true && stat?.isDirectory() !== true) return "is neither a file nor a folder";
    if (found !== name) return undefined;
  }
  return undefined;
}

/** What stands before a `:` or `@`; no name on a disk has more than 255 letters. */
function shorter(name: string): readonly string[] {
  return [...name.slice(0, 256).matchAll(/[:@]/g)]
    .map(({ index }) => name.slice(0, index))
    .filter((one) => one !== "");
}

function lstatOf(path: string) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
