/** Names file contents as git does, and reads a work tree's files with their names. Must not run git nor follow links. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join } from "node:path";

/** A file of the work tree. */
export interface KnownFile {
  /** The blob's name, as many hexadecimal digits as were asked for. */
  readonly sha: string;
  readonly bytes: Uint8Array;
}

/** Finds a file of the work tree whose blob may be the one that is wanted; `undefined` where there is none. */
export type Known = (path: string, sha: string) => Promise<KnownFile | undefined>;

/** The name git gives to a file's bytes: SHA-1, or SHA-256 for names of 64 digits (gitformat-pack, object names). */
export function blobSha(bytes: Uint8Array, digits = 40): string {
  return createHash(digits === 64 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}

/** Files below a folder, up to `most` bytes each. A file that was checked out with other line ends is not the same. */
export function workTree(root: string, most: number): Known {
  return async (path, sha) => {
    try {
      const full = join(await realpath(root), ...path.split("/"));
      if ((await realpath(full)) !== full) return undefined;
      // Without blocking, so that a pipe cannot stop the run.
      const file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const stat = await file.stat();
        if (!stat.isFile() || stat.size > most) return undefined;
        const bytes = await file.readFile();
        return { sha: blobSha(bytes, sha.length), bytes };
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  };
}
