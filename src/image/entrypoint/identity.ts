/** Tells what a program is by its name and its file: a shell, a tool, or one's own with a tool's name. Must not follow anything. */
import { NEVER_LOOK_UP, RESOLVER_SYMBOLS, STARTING_SYMBOLS } from "../../knowledge/tools.ts";
import type { ElfFact, ScriptFact } from "../../model/layer-facts.ts";
import type { File } from "./classify.ts";
import { isPlainTool } from "./lookups.ts";
import { wrappedCommand } from "./wrappers.ts";

/** Shells by name. */
export const SHELLS = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh", "rbash", "mksh"]);

/** Which shell `sh` is: what its link leads to. */
export function shellOf(file: File): string {
  const real = baseName(file.path);
  if (real.startsWith("busybox")) return "ash";
  return SHELLS.has(real) ? real : "sh";
}

/** Whether a script is a shell's, whose text says what it starts whatever its name. */
export function isShellScript(script: ScriptFact | undefined): boolean {
  if (script?.text === undefined) return false;
  const { interpreter = "/bin/sh", argument = "" } = script;
  const name = baseName(interpreter) === "env" ? (argument.split(/\s+/).at(-1) ?? "") : interpreter;
  return SHELLS.has(baseName(name));
}

/** The name that tells what a program is: that of the file itself, where a link hides a shell or a wrapper. */
export function toolName(named: string, file: File): string {
  const [name, real] = [baseName(named), baseName(file.path)];
  const isKnownTool = (one: string) =>
    SHELLS.has(one) || /^(?:(?:[gmn]|original-)?awk|sed)$/.test(one) || wrappedCommand(one, []) !== undefined;
  return isKnownTool(real) && !isKnownTool(name) ? real : name;
}

/** Whether a program that is not Go has a resolver of its own in it, or calls its C library's. */
export function mayResolveItself(elf: ElfFact): boolean {
  if (elf.go !== undefined) return false;
  if (elf.interpreter === undefined) return elf.linked?.musl === true && elf.linked.noResolver !== true;
  return elf.calls?.some((call) => RESOLVER_SYMBOLS.includes(call)) === true;
}

/** Whether a program has no more than the name of a tool that looks up nothing, so that the name says nothing. */
export function isOwn(name: string, elf: ElfFact, file: File): boolean {
  if (!mayResolveItself(elf))
    return elf.calls !== undefined && NEVER_LOOK_UP.has(name) && !isToolFolder(file.path);
  if (!isToolFolder(file.path))
    return NEVER_LOOK_UP.has(name) || (isPlainTool(name) && !file.path.startsWith("/usr/local/"));
  const asks = elf.calls?.some((call) => call !== "dlopen" && RESOLVER_SYMBOLS.includes(call)) === true;
  return asks && NEVER_LOOK_UP.has(name) && !ASK_IN_VAIN.has(name);
}

/** Tools that name a resolver's function, and never call it as scripts use them (GNU coreutils, hostid; util-linux, last; lsof; procps, w). */
const ASK_IN_VAIN = new Set(["hostid", "last", "lsof", "pinky", "logread"]);

/** Folders of the system's own tools. */
export function isToolFolder(path: string): boolean {
  return /^\/(?:usr\/)?s?bin\//.test(path);
}

/** Whether a program calls what starts another one. */
export function mayStartOthers({ calls }: ElfFact): boolean {
  return calls?.some((call) => STARTING_SYMBOLS.includes(call)) === true;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
