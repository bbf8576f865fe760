/** Reads a text file that the user named, within a bound. Must not guess at another one. */
import { readFileSync, statSync } from "node:fs";
import { MuslgateError, messageOf } from "./model/error.ts";

/** A ConfigMap holds 1 MiB at most; describe and lists of several need some more. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * The text. Throws MuslgateError (`input`) where it cannot be read or has more than `most` bytes; the error calls it
 * `called`.
 */
export function readText(
  file: string,
  most = MOST_BYTES,
  hint = "Check the path.",
  called: string = file,
): string {
  try {
    if (statSync(file).size > most) throw new Error(`it has more than ${most} bytes`);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new MuslgateError("input", `${called} cannot be read: ${messageOf(error)}`, hint, error);
  }
}
