/** Runs the program in a child where it is a container's first process. Must pass on everything: arguments, streams, signals, the exit code. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Whether this process has to stay a parent. The kernel keeps signals from a first process that has no handler, and a
 * handler waits for as long as the program computes; a child is ended at once.
 */
export function isFirstProcess(): boolean {
  return process.pid === 1;
}

/** Runs the same call in a child and returns its exit code, as a shell gives it. Rejects where no process can be started. */
export function inChild(): Promise<number> {
  const call = [...process.execArgv, ...process.argv.slice(1)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, call, { stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => void child.kill(signal));
    }
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}
