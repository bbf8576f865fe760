/** Follows a wrapper to the command it starts, with the variables, folder and root it gives it. Must not read the wrapper's words. */
import { followExecline, followExeclineWords } from "./execline.ts";
import type { Following, Situation } from "./following.ts";
import { baseName, SHELLS } from "./identity.ts";
import { JailView } from "./jail.ts";
import type { Ran } from "./shell/host.ts";
import { absolute } from "./shell/state.ts";
import { HOLE, isKnown, withoutOpen } from "./shell/text.ts";
import { textOf } from "./text-of.ts";
import { userOf, type Wrapped, wrappedCommand } from "./wrappers.ts";

/**
 * Follows a wrapper's commands; without `ran` where it was given none, or is no wrapper. `itself`: what its own file looks up
 * counts first, where it has no more than a wrapper's name.
 */
export function followWrapper(
  walk: Following,
  name: string,
  named: string,
  args: readonly string[],
  how: Situation,
  itself: (() => void) | undefined,
): { readonly isOne: boolean; readonly ran?: Ran } {
  const inline = name === "execlineb" ? args.findIndex((word) => /^-[a-zA-Z0-9]*c$/.test(word)) : -1;
  if (inline !== -1)
    return {
      isOne: true,
      ran: followExecline(walk, args[inline + 1] ?? "", "execlineb -c", args.slice(inline + 2), how),
    };
  const commands = wrappedCommand(name, args, how.stdin);
  if (commands === "unknown")
    return { isOne: true, ran: walk.unknown(`what ${named} starts is only known when it runs`, how) };
  if (commands?.length === 0 && /^(?:su|login)$/.test(name)) {
    // The user's own shell, which tells nothing where it is one that only waits for what it reads.
    const shell = shellOfUser(walk, userOf(args));
    if (shell !== undefined && !SHELLS.has(baseName(shell))) walk.run([shell], { ...how, sure: false });
  }
  const shell = ownShell(name, how);
  if (commands?.length === 0 && shell !== undefined)
    followWrapped(walk, { command: [shell], maybe: true, root: rootOf(name, args) }, name, how);
  if (commands === undefined) {
    const ran = followExeclineWords(walk, name, named, args, how);
    return { isOne: ran !== undefined, ran };
  }
  if (commands.length === 0) return { isOne: true };
  itself?.();
  for (const one of commands) followWrapped(walk, one, name, how);
  return { isOne: true, ran: { status: undefined, output: name === "find" ? HOLE : "" } };
}

/** They take SHELL's program where they need a shell (their manuals; GNU coreutils, chroot.c; util-linux, exec_shell.c). */
const TAKE_SHELL = /^(?:chroot|unshare|nsenter|script|flock)$/;

/** SHELL's program, where such a tool takes it and it is none of the shells, which do the same by any name. */
function ownShell(name: string, { environment }: Situation): string | undefined {
  const shell = environment.get("SHELL") ?? "";
  return TAKE_SHELL.test(name) && shell !== "" && !SHELLS.has(baseName(shell)) ? shell : undefined;
}

/** The folder that chroot is given. */
function rootOf(name: string, args: readonly string[]): string | undefined {
  return name === "chroot" ? args.find((arg) => !arg.startsWith("-")) : undefined;
}

/** The shell of a user (passwd(5)), as it was written last; nothing where the file does not say. */
function shellOfUser(walk: Following, user: string): string | undefined {
  const lines = textOf(walk.files.lookup("/etc/passwd"))?.split("\n") ?? [];
  return (
    lines
      .map((line) => line.split(":"))
      .findLast(([name]) => name === user)?.[6]
      ?.trim() || undefined
  );
}

/** The command of a wrapper with this name. */
function followWrapped(walk: Following, one: Wrapped, name: string, how: Situation): void {
  let environment: Map<string, string> = one.clears ? new Map() : new Map(how.environment);
  for (const variable of one.unset ?? []) {
    if (!isKnown(variable)) environment = new Map([...environment].map(([key]) => [key, HOLE]));
    environment.delete(variable);
  }
  for (const [variable, value] of one.set ?? []) environment.set(variable, value);
  const situation: Situation = {
    ...how,
    environment,
    open: how.open && !one.clears,
    cwd: one.cwd === undefined ? how.cwd : absolute(how.cwd, one.cwd),
    sure: how.sure && one.maybe !== true,
    script: undefined,
    depth: how.depth + 1,
  };
  if (one.root !== undefined && one.root !== "/") {
    jailed(walk, one, one.root, situation);
    return;
  }
  if ("text" in one.command)
    walk.run(
      [ownShell(name, how) ?? "/bin/sh", "-c", one.command.text, ...(one.command.args ?? [])],
      situation,
    );
  else if (name === "env" && withoutOpen(one.command[0] ?? "") === "")
    walk.run(one.command.slice(1), situation);
  else {
    const shell = one.shellOf === undefined ? undefined : shellOfUser(walk, one.shellOf);
    walk.run(shell === undefined ? one.command : [shell, ...one.command.slice(1)], situation);
  }
}

/** A program in another root: followed there with a file system of its own. */
function jailed(walk: Following, one: Wrapped, root: string, how: Situation): void {
  const folder = absolute(how.cwd, root);
  if (!isKnown(folder) || "text" in one.command) {
    walk.unknown("which folder becomes the root of what it starts is only known when it runs", how);
    return;
  }
  const words = one.command.length === 0 ? ["/bin/sh", "-i"] : one.command;
  walk.runIn(new JailView(walk.files, folder), words, { ...how, cwd: "/" });
}
