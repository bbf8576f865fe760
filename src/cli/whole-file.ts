/** Reads the texts that a command is given, and writes one that has to survive byte by byte. Must not know what they say. */
import { isUtf8 } from "node:buffer";
import { writeFileSync } from "node:fs";
import { MuslgateError, messageOf } from "../model/error.ts";
import { decodeText } from "../text/decode.ts";
import { readRegularFile } from "../tree/regular-file.ts";

/** A ConfigMap holds 1 MiB at most; describe and lists of several need some more. */
const MOST_BYTES = 8 * 2 ** 20;

/** The text of a file, in UTF-8 or UTF-16; `-` is standard input. Rejects with MuslgateError `usage`. */
export async function readWhole(file: string, hint = NAME): Promise<string> {
  const decoded = decodeText(await bytesOf(file, hint));
  if ("text" in decoded) return decoded.text;
  throw unreadable(file, decoded.problem, hint);
}

/** The same, but every byte of it survives being written again: what is not UTF-8 is refused. */
export async function readExactly(file: string): Promise<string> {
  const bytes = await bytesOf(file, NAME);
  if (isUtf8(bytes) && !bytes.includes(0)) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  throw unreadable(file, "it is not UTF-8", "Save it as UTF-8 to have it corrected.");
}

const NAME = "Name a Corefile or a ConfigMap.";

async function bytesOf(file: string, hint: string): Promise<Uint8Array> {
  try {
    return file === "-" ? await bytesFrom(process.stdin) : fileBytes(file);
  } catch (error) {
    throw unreadable(file, messageOf(error), hint, error);
  }
}

function unreadable(file: string, what: string, hint: string, cause?: unknown): MuslgateError {
  return new MuslgateError("usage", `${file} cannot be read: ${what}`, hint, cause);
}

function fileBytes(file: string): Uint8Array {
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
