/** All commands whose work is modelled, by name. Must hold no model itself. */
import { ARCHIVE_COMMANDS } from "./archives.ts";
import type { Model } from "./call.ts";
import { FILE_COMMANDS } from "./file-commands.ts";
import { LANGUAGE_COMMANDS } from "./languages.ts";
import { make } from "./make.ts";
import { OTHER_TOOLCHAIN_COMMANDS } from "./other-toolchains.ts";
import { PACKAGE_COMMANDS } from "./packages.ts";
import { TOOLCHAIN_COMMANDS } from "./toolchains.ts";

/** Each name is in one table, but for Bun's: it installs, and it compiles. */
export const COMMANDS: Readonly<Record<string, Model>> = {
  ...FILE_COMMANDS,
  ...ARCHIVE_COMMANDS,
  ...PACKAGE_COMMANDS,
  ...LANGUAGE_COMMANDS,
  ...TOOLCHAIN_COMMANDS,
  ...OTHER_TOOLCHAIN_COMMANDS,
  bun: (call) => LANGUAGE_COMMANDS.bun?.(call) ?? TOOLCHAIN_COMMANDS.bun?.(call),
  make,
  gmake: make,
};
