/** Settings from what a user wrote and the configuration file beneath it. Must let what was written win. */
import { existsSync } from "node:fs";
import { CONFIG_NAMES, type Config, readConfig } from "./config.ts";
import type { FileTree } from "./discover/file-tree.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import { MuslgateError } from "./model/error.ts";
import type { OptionName } from "./options.ts";
import { readText } from "./read-text.ts";
import { pathFrom } from "./run-root.ts";
import { readSettings, type Settings, type Written } from "./settings.ts";

/** Settings, and the waivers that only a file can hold. */
export interface Configured {
  readonly settings: Settings;
  readonly waivers: Config["waivers"];
  /** What was written outside of any file. */
  readonly written: Written;
}

const MOST_BYTES = 2 ** 20;

/** Reads the file that `config` names, or the first of the usual names in this folder. Throws MuslgateError (`usage`, `input`). */
export function configured(written: Written): Configured {
  const file = namedConfig(written) ?? CONFIG_NAMES.find((name) => existsSync(name));
  return file === undefined
    ? { settings: readSettings(written), waivers: [], written }
    : together(written, file, configText(file));
}

/**
 * The settings that an earlier state of the folder `root` had, and what there is to say about a change of them. Those
 * of now where its file cannot be used any more, or lies elsewhere.
 */
export async function configuredIn(
  tree: FileTree,
  root: string,
  written: Written,
  now: Settings,
): Promise<{ readonly settings: Settings; readonly diagnostics: readonly Diagnostic[] }> {
  const names = [namedConfig(written) ?? CONFIG_NAMES].flat();
  if (names.some((name) => pathFrom(root, name) === undefined)) return { settings: now, diagnostics: [] };
  const file = names.find((name) => existsSync(name));
  for (const name of names) {
    const read = await tree.read(pathFrom(root, name) ?? "");
    if (!("text" in read)) continue;
    const same = name === file && configText(name) === read.text;
    const diagnostics = same ? [] : [changed(file ?? name)];
    try {
      return { settings: together(written, name, read.text).settings, diagnostics };
    } catch (error) {
      if (!(error instanceof MuslgateError)) throw error;
      return { settings: now, diagnostics };
    }
  }
  return { settings: readSettings(written), diagnostics: file === undefined ? [] : [changed(file)] };
}

function changed(file: string): Diagnostic {
  return {
    code: "configuration-changed",
    message: `${file} changes too, and the base was judged with what it said before`,
    hint: "Look at that change: it decides what fails.",
    weight: "notice",
    at: { file, line: 1, column: 1, endLine: 1, endColumn: 1 },
  };
}

function namedConfig({ config }: Written): string | undefined {
  return typeof config === "string" && config.trim() !== "" ? config.trim() : undefined;
}

/** What was written wins over what the file says. */
function together(written: Written, file: string, text: string): Configured {
  const { options, waivers } = readConfig(file, text);
  const set = Object.fromEntries(
    Object.entries(written).filter(([, value]) => value !== undefined && value !== ""),
  ) as Written;
  refuseLogin(file, options, set);
  return { settings: readSettings({ ...options, ...set }), waivers, written };
}

/** A pull request may bring the file: it must not say where a password goes that it does not know. */
function refuseLogin(file: string, options: Written, set: Written): void {
  if (!set["registry-password"] && set["registry-password-stdin"] !== true) return;
  const wrong = LOGIN.find((name) => options[name] !== undefined);
  if (wrong === undefined) return;
  throw new MuslgateError(
    "usage",
    `${file} sets ${wrong} while the password comes from elsewhere`,
    "Give it where the password is given: the file may come from somebody else.",
  );
}

const LOGIN = [
  "registry",
  "registry-username",
  "registry-ca",
  "registry-mirror",
  "insecure-registry",
] as const satisfies readonly OptionName[];

function configText(file: string): string {
  return readText(file, MOST_BYTES, "Check the path.", `the configuration ${file}`);
}
