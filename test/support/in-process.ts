/**
 * Runs both shells from src in this process, with a working folder, an environment and outputs of their own: what a run
 * finds and says. What a process shows besides (signals, streams, the bundle) is test/e2e's. Must leave the process as it was.
 */
import { Readable, Writable } from "node:stream";
import { summary } from "@actions/core";
import { runAction as actionOf } from "../../src/action/run-action.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { type ActionOptions, type ActionRan, actionCall } from "./action-call.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Ran } from "./ran.ts";

/** So that reports are of one day, whatever the day: 2026-09-21. */
export const SOURCE_DATE_EPOCH = "1789948800";

/** Runs the command line with arguments, and with a text on standard input. */
export async function muslgate(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd = ".",
  input = "",
): Promise<Ran> {
  const own = Object.getOwnPropertyDescriptor(process, "stdin") as PropertyDescriptor;
  Object.defineProperty(process, "stdin", { configurable: true, value: Readable.from([Buffer.from(input)]) });
  try {
    return await within({ NO_COLOR: "1", COLUMNS: "100", SOURCE_DATE_EPOCH, ...env }, cwd, () =>
      runCommandLine(["node", "muslgate", ...args]),
    );
  } finally {
    Object.defineProperty(process, "stdin", own);
  }
}

/** Runs the Action in a checkout. */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  options: ActionOptions = {},
): Promise<ActionRan> {
  const { env, cwd, left } = actionCall(inputs, options);
  const ran = await within(env, cwd, async () => {
    // It keeps the first path it was given.
    Object.assign(summary, { _filePath: undefined });
    process.exitCode = 0;
    await actionOf();
    return Number(process.exitCode);
  });
  return left(ran);
}

let running = false;

async function within(env: NodeJS.ProcessEnv, cwd: string, run: () => Promise<number>): Promise<Ran> {
  if (running) throw new Error("A process has one working folder and one output: one run at a time.");
  running = true;
  const [out, err] = [new Kept(), new Kept()];
  const own = { env: process.env, cwd: process.cwd(), exitCode: process.exitCode };
  const streams = (["stdout", "stderr"] as const).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor] as const,
  );
  try {
    process.env = { PATH: own.env.PATH, HOME: own.env.HOME, XDG_CACHE_HOME: cacheFolder(), ...env };
    process.chdir(cwd);
    Object.defineProperty(process, "stdout", { configurable: true, value: out });
    Object.defineProperty(process, "stderr", { configurable: true, value: err });
    return { code: await run(), out: out.text, err: err.text };
  } finally {
    for (const [name, descriptor] of streams) Object.defineProperty(process, name, descriptor);
    process.chdir(own.cwd);
    process.env = own.env;
    process.exitCode = own.exitCode;
    running = false;
  }
}

/** An output that is kept. It is no file, no pipe and no terminal, so it has no number. */
class Kept extends Writable {
  readonly fd = -1;
  text = "";

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(part: string | Uint8Array, _: string, done: () => void): void {
    this.text += typeof part === "string" ? part : Buffer.from(part).toString("utf8");
    done();
  }
}
