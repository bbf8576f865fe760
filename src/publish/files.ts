/** Writes reports to files. Must write nothing else, nor through a link that a repository holds. */
import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MuslgateError, messageOf } from "../model/error.ts";
import { makeFolders } from "../tree/make-folders.ts";
import { pathFrom } from "../tree/run-root.ts";
import { diskProblem } from "../settings/inside.ts";

/** Characters that are gathered before they are written. */
const AT_ONCE = 2 ** 18;

/**
 * Writes a report, whole or in parts, making its folder. Throws MuslgateError (`usage`) naming the option it came from.
 */
export function writeReport(option: string, file: string, text: string | Iterable<string>): void {
  // Below the root of the disk everything lies.
  const inside = resolve("/") === resolve(".") ? undefined : pathFrom(".", file);
  const problem = inside === undefined ? undefined : diskProblem(inside);
  if (problem !== undefined) throw unwritable(option, file, `the path ${problem}`);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  try {
    makeFolders(dirname(file));
    // Windows does not know the flag.
    const opened = openSync(
      file,
      O_WRONLY | O_CREAT | O_TRUNC | (inside === undefined ? 0 : (O_NOFOLLOW ?? 0)),
    );
    try {
      for (const part of typeof text === "string" ? [text] : gathered(text)) writeFileSync(opened, part);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw unwritable(option, file, messageOf(error), error);
  }
}

function* gathered(parts: Iterable<string>): Generator<string> {
  let waiting = "";
  for (const part of parts) {
    waiting += part;
    if (waiting.length < AT_ONCE) continue;
    yield waiting;
    waiting = "";
  }
  yield waiting;
}

function unwritable(option: string, file: string, why: string, cause?: unknown): MuslgateError {
  return new MuslgateError(
    "usage",
    `${option} ${file} cannot be written: ${why}`,
    "Choose another path.",
    cause,
  );
}
