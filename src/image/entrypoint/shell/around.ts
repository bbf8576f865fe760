/** What surrounds the walk of a text, in a container and in a build alike: how it begins, what it leaves, what files are. Must walk nothing. */
import { BUSYBOX_PATH, DEFAULT_PATH } from "../../../knowledge/default-path.ts";
import type { FileView } from "../../file-view.ts";
import type { Host, Start } from "./host.ts";
import { State } from "./state.ts";
import { HOLE } from "./text.ts";

/** A shell's own PATH, by its name: others have been given any. */
const OWN_PATHS: ReadonlyMap<string, string> = new Map([
  ["ash", BUSYBOX_PATH],
  ["busybox", BUSYBOX_PATH],
  ["bash", DEFAULT_PATH],
  ["dash", DEFAULT_PATH],
]);

/** A shell's state before the first command. Its arguments begin with its name, `$0`. */
export function stateAt(
  how: Pick<Start, "environment" | "cwd" | "sure"> & Partial<Pick<Start, "stdin" | "prints">>,
  args: readonly string[],
  shellName: string,
): State {
  const state = new State();
  // A shell that is given no PATH takes one of its own, which it keeps to itself.
  state.variables.set("PATH", { value: OWN_PATHS.get(shellName) ?? HOLE, exported: false });
  // Nor does it take IFS from outside (POSIX.1-2017, section 2.5.3).
  for (const [name, value] of how.environment)
    if (name !== "IFS") state.variables.set(name, { value, exported: true });
  [state.zero = "sh"] = args;
  state.args = args.slice(1);
  state.cwd = how.cwd;
  state.sure = how.sure;
  state.stdin = how.stdin;
  if (how.prints) state.output = "";
  return state;
}

/** What a text printed, whichever way it ended; marked where ends differ. */
export function outputOf(ends: readonly State[]): string {
  const outputs = new Set(ends.map(({ output }) => output ?? ""));
  return outputs.size === 1 ? ([...outputs][0] as string) : HOLE;
}

/** What files are, to a condition. */
export function pathsIn(files: Pick<FileView, "lookup">): Pick<Host, "kindOf" | "isLink"> {
  return {
    kindOf(path) {
      const looked = files.lookup(path);
      if (looked.kind === "file") return looked.executable ? "program" : "file";
      return looked.kind === "plain" ? "file" : looked.kind === "folder" ? "folder" : "other";
    },
    isLink(path) {
      const looked = files.lookup(path);
      return looked.kind === "file" && looked.path === path ? false : undefined;
    },
  };
}
