#!/usr/bin/env node
/** The command line's shell: arguments in, exit code out. Must hold no logic of its own. */
import { keepCompiled, portsOfProcess } from "./cli/compile-cache.ts";
import { inChild, isFirstProcess } from "./cli/first-process.ts";
import { start } from "./cli/start.ts";

process.exitCode = isFirstProcess()
  ? await inChild()
  : await start(process.argv, () => keepCompiled(process.argv, portsOfProcess()));
