/** Follows a shell: what its words say it runs, the files it reads first, and the text it walks. Must say unknown where a text is not there. */
import { factOf } from "./classify.ts";
import type { Changes } from "./changes.ts";
import { type Following, NOTHING, type Situation, starter } from "./following.ts";
import { chainOf, scriptAt } from "./search.ts";
import { outputOf, stateAt } from "./shell/around.ts";
import type { Ran } from "./shell/host.ts";
import { newShell, type Shell } from "./shell/shell.ts";
import { sourceOf } from "./shell/source.ts";
import { absolute, type State } from "./shell/state.ts";
import { ANY, CHOSEN, HOLE, isKnown, withoutOpen } from "./shell/text.ts";
import { hostOf } from "./shell-host.ts";

/** How a shell is started, as its options say. */
interface Started {
  readonly login: boolean;
  readonly interactive: boolean;
  /** What an interactive bash reads in place of ~/.bashrc. */
  readonly startFile: string | undefined;
  readonly options: ReadonlyMap<string, boolean>;
}

const PLAIN: Started = { login: false, interactive: false, startFile: undefined, options: new Map() };

/** What a shell started with these words runs; nothing when it only runs itself. */
export function followShell(
  walk: Following,
  words: readonly string[],
  name: string,
  zero: string,
  how: Situation,
): Ran | undefined {
  let at = 0;
  let reads = false;
  let login = false;
  let interactive = false;
  let startFile: string | undefined;
  const options = new Map<string, boolean>();
  const given = () => ({ login, interactive, startFile, options });
  for (; at < words.length && /^[-+]/.test(words[at] as string); at++) {
    const word = words[at] as string;
    // A dash alone ends the options, too.
    if (word === "--" || word === "-") {
      at++;
      break;
    }
    if (word.includes(ANY)) return walk.unknown(`what ${name} runs is only known when it runs`, how);
    if (/^-[a-z]*l/.test(word) || word === "--login") login = true;
    if (/^-[a-z]*i/.test(word)) interactive = true;
    if (/^[-+][a-zA-Z]*a/.test(word)) options.set("allexport", word.startsWith("-"));
    if (/^[-+][a-df-zA-Z]*e/.test(word)) options.set("errexit", word.startsWith("-"));
    if (/^[-+][a-zA-Z]*f/.test(word)) options.set("noglob", word.startsWith("-"));
    if (/^[-+][a-zA-Z]*[oO]/.test(word)) options.set(words[at + 1] ?? "", word.startsWith("-"));
    if (word === "--rcfile" || word === "--init-file") startFile = words[at + 1];
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word)) {
      const texts = words.slice(at + (word.endsWith("o") ? 2 : 1));
      while (/^[-+][a-zA-Z]+$/.test(texts[0] ?? "") || texts[0] === "--") texts.shift();
      const [text, own = zero, ...args] = texts;
      if (text === undefined) return undefined;
      return runText(walk, text, false, name, "sh -c", [own, ...args], undefined, how, given());
    }
    if (/^-[a-zA-Z]*s/.test(word)) reads = true;
    if (/^[-+][a-z]*[oO]$/.test(word) || word === "--rcfile" || word === "--init-file") at++;
  }
  const operand = reads ? undefined : words[at];
  const path = operand === "/dev/stdin" && how.stdin !== undefined ? undefined : operand;
  if (path === undefined) {
    if (how.stdin === undefined) {
      if (login || interactive || !reads) return undefined;
      return walk.unknown(`what ${name} reads is only known when it runs`, how);
    }
    if (!isKnown(withoutOpen(how.stdin)))
      return walk.unknown(`what ${name} reads in ${starter(how)} is only known when it runs`, how);
    return runText(
      walk,
      how.stdin,
      false,
      name,
      "what the shell reads",
      [zero, ...words.slice(at)],
      undefined,
      how,
      given(),
    );
  }
  if (path.includes(CHOSEN)) return NOTHING;
  if (!isKnown(path)) return walk.unknown(`which script ${name} runs is only known when it runs`, how);
  const found = scriptAt(walk.files, path, how);
  if (found.kind !== "file") {
    const why =
      found.kind === "unknown"
        ? found.because
        : found.kind === "plain"
          ? "its text was not kept"
          : "it is not in the image";
    return walk.unknown(`the script ${path} could not be read: ${why}`, how);
  }
  const script = factOf(found, "script");
  if (script?.text === undefined) return walk.unknown(`the script ${found.path} could not be read`, how);
  const steps =
    found.path === how.script ? how.steps : [...how.steps, ...chainOf(found.path, found, undefined)];
  return runText(
    walk,
    script.text,
    script.truncated,
    name,
    found.path,
    [path, ...words.slice(at + 1)],
    found.path,
    { ...how, steps },
    given(),
  );
}

/** Runs a text as a shell does. Its arguments begin with its name, `$0`. */
export function runText(
  walk: Following,
  given: string,
  truncated: boolean,
  shellName: string,
  where: string,
  args: readonly string[],
  path: string | undefined,
  how: Situation,
  started: Started = PLAIN,
): Ran {
  if (truncated) return walk.unknown(`the script ${where} is too long to be followed`, how);
  let text = given;
  if (!isKnown(text)) {
    text = withoutOpen(text).replaceAll(CHOSEN, "");
    if (!isKnown(text)) walk.unknown(`what ${starter(how)} hands to a shell is only known when it runs`, how);
  }
  const state = stateAt(how, args, shellName);
  state.tainted = how.open;
  for (const name of how.environment.keys()) {
    const exported = /^BASH_FUNC_(.+)%%$/.exec(name)?.[1];
    if (exported !== undefined && shellName === "bash") state.functions.set(exported, undefined);
  }
  for (const [name, isOn] of started.options) state.option(name, isOn);
  const shell = newShell(hostOf(walk, how, shellName), shellName, sourceOf(where, text, path));
  const before = startFiles(walk.files, shellName, started, state);
  let states: readonly State[] = [state];
  for (const file of before)
    states = states.flatMap((one) =>
      one.flow === "next" ? shell.evaluate(`. ${file}`, one, "its start") : [one],
    );
  const ends = walked(walk, shell, states, where, how);
  const statuses = new Set(ends.map(({ status }) => status));
  return {
    status: statuses.size === 1 ? [...statuses][0] : undefined,
    output: outputOf(ends),
  };
}

function walked(
  walk: Following,
  shell: Shell,
  states: readonly State[],
  where: string,
  how: Situation,
): readonly State[] {
  try {
    return states.flatMap((one) => shell.run(one));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    walk.unknown(`the script ${where} is nested too deeply to be followed`, how);
    return [];
  }
}

/** Files that a shell reads before its script (bash's BASH_ENV; ENV and ~/.bashrc of an interactive one; /etc/profile and ~/.profile of a login shell). */
function startFiles(
  view: Changes,
  shellName: string,
  { login, interactive, startFile }: Started,
  state: State,
): readonly string[] {
  const files: string[] = [];
  const variable = (name: string) => {
    const value = state.variables.get(name)?.value;
    if (typeof value === "string" && value !== "") files.push(isKnown(value) ? value : HOLE);
  };
  if (interactive && shellName !== "bash") variable("ENV");
  if (interactive && shellName === "bash" && !login)
    for (const path of ["/etc/bash.bashrc", startFile ?? `${state.get("HOME") ?? "/root"}/.bashrc`])
      if (!isKnown(path) || view.lookup(absolute(state.cwd, path)).kind !== "missing")
        files.push(isKnown(path) ? absolute(state.cwd, path) : HOLE);
  if (login) {
    const home = state.variables.get("HOME")?.value ?? "/root";
    const own = shellName === "bash" ? [".bash_profile", ".bash_login", ".profile"] : [".profile"];
    const first = own
      .map((name) => `${String(home)}/${name}`)
      .find((path) => isKnown(path) && view.lookup(path).kind !== "missing");
    files.push(
      ...["/etc/profile", ...(first === undefined ? [] : [first])].filter(
        (path) => view.lookup(path).kind !== "missing",
      ),
    );
  }
  if (shellName === "bash" && !interactive) variable("BASH_ENV");
  const there = (path: string) => isKnown(path) && view.lookup(absolute(state.cwd, path)).kind !== "missing";
  if (shellName === "zsh") {
    // zsh(1), "Startup/Shutdown Files"; Debian's and Alpine's stand in a folder of their own.
    const own = state.variables.has("ZDOTDIR") ? state.get("ZDOTDIR") : state.get("HOME");
    const names = [
      "zshenv",
      ...(login ? ["zprofile"] : []),
      ...(interactive ? ["zshrc"] : []),
      ...(login ? ["zlogin"] : []),
    ];
    files.push(
      ...names.flatMap((name) => [`/etc/${name}`, `/etc/zsh/${name}`, `${own}/.${name}`]).filter(there),
    );
  }
  // mksh(1): ENV's file, else this.
  if (shellName === "mksh" && interactive && !state.variables.has("ENV"))
    files.push(...[`${state.get("HOME")}/.mkshrc`].filter(there));
  return files;
}
