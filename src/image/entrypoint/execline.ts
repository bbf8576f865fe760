/** Follows an execline script to the programs it starts. Must not run anything. */
import { NOTHING } from "./conclusions.ts";
import type { Following, Situation } from "./following.ts";
import { baseName } from "./identity.ts";
import { programNamed } from "./search.ts";
import type { Ran } from "./shell/host.ts";
import { HOLE } from "./shell/text.ts";
import { blockWords } from "./wrappers.ts";

/** An execline script: the first program of each block that is not execline's own gets the rest of it. */
export function followExecline(
  walk: Following,
  text: string,
  path: string,
  args: readonly string[],
  how: Situation,
): Ran {
  const blocks: string[][] = [[]];
  const closed: string[][] = [];
  for (const word of blockWords(text)) {
    if (word === "{") blocks.push([]);
    else if (word === "}" && blocks.length > 1) closed.push(blocks.pop() as string[]);
    else blocks.at(-1)?.push(word);
  }
  let followed = false;
  for (const block of [...closed, ...blocks]) {
    for (const [index, word] of block.entries()) {
      const program = programNamed(walk.files, word, how);
      if (program === undefined || EXECLINE.has(baseName(word))) continue;
      followed = true;
      const environment = new Map(how.environment);
      walk.run(
        block.slice(index).flatMap((one) => (one === "$@" ? args : [one.replace(/\$\{?\w+\}?/g, HOLE)])),
        { ...how, environment, at: path, depth: how.depth + 1 },
      );
      break;
    }
  }
  return followed ? NOTHING : walk.unknown(`the script ${path} starts nothing that could be followed`, how);
}

/** Parts of execline, which start only what stands in their script. */
const EXECLINE = new Set(
  "foreground background if ifelse ifte ifthenelse backtick with-contenv exec cd export unexport importas multisubstitute define multidefine redirfd fdmove fdclose fdblock fdswap fdreserve pipeline piperw forx forbacktickx forstdin loopwhilex trap tryexec umask wait withstdinas emptyenv envfile elglob elgetopt elgetpositionals posix-cd posix-umask eltest homeof getcwd getpid heredoc dollarat runblock shift case s6-setuidgid s6-applyuidgid s6-envuidgid s6-envdir s6-softlimit s6-notifyoncheck s6-setsid s6-setlock s6-fdholder-retrieve s6-ipcserver-socketbinder fix-attrs".split(
    " ",
  ),
);
