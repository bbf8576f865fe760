/** Walks a shell text in a world without files and writes down what it starts. Must not be used by src. */
import { parse } from "unbash";
import type { Host } from "../../src/image/entrypoint/shell/host.ts";
import { newShell } from "../../src/image/entrypoint/shell/shell.ts";
import { sourceOf } from "../../src/image/entrypoint/shell/source.ts";
import { State } from "../../src/image/entrypoint/shell/state.ts";
import { readable } from "../../src/image/entrypoint/shell/text.ts";

/** What a walk came to. */
export interface Walk {
  /** Each start in short: `exec` in front where it replaces the shell, `?` where it may not come to it, `…` for what is not known. */
  readonly starts: readonly string[];
  readonly unknowns: readonly string[];
  /** Steps counted. */
  readonly steps: number;
}

/** Walks a text; `budget` ends it as the real host does. */
export function walk(
  text: string,
  {
    variables = new Map<string, string>(),
    args = [] as readonly string[],
    budget = 20_000,
    shell = "ash",
    files = {} as Readonly<Record<string, string>>,
  } = {},
): Walk {
  const starts: string[] = [];
  const unknowns: string[] = [];
  let steps = 0;
  const host: Host = {
    parse,
    step(cost) {
      steps += cost;
      return steps <= budget;
    },
    start({ words, isExec, sure }) {
      starts.push([...(isExec ? ["exec"] : []), ...(sure ? [] : ["?"]), ...words.map(readable)].join(" "));
      return { status: undefined, output: "\uE000" };
    },
    unknown: (reason) => void unknowns.push(reason),
    absent: () => undefined,
    kindOf: (path) => (path in files ? "program" : path === "/srv" || path === "/" ? "folder" : "other"),
    isLink: () => undefined,
    read: (path) => (path in files ? { text: files[path] as string } : undefined),
    names: (folder) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    which: () => undefined,
    write: () => undefined,
    connects: (name) => void starts.push(`connect ${name}`),
  };
  const state = new State();
  for (const [name, value] of variables) state.variables.set(name, { value, exported: true });
  state.zero = "/start.sh";
  state.args = args;
  newShell(host, shell, sourceOf("/start.sh", text, "/start.sh")).run(state);
  return { starts, unknowns, steps };
}
