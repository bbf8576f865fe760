/** Writes reports to files. Must write nothing else. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { MuslgateError, messageOf } from "../model/error.ts";

/** Writes a report, making its folder. Throws MuslgateError (`usage`) naming the option it came from. */
export function writeReport(option: string, file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new MuslgateError(
      "usage",
      `${option} ${file} cannot be written: ${messageOf(error)}`,
      "Choose another path.",
      error,
    );
  }
}
