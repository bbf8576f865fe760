/** Settings from what a user wrote and the configuration file beneath it. Must let what was written win. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { CONFIG_NAMES, type Config, readConfig } from "./config.ts";
import { MuslgateError, messageOf } from "./model/error.ts";
import { readSettings, type Settings, type Written } from "./settings.ts";

/** Settings, and the waivers that only a file can hold. */
export interface Configured {
  readonly settings: Settings;
  readonly waivers: Config["waivers"];
}

const MOST_BYTES = 2 ** 20;

/** Reads the file that `config` names, or the first of the usual names in this folder. Throws MuslgateError (`usage`, `input`). */
export function configured(written: Written): Configured {
  const named =
    typeof written.config === "string" && written.config.trim() !== "" ? written.config.trim() : undefined;
  const file = named ?? CONFIG_NAMES.find((name) => existsSync(name));
  if (file === undefined) return { settings: readSettings(written), waivers: [] };
  const { options, waivers } = readConfig(file, readText(file));
  const set = Object.entries(written).filter(([, value]) => value !== undefined && value !== "");
  return { settings: readSettings({ ...options, ...Object.fromEntries(set) }), waivers };
}

function readText(file: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new MuslgateError(
      "input",
      `the configuration ${file} cannot be read: ${messageOf(error)}`,
      "Check the path.",
      error,
    );
  }
}
