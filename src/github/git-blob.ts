/** Names file contents as git does, and reads a work tree's files with their names. Must not run git nor follow links. */
import { createHash } from "node:crypto";
import { readRegularFile } from "../tree/regular-file.ts";

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
    const read = readRegularFile(path, { most, within: root });
    return "bytes" in read ? { sha: blobSha(read.bytes, sha.length), bytes: read.bytes } : undefined;
  };
}
