/** Runs the built program as a child process, as a user or the runner does. Must not import src. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { cacheFolder } from "../support/cache-folder.ts";
import type { Ran } from "../support/ran.ts";

/** Runs the bundled command line with arguments. */
export function muslgate(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = "."): Promise<Ran> {
  return runNode(
    [join(process.cwd(), "dist/cli.js"), ...args],
    { NO_COLOR: "1", COLUMNS: "100", SOURCE_DATE_EPOCH: "1789948800", ...env },
    cwd,
  );
}

/** Runs a script with this Node, or the one that MUSLGATE_ACTION_NODE names. */
export function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd = ".",
  node = process.execPath,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, XDG_CACHE_HOME: cacheFolder(), ...env },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (part) => {
      out += part;
    });
    child.stderr.on("data", (part) => {
      err += part;
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
