/** The port discovery reads a repository through: a folder today, git objects as well. Must not read anything itself. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { decodeText } from "../text/decode.ts";

/** What there is to read. */
interface FileList {
  /** Relative to the root, with `/` separators, without leading `/`, `.` or `..` parts. */
  readonly paths: readonly string[];
  /** What could not be listed, such as a folder without permission or more files than the bound. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A file's text, or one sentence on why there is none. */
export type FileText = { readonly text: string } | { readonly problem: string };

/** A file's bytes, or one sentence on why there are none. */
export type FileBytes = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Files of one state of a repository. No method rejects; all are bounded. */
export interface FileTree {
  list(): Promise<FileList>;
  /** Reads a listed path; a path that was not listed may be asked for and is a problem when it is not there. */
  read(path: string): Promise<FileText>;
  /** The same of a file that is no text, such as an archive. */
  bytes(path: string): Promise<FileBytes>;
}

/** The text of bytes that were read. */
export function asText(read: FileBytes): FileText {
  return "bytes" in read ? decodeText(read.bytes) : read;
}

/** The most bytes a file may have to be read: YAML of that size takes seconds. */
export const MOST_FILE_BYTES = 2 * 1024 * 1024;

/** The most files that are listed. */
export const MOST_FILES = 100_000;

/** The deepest folder that is entered. */
export const MOST_DEPTH = 64;

/** Whether folders of that name never hold the repository's own files. */
export function isNeverEntered(name: string): boolean {
  return name === ".git" || name === ".hg" || name === ".svn" || name === "node_modules";
}
