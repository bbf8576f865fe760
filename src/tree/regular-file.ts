/** Reads a regular file's bytes, within a bound. Must not wait for anything, nor follow a link below a folder it is held to. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../model/error.ts";

/** How a file may be read. */
export interface ReadBounds {
  /** Bytes it may have at most. */
  readonly most: number;
  /** The folder that the path is below, with `/` and without `..`: no link on the way is followed then, nor at its end. */
  readonly within?: string;
  /** Whether a pipe will do, such as the `<(…)` of a shell; it is waited for. */
  readonly pipes?: boolean;
}

/** A file's bytes, or a clause on why there are none; `absent` where there is no such file. */
export type FileBytes = { readonly bytes: Buffer } | { readonly problem: string; readonly absent?: boolean };

/** Reads it. Devices, sockets, folders and what a kernel makes up are no files. Never throws. */
export function readRegularFile(path: string, { most, within, pipes = false }: ReadBounds): FileBytes {
  try {
    const full = within === undefined ? path : linkless(within, path);
    if (full === undefined) return { problem: "a symbolic link leads there" };
    const waits = pipes && within === undefined && statSync(full).isFIFO();
    const file = openSync(
      full,
      constants.O_RDONLY | (waits ? 0 : constants.O_NONBLOCK) | constants.O_NOCTTY | noFollow(within),
    );
    try {
      const stat = fstatSync(file);
      if (waits ? !stat.isFIFO() : !stat.isFile() || isMadeUp(within === undefined ? realOf(full) : full))
        return { problem: kindOf(stat.isDirectory()) };
      return readWhole(file, Math.min(stat.size, most), most);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ELOOP") return { problem: "a symbolic link leads there" };
    // A socket, or a device that nothing is behind.
    if (code === "ENXIO") return { problem: kindOf(false) };
    return { problem: messageOf(error), absent: code === "ENOENT" || code === "ENOTDIR" };
  }
}

function kindOf(folder: boolean): string {
  return folder ? "it is a folder" : "it is no file";
}

/** Where nothing can be followed by the end of the path; Windows does not know the flag. */
function noFollow(within: string | undefined): number {
  return within === undefined ? 0 : (constants.O_NOFOLLOW ?? 0);
}

/** The path from the root of the disk, where no folder on the way is a link. Throws where there is no such folder. */
function linkless(within: string, path: string): string | undefined {
  const folder = join(realpathSync.native(within), dirname(path));
  return isReal(folder) ? join(folder, basename(path)) : undefined;
}

/** The system's own answer comes first, at a tenth of the price; it may write names in other letters than they were asked for in. */
function isReal(folder: string): boolean {
  return realpathSync.native(folder) === folder || realpathSync(folder) === folder;
}

/** Where a file that is open is; nothing for one that has been removed, such as the text that a shell hands over. */
function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return "";
  }
}

/** Linux hands out files of no size that never end, or that wait (proc(5), sysfs(5)). */
function isMadeUp(path: string): boolean {
  return /^\/(?:proc|sys)\//.test(path);
}

/** Reads on until the end: a file may grow, and a pipe has no size. */
function readWhole(file: number, size: number, most: number): FileBytes {
  const chunks: Buffer[] = [];
  let [length, next] = [0, size + 1];
  for (;;) {
    const chunk = Buffer.allocUnsafe(next);
    const count = readSync(file, chunk, 0, next, null);
    if (count === 0) return { bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) };
    chunks.push(chunk.subarray(0, count));
    length += count;
    if (length > most) return { problem: `it is larger than ${most} bytes` };
    next = Math.min(64 * 1024, most - length + 1);
  }
}
