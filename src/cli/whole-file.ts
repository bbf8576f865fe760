/** Reads and writes a text that has to survive byte by byte. Must not know what it says. */
import { writeFileSync } from "node:fs";
import { MuslgateError, messageOf } from "../model/error.ts";
import { readRegularFile } from "../tree/regular-file.ts";

/** A ConfigMap holds 1 MiB at most; describe and lists of several need some more. */
const MOST_BYTES = 8 * 2 ** 20;

/** Reads it; `-` is standard input. Every byte has to survive being written again: what is not UTF-8 is refused, as MuslgateError `usage`. */
export async function readWhole(file: string, hint = "Name a Corefile or a ConfigMap."): Promise<string> {
  try {
    const bytes = file === "-" ? await bytesFrom(process.stdin) : bytesOf(file);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // Node's own errors carry a code of the system; the decoder's is a TypeError.
    const what = error instanceof TypeError ? "it is not UTF-8" : messageOf(error);
    throw new MuslgateError("usage", `${file} cannot be read: ${what}`, hint, error);
  }
}

function bytesOf(file: string): Uint8Array {
  const read = readRegularFile(file, { most: MOST_BYTES, pipes: true });
  if ("bytes" in read) return read.bytes;
  throw new Error(read.problem);
}

/** What comes up to the bound. A pipe whose writer is slow is waited for: a synchronous read takes that for an error. */
async function bytesFrom(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of input) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Writes it. Throws MuslgateError `input`. */
export function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new MuslgateError(
      "input",
      `${file} cannot be written: ${messageOf(error)}`,
      "Apply the printed diff where it can.",
      error,
    );
  }
}
