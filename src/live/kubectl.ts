/** Runs the user's own kubectl, without a shell. Must change nothing in a cluster, nor ask for a Secret. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { MuslgateError, messageOf } from "../model/error.ts";

/** What a call printed; its exit status counts: one that fails half way prints what it has, or an empty List. */
export interface Answered {
  readonly text: string;
  /** Why it failed, where it did: a line for each object that it failed at. */
  readonly problem?: string;
}

/** Asks kubectl; rejects with MuslgateError (`usage`) where there is none. */
export type Kubectl = (args: readonly string[]) => Promise<Answered>;

/** The most that one call may print: 20,000 large pods. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_ERROR = 64 * 1024;

/** The kubectl on the PATH. `tell` is given each line that its login says, and not what the API server answers. */
export function kubectl(
  env: NodeJS.ProcessEnv,
  context: string | undefined,
  tell: (line: string) => void,
): Kubectl {
  const own = context === undefined ? [] : [`--context=${context}`];
  return (args) =>
    new Promise((resolve, reject) => {
      const child = started([...own, "--request-timeout=60s", ...args], env);
      const parts: Buffer[] = [];
      let length = 0;
      let said = "";
      let told = 0;
      child.stdout.on("data", (part: Buffer) => {
        length += part.length;
        if (length <= MOST_BYTES) parts.push(part);
        else child.kill("SIGKILL");
      });
      child.stderr.setEncoding("utf8").on("data", (part: string) => {
        if (said.length < MOST_ERROR) said += part;
        for (let end = said.indexOf("\n", told); end >= 0; end = said.indexOf("\n", told)) {
          const line = said.slice(told, end).trim();
          told = end + 1;
          if (line !== "" && !isAnswer(line)) tell(line);
        }
      });
      child.on("error", (error) => reject(noKubectl(error)));
      child.on("close", (code, signal) => {
        if (length > MOST_BYTES) {
          resolve({ text: "", problem: `it printed more than ${MOST_BYTES} bytes` });
          return;
        }
        const text = Buffer.concat(parts).toString("utf8");
        const ended = code === null ? `it was ended by ${signal}` : `it ended with status ${code}`;
        resolve(code === 0 ? { text } : { text, problem: reasonIn(said) ?? ended });
      });
    });
}

/** Throws MuslgateError for a word that no program can be given: one with a NUL, or longer than the system lets through. */
function started(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<null, Readable, Readable> {
  try {
    return spawn("kubectl", args, { env, stdio: ["inherit", "pipe", "pipe"] });
  } catch (error) {
    throw noKubectl(error as Error);
  }
}

function isAnswer(line: string): boolean {
  return /^(?:Error|error|Unable|The connection|[EWI]\d{4} )/.test(line);
}

/** Those of its lines that say why, or its last line. */
function reasonIn(said: string): string | undefined {
  const lines = said.split("\n").flatMap((line) => line.trim() || []);
  const reasons = lines.filter((line) => /^(?:Error|error|Unable|The connection)/.test(line));
  return reasons.length > 0 ? [...new Set(reasons)].join("\n") : lines.at(-1);
}

function noKubectl(error: Error): MuslgateError {
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
  return new MuslgateError(
    "usage",
    missing ? "kubectl is not on the PATH" : `kubectl cannot be run: ${messageOf(error)}`,
    "Install kubectl, or give what it printed elsewhere: muslgate cluster - reads it from standard input.",
    error,
  );
}
