/** What a shell that is walked sees of the container around it. Must not decide what is followed. */
import { conclude } from "./conclusions.ts";
import { factOf, unknown } from "./classify.ts";
import type { Following, Situation } from "./following.ts";
import { looksUp } from "./lookups.ts";
import { find } from "./search.ts";
import { pathsIn } from "./shell/around.ts";
import type { Host, Start } from "./shell/host.ts";
import { textOf } from "./text-of.ts";

/** The world as a shell with this name sees it. */
export function hostOf(walk: Following, how: Situation, shellName: string): Host {
  const { files } = walk;
  const paths = pathsIn(files);
  return {
    parse: (text) => walk.parsed.of(text),
    step: (cost) => walk.step(cost, how),
    start: (start: Start) =>
      walk.run(start.words, {
        environment: start.environment,
        open: start.open,
        cwd: start.cwd,
        stdin: start.stdin,
        sure: start.sure,
        isMain: start.isExec && how.isMain,
        at: start.at,
        prints: start.prints,
        steps: how.steps,
        depth: how.depth + 1,
      }),
    unknown: (reason) => void walk.unknown(reason, how),
    absent: (reason) => void walk.absent.push(unknown(reason)),
    kindOf: (path) => (/^\/(?:dev|proc|sys|run|tmp)(?:\/|$)/.test(path) ? "other" : paths.kindOf(path)),
    isLink: paths.isLink,
    read(path) {
      const looked = files.lookup(path);
      if (looked.kind === "missing")
        return files.mayCome(path) || looked.mayCome !== undefined ? undefined : "missing";
      const text = textOf(looked);
      return text === undefined ? undefined : { text };
    },
    names: (folder) => files.names(folder),
    which: (name, path, cwd) => {
      const found = find(files, name, path, cwd);
      if (found.kind === "missing") return found.mayCome === undefined ? false : undefined;
      return found.kind === "file" ? found.named : undefined;
    },
    write: (path, text, appends) => files.write(path, text, appends),
    connects: (host, at) => {
      const situation = { ...how, at };
      if (looksUp("telnet", [host], how.environment, true, walk.hosts) === false) return;
      const shell = find(files, shellName, how.environment.get("PATH"), how.cwd);
      const elf = shell.kind === "file" ? factOf(shell, "elf") : undefined;
      if (shell.kind === "file" && elf !== undefined) conclude(walk, shell, elf, shellName, situation);
      else walk.unknown(`what ${at} connects with could not be read`, situation);
    },
  };
}
