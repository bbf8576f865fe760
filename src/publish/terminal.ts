/** The one way out for words: terminal, pipe, file or a runner's log. Must not decide what is said, nor let any of it be a command. */
import { randomUUID } from "node:crypto";
import { fstatSync, readSync, statSync, writeSync } from "node:fs";
import { devNull } from "node:os";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { TerminalStyle } from "../report/table.ts";
import { asItIs, fenced, inert, inertJson } from "./workflow-commands.ts";

/** What the terminal can do: colours by request, NO_COLOR and FORCE_COLOR (no-color.org), width from its size. */
export function terminalStyle(
  color: "auto" | "always" | "never",
  out: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): TerminalStyle {
  const wanted =
    color === "always" ||
    (color === "auto" &&
      !env.NO_COLOR &&
      (out.isTTY === true || (env.FORCE_COLOR ?? "0") !== "0") &&
      env.TERM !== "dumb");
  // A terminal without a size reports 0 columns.
  return { colour: wanted, width: out.columns || Number(env.COLUMNS) || 100, flags: true };
}

/** Standard output, with its number. */
type Output = typeof process.stdout;

/**
 * What a text is: sentences and tables, such a text in the Action's log, JSON, or something that is of use only as it is,
 * such as a patch.
 */
export type TextKind = "words" | "log" | "json" | "exact";

/**
 * Writes to standard output and waits until all of it is out. Rejects with MuslgateError (`usage`) where it is lost; a
 * reader that went away (`| head`) is no error.
 */
export async function write(out: Output, text: string, kind: TextKind = "words"): Promise<void> {
  try {
    if (wasClosed(out.fd)) throw new Error("it is closed, or the null device opened for reading too");
    await put(out, shaped(out, text, kind));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return;
    throw new MuslgateError(
      "usage",
      `standard output cannot be written: ${messageOf(error)}`,
      "What was found is lost. Give it an output that takes it; > /dev/null throws it away on purpose.",
      error,
    );
  }
}

/** Writes words to standard error; there is nobody left to tell when that fails. */
export function remark(text: string): void {
  if (process.stderr.listenerCount("error") === 0) process.stderr.on("error", () => {});
  process.stderr.write(inert(text));
}

function shaped(out: Output, text: string, kind: TextKind): string {
  if (kind === "words") return inert(text);
  if (kind === "log") return fenced(inert(text), randomUUID());
  if (kind === "json") return inertJson(text);
  // A runner reads what comes through a pipe; what goes to a file must be the text alone.
  return process.env.GITHUB_ACTIONS === "true" && !isFile(out.fd) ? asItIs(text, randomUUID()) : text;
}

function put(out: Output, text: string): Promise<void> {
  if (isFile(out.fd)) {
    // Node's own stream takes a write that a full disk cut short for a whole one.
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(out.fd, bytes, done);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    out.once("error", reject);
    out.write(text, (error) => {
      out.off("error", reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/**
 * Node opens the null device for reading and writing in place of a closed output, which no shell's `> /dev/null` does.
 * Programs that discard everything a child says open it so for both outputs: these are left in peace.
 */
function wasClosed(fd: number): boolean {
  return isReadableNull(fd) && !isReadableNull(process.stderr.fd);
}

function isReadableNull(fd: number): boolean {
  try {
    const at = fstatSync(fd);
    if (!at.isCharacterDevice() || at.rdev !== statSync(devNull).rdev) return false;
    readSync(fd, Buffer.alloc(1));
    return true;
  } catch {
    return false;
  }
}
