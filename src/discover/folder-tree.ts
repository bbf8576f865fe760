/** A folder on disk as a file tree: .gitignore honoured, bounded. Must not follow any symbolic link. */
import { constants } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import { messageOf } from "../model/error.ts";
import {
  asText,
  type FileBytes,
  type FileTree,
  isNeverEntered,
  MAX_DEPTH,
  MAX_FILE_BYTES,
  MAX_FILES,
} from "./file-tree.ts";
import { folderUnlisted, tooManyFiles } from "./gap.ts";
import { type IgnoreRule, isIgnored, parseIgnore } from "./path-filter.ts";

/** The bounds; the defaults are for real runs. */
export interface FolderBounds {
  readonly files?: number;
  readonly bytes?: number;
}

/** A tree of the files below `root`. Links are not followed: what they point to inside the folder is listed itself. */
export function folderTree(root: string, bounds: FolderBounds = {}): FileTree {
  const bytes = (path: string) => readInside(root, path, bounds.bytes ?? MAX_FILE_BYTES);
  const read = async (path: string) => asText(await bytes(path));
  return {
    read,
    bytes,
    async list() {
      const paths: string[] = [];
      const diagnostics: Diagnostic[] = [];
      const most = bounds.files ?? MAX_FILES;
      const exclude = await read(".git/info/exclude");
      const first = "text" in exclude ? parseIgnore(exclude.text, []) : [];
      let full = false;
      const walk = async (folder: readonly string[], inherited: readonly IgnoreRule[]): Promise<void> => {
        const own = await read([...folder, ".gitignore"].join("/"));
        const rules = "text" in own ? [...inherited, ...parseIgnore(own.text, folder)] : inherited;
        const entries = await readdir(join(root, ...folder), { withFileTypes: true }).catch(
          (error: unknown) => {
            diagnostics.push(folderUnlisted(folder, messageOf(error)));
            return [];
          },
        );
        entries.sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const entry of entries) {
          if (full) return;
          const path = [...folder, entry.name];
          if (entry.isDirectory()) {
            if (isNeverEntered(entry.name) || isIgnored(rules, path, true)) continue;
            if (path.length > MAX_DEPTH) diagnostics.push(folderUnlisted(path, "it is too deep"));
            else await walk(path, rules);
          } else if (entry.isFile() && !isIgnored(rules, path, false)) {
            if (paths.length >= most) {
              full = true;
              diagnostics.push(tooManyFiles(most));
              return;
            }
            paths.push(path.join("/"));
          }
        }
      };
      await walk([], first);
      return { paths, diagnostics };
    },
  };
}

/** Reads a file of the folder; a link on the way, or anything but a file, is a problem. */
async function readInside(root: string, path: string, most: number): Promise<FileBytes> {
  const parts = path.split("/");
  if (parts.some((part) => part === ".." || part === "" || part.includes("\0"))) {
    return { problem: "it is outside the folder" };
  }
  try {
    const full = join(await realpath(root), ...parts);
    if ((await realpath(full)) !== full) return { problem: "a symbolic link leads there" };
    // Without blocking, so that a pipe cannot stop the run.
    const file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { problem: "it is no file" };
      if (stat.size > most) return { problem: `it is larger than ${most} bytes` };
      const buffer = Buffer.alloc(Math.min(most, stat.size) + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      if (length > stat.size) return { problem: "it grew while it was read" };
      return { bytes: buffer.subarray(0, length) };
    } finally {
      await file.close();
    }
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
