/** A folder on disk as a file tree: .gitignore honoured, bounded. Must not follow any symbolic link. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import { messageOf } from "../model/error.ts";
import { decodeText } from "../text/decode.ts";
import { readRegularFile } from "../tree/regular-file.ts";
import {
  type FileText,
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
  const read = async (path: string) => readInside(root, path, bounds.bytes ?? MAX_FILE_BYTES);
  return {
    read,
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

/** Reads a file of the folder; a link on the way, or anything but a file of text, is a problem. */
function readInside(root: string, path: string, most: number): FileText {
  if (path.split("/").some((part) => part === ".." || part === "" || part.includes("\0"))) {
    return { problem: "it is outside the folder" };
  }
  const read = readRegularFile(path, { most, within: root });
  return "bytes" in read ? decodeText(read.bytes) : { problem: read.problem };
}
