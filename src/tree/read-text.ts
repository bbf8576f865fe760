/** Reads a text file that the user or a configuration named, within a bound. Must not guess at another one. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { MuslgateError } from "../model/error.ts";
import { pathFrom } from "./run-root.ts";
import { decodeText } from "../text/decode.ts";
import { readRegularFile } from "./regular-file.ts";

/** A ConfigMap holds 1 MiB at most; describe and lists of several need some more. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * The text. Throws MuslgateError (`usage`) where it cannot be read or has more than `most` bytes; the error calls it
 * `called`. Below the folder of a checkout no link is followed; elsewhere a link, or a pipe, is the user's own.
 */
export function readText(
  file: string,
  most = MOST_BYTES,
  hint = "Check the path.",
  called: string = file,
): string {
  const inside = confinedPath(file);
  const read = readRegularFile(
    inside ?? file,
    inside === undefined ? { most, pipes: true } : { most, within: "." },
  );
  const decoded = "bytes" in read ? decodeText(read.bytes) : read;
  if ("text" in decoded) return decoded.text;
  throw new MuslgateError("usage", `${called} cannot be read: ${decoded.problem}`, hint);
}

/**
 * The path of a file from this folder where a repository may have put it there: it is below, and this folder is in a
 * checkout. Nothing for a shell's `/dev/fd`, wherever this folder is.
 */
export function confinedPath(file: string): string | undefined {
  if (file.startsWith("/dev/") || !inCheckout()) return undefined;
  const inside = pathFrom(".", file);
  return inside === undefined || inside === "" ? inside : posix.normalize(inside);
}

function inCheckout(): boolean {
  for (let folder = realpathSync("."); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return true;
    if (dirname(folder) === folder) return false;
  }
}
