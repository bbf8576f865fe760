#!/usr/bin/env node
/** The command line's shell: arguments in, exit code out. Must hold no logic of its own. */
import { runCommandLine } from "./cli/command-line.ts";
import { inChild, isFirstProcess } from "./cli/first-process.ts";

process.exitCode = isFirstProcess()
  ? await inChild()
  : await runCommandLine(process.argv, new URL("./layer-worker.js", import.meta.url));
