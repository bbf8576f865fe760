/** Follows a wrapper to the command it starts, with the variables, folder and root it gives it. Must not read the wrapper's words. */
import type { Following, Situation } from "./following.ts";
import { JailView } from "./jail.ts";
import { absolute } from "./shell/state.ts";
import { HOLE, isKnown, withoutOpen } from "./shell/text.ts";
import type { Wrapped } from "./wrappers.ts";

/** The command of a wrapper with this name. */
export function followWrapped(walk: Following, one: Wrapped, name: string, how: Situation): void {
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
    walk.run(["/bin/sh", "-c", one.command.text, ...(one.command.args ?? [])], situation);
  else if (name === "env" && withoutOpen(one.command[0] ?? "") === "")
    walk.run(one.command.slice(1), situation);
  else walk.run(one.command, situation);
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
