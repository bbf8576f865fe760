/** Follows a script that is executed: to its interpreter, which gets it as a word. Must not read its text as a shell does. */
import type { ChainLink } from "../../model/image-profile.ts";
import type { ScriptFact } from "../../model/layer-facts.ts";
import type { File } from "./classify.ts";
import { followExecline } from "./execline.ts";
import type { Following, Situation } from "./following.ts";
import { baseName } from "./identity.ts";
import type { Ran } from "./shell/host.ts";
import { runText } from "./shell-start.ts";

/** A script that is executed: its interpreter gets it as a word. */
export function followScript(
  walk: Following,
  script: ScriptFact,
  file: File,
  named: string,
  word: string,
  rest: readonly string[],
  how: Situation,
): Ran {
  const path = word.includes("/") ? word : named;
  if (script.interpreter === undefined) {
    if (script.text === undefined) return walk.unknown(`${file.path} names no interpreter`, how);
    return runText(walk, script.text, script.truncated, "sh", path, [path, ...rest], file.path, how);
  }
  const words = [script.interpreter, ...(script.argument === undefined ? [] : [script.argument])];
  const link: ChainLink = { text: `#!${words.join(" ")}` };
  if (baseName(script.interpreter) === "execlineb") {
    if (script.text === undefined || script.truncated)
      return walk.unknown(`${file.path} is too long to be followed`, how);
    return followExecline(walk, script.text.replace(/^#!.*/, ""), file.path, rest, {
      ...how,
      steps: [...how.steps, link],
    });
  }
  return walk.run([...words, path, ...rest], {
    ...how,
    script: file.path,
    steps: [...how.steps, link],
    depth: how.depth + 1,
  });
}
