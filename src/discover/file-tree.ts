/** The port discovery reads a repository through: a folder today, git objects as well. Must not read anything itself. */
import type { Diagnostic } from "../model/diagnostic.ts";

/** What there is to read. */
interface FileList {
  /** Relative to the root, with `/` separators, without leading `/`, `.` or `..` parts. */
  readonly paths: readonly string[];
  /** What could not be listed, such as a folder without permission or more files than the bound. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A file's text, or one sentence on why there is none. */
export type FileText = { readonly text: string } | { readonly problem: string };

/** Files of one state of a repository. Neither method rejects; both are bounded. */
export interface FileTree {
  list(): Promise<FileList>;
  /** Reads a listed path; a path that was not listed may be asked for and is a problem when it is not there. */
  read(path: string): Promise<FileText>;
}

/** The most bytes a file may have to be read: YAML of that size takes seconds. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024;

/** The most files that are listed. */
export const MAX_FILES = 100_000;

/** The deepest folder that is entered. */
export const MAX_DEPTH = 64;

/** Whether folders of that name never hold the repository's own files. */
export function isNeverEntered(name: string): boolean {
  return name === ".git" || name === ".hg" || name === ".svn" || name === "node_modules";
}
