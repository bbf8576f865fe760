/** Reads what interpreter a script names, and the text of shell scripts. Must not run or judge it. */
import type { ScriptFact } from "../../model/layer-facts.ts";
import type { Collector, Detector } from "./detector.ts";

/** Shells whose scripts are followed further. */
const SHELLS = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh", "busybox"]);
const MOST_TEXT = 32 * 1024;
/** The kernel reads no longer first line (Linux, BINPRM_BUF_SIZE, from 5.1 on). */
const MOST_LINE = 256;

/** Scripts by their first line, and shell scripts by their name. */
export const script: Detector = {
  id: "script",
  version: 2,
  maxBytes: MOST_TEXT,
  start({ path, size, executable }) {
    const byName = path.endsWith(".sh");
    return (executable && size > 2) || byName ? collector(byName, size) : undefined;
  },
};

function collector(byName: boolean, size: number): Collector {
  const parts: Buffer[] = [];
  let length = 0;
  let refused = false;
  return {
    push(bytes) {
      const part = Buffer.from(bytes.subarray(0, MOST_TEXT - length));
      parts.push(part);
      length += part.length;
      const first = parts[0] as Buffer;
      // Nothing but a script is worth keeping, and a program says so in its first bytes.
      refused ||=
        first.length >= 2 && first.toString("latin1", 0, 2) !== "#!" && (!byName || first.includes(0));
      return !refused && length < MOST_TEXT;
    },
    end(): ScriptFact | undefined {
      const text = Buffer.concat(parts).toString("utf8");
      if (refused || (!byName && !text.startsWith("#!"))) return undefined;
      const words = firstLine(text);
      const isShell = words.interpreter === undefined ? byName : namesShell(words);
      return {
        kind: "script",
        ...words,
        ...(isShell ? { text } : {}),
        truncated: isShell && size > length,
      };
    },
  };
}

/** Interpreter and at most one argument, which keeps its blanks (execve(2), "Interpreter scripts"). */
function firstLine(text: string): { readonly interpreter?: string; readonly argument?: string } {
  if (!text.startsWith("#!")) return {};
  const line = (text.slice(2, MOST_LINE).split("\n", 1)[0] ?? "").replace(/^[ \t]+|[ \t]+$/g, "");
  // A carriage return belongs to the name for the kernel, which then finds no such interpreter.
  const match = /^([^ \t]+)(?:[ \t]+(.*))?$/.exec(line);
  if (match === null) return {};
  return { interpreter: match[1] as string, ...(match[2] ? { argument: match[2] } : {}) };
}

function namesShell({
  interpreter = "",
  argument = "",
}: {
  readonly interpreter?: string;
  readonly argument?: string;
}): boolean {
  const base = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  if (SHELLS.has(base(interpreter))) return true;
  const words = argument.split(/\s+/).filter((word) => !word.startsWith("-") && !word.includes("="));
  return base(interpreter) === "env" && SHELLS.has(base(words[0] ?? ""));
}
