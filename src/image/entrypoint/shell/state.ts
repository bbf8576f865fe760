/** What a shell holds at one point of a script: variables, arguments, folder, functions. Must not walk anything. */
import type { Function as ShellFunction } from "unbash";
import type { Source } from "./source.ts";
import { ANY, bounded, HOLE, isKnown, OPEN } from "./text.ts";

/** A variable: a text, a list (bash's arrays), or known to be unset. */
export interface Variable {
  readonly value: string | readonly string[] | undefined;
  readonly exported: boolean;
}

/** A function, and the source it stands in. */
export interface Defined {
  readonly node: ShellFunction;
  readonly source: Source;
}

/** How a list of commands was left. */
export type Flow = "next" | "break" | "continue" | "return" | "exit";

/** Longer values of variables are not followed. */
const MOST_VALUE = 4_096;

/** Variables that the shell sets as it runs. */
const CHANGING = new Set(
  "RANDOM SECONDS LINENO PPID UID EUID GROUPS HOSTNAME BASH_VERSION BASHPID SHLVL _ EPOCHSECONDS OPTARG REPLY SHELL BASH BASH_ARGV0 BASHOPTS SHELLOPTS DIRSTACK OPTERR PS1 PS2 USER LOGNAME TERM MACHTYPE OSTYPE HOSTTYPE BASH_REMATCH PIPESTATUS FUNCNAME BASH_LINENO BASH_COMMAND BASH_SUBSHELL BASH_VERSINFO BASH_EXECUTION_STRING BASH_ARGV BASH_ARGC COPROC EPOCHREALTIME SRANDOM".split(
    " ",
  ),
);

/** One state; commands change it in place, what forks it clones it first. */
export class State {
  #size = 0;
  variables = new Map<string, Variable>();
  /** `$1` and on; may hold ANY. */
  args: readonly string[] = [];
  /** `$0`. */
  zero = "sh";
  /** Absolute, or not known. */
  cwd = "/";
  functions = new Map<string, Defined | undefined>();
  aliases = new Map<string, string>();
  /** Actions of traps: that of `EXIT`, and every one that a signal may have started. */
  traps = new Map<string, string>();
  /** Whether the last command succeeded. */
  status: boolean | undefined = true;
  /** The same for the one before that which runs: `$?`. */
  last: boolean | undefined = true;
  /** What `set` and `shopt` turned on, by long names. */
  options = new Set<string>();
  /** Variables to be exported once they are set. */
  exports = new Set<string>();
  /** Variables that do not take every value as it is given: read-only, numbers, capitals. */
  held = new Set<string>();
  /** What variables were before functions, or single commands, got their own: one map for each that still runs. */
  frames: Map<string, Variable | undefined>[] = [];
  /** Whether this point is surely reached, as far as commands that usually succeed do. */
  sure = true;
  flow: Flow = "next";
  /** How many loops `break` and `continue` still leave. */
  levels = 0;
  /** Whether this is a process of its own beside the script's: a subshell, a part of a pipe. */
  isForked = false;
  /** Whether another program took the shell's place. */
  replaced = false;
  /** Whether a source that could not be read may have set anything. */
  tainted = false;
  /** What was printed, where that is wanted. */
  output: string | undefined;
  /** What can be read, where that is known. */
  stdin: string | undefined;

  /** Work that comparing it costs, in characters: grows with all that was ever set. */
  get weight(): number {
    return (
      this.#size +
      16 * this.variables.size +
      16 * this.frames.reduce((sum, { size }) => sum + size, 0) +
      (this.output?.length ?? 0) +
      (this.stdin?.length ?? 0)
    );
  }

  /** A copy for a process of its own. */
  fork(): State {
    const child = this.clone();
    child.traps = new Map();
    child.isForked = true;
    return child;
  }

  /** A copy that changes on its own. */
  clone(): State {
    const copy = Object.assign(new State(), this);
    copy.#size = this.#size;
    copy.variables = new Map(this.variables);
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.traps = new Map(this.traps);
    copy.options = new Set(this.options);
    copy.exports = new Set(this.exports);
    copy.held = new Set(this.held);
    copy.frames = this.frames.map((frame) => new Map(frame));
    return copy;
  }

  /** A variable's text; lists give their first. `undefined` where it is known to be unset. */
  get(name: string): string | undefined {
    const variable = this.variables.get(name);
    if (variable !== undefined) {
      const { value } = variable;
      return typeof value === "object" ? value[0] : value;
    }
    if (name === "PWD") return this.cwd;
    if (name === "IFS") return " \t\n";
    if (name === "OPTIND") return "1";
    // Runtimes set it from /etc/passwd, and images run as root unless told otherwise.
    if (name === "HOME") return this.tainted ? HOLE : "/root";
    return this.tainted || CHANGING.has(name) ? HOLE : OPEN;
  }

  /** A variable as a list. */
  list(name: string): readonly string[] {
    const value = this.variables.get(name)?.value;
    if (typeof value === "object") return value;
    const text = this.get(name);
    return text === undefined ? [] : [text === HOLE ? ANY : text];
  }

  set(name: string, value: Variable["value"], exported?: boolean): void {
    const before = this.variables.get(name);
    const size = typeof value === "object" ? value.reduce((sum, { length }) => sum + length + 1, 0) : 0;
    const given = typeof value === "string" ? bounded(value, MOST_VALUE) : size > MOST_VALUE ? [ANY] : value;
    const kept = this.held.has(name) && given !== before?.value ? HOLE : given;
    const isExported = this.options.has("allexport") || this.exports.has(name);
    this.#size += name.length + (typeof kept === "string" ? kept.length : size);
    this.variables.set(name, {
      value: kept,
      exported: exported ?? (isExported || (before?.exported ?? false)),
    });
  }

  export(name: string): void {
    const before = this.variables.get(name);
    if (before !== undefined) this.variables.set(name, { ...before, exported: true });
    this.exports.add(name);
  }

  /** Turns an option on or off. */
  option(name: string, isOn: boolean): void {
    if (isOn) this.options.add(name);
    else this.options.delete(name);
  }

  /** A function begins, or a command with variables of its own. */
  enter(): void {
    this.frames.push(new Map());
  }

  /** What a variable is from here on ends with the function or command. */
  own(name: string): void {
    const frame = this.frames.at(-1);
    if (frame !== undefined && !frame.has(name)) frame.set(name, this.variables.get(name));
  }

  /** A function or command ends. */
  leave(): void {
    for (const [name, before] of this.frames.pop() ?? [])
      if (before === undefined) this.variables.delete(name);
      else this.variables.set(name, before);
  }

  print(text: string): void {
    if (this.output !== undefined) this.output = bounded(this.output + text);
  }

  /** A variable whose name is not known, but for how it begins, was set or unset. PATH is none that scripts make up. */
  blur(start: string): void {
    for (const [name, { value, exported }] of this.variables)
      if (name.startsWith(start) && name !== "PATH")
        this.variables.set(name, { value: typeof value === "object" ? [ANY] : HOLE, exported });
    if (start === "") this.tainted = true;
  }

  /** After something that may have set anything. */
  taint(): void {
    this.tainted = true;
    for (const [name, { exported }] of this.variables) this.variables.set(name, { value: HOLE, exported });
    this.functions = new Map([...this.functions.keys()].map((name) => [name, undefined]));
  }

  /** What another program gets. */
  environment(): Map<string, string> {
    const environment = new Map<string, string>();
    for (const [name, { value, exported }] of this.variables)
      if (exported && typeof value === "string") environment.set(name, value);
    return environment;
  }

  /** Whether another goes on as this one does, whatever the last status was. */
  isLike(other: State): boolean {
    return (
      this.flow === other.flow &&
      this.cwd === other.cwd &&
      this.zero === other.zero &&
      this.replaced === other.replaced &&
      this.isForked === other.isForked &&
      this.levels === other.levels &&
      this.tainted === other.tainted &&
      this.output === other.output &&
      this.stdin === other.stdin &&
      areLike(this.args, other.args) &&
      haveLike(this.variables, other.variables, isSame) &&
      haveLike(this.functions, other.functions, (a, b) => a?.node === b?.node) &&
      haveLike(this.aliases, other.aliases) &&
      haveLike(this.traps, other.traps) &&
      areLike([...this.options], [...other.options]) &&
      areLike([...this.exports], [...other.exports]) &&
      areLike([...this.held], [...other.held]) &&
      this.frames.length === other.frames.length &&
      this.frames.every((frame, at) => haveLike(frame, other.frames[at] ?? new Map(), isSame))
    );
  }

  /** Equal for states that go on alike, whatever the last status was. */
  key(): string {
    return JSON.stringify([
      [...this.variables],
      this.args,
      this.zero,
      this.cwd,
      [...this.functions].map(([name, one]) => [name, one?.node.pos, one?.source.name]),
      [...this.aliases],
      [...this.traps],
      this.flow,
      this.replaced,
      this.isForked,
      this.levels,
      this.tainted,
      this.output,
      this.stdin,
      [...this.options],
      [...this.exports],
      [...this.held],
      this.frames.map((frame) => [...frame]),
    ]);
  }
}

/** States that go on alike as one. */
export function distinct(states: readonly State[]): readonly State[] {
  if (states.length < 2) return states;
  const found: State[] = [];
  for (const state of states) {
    const before = found.find((one) => one.isLike(state));
    if (before === undefined) found.push(state);
    else {
      before.sure ||= state.sure;
      if (before.status !== state.status) before.status = undefined;
    }
  }
  return found;
}

function areLike(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((one, at) => one === b[at]));
}

function haveLike<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  alike: (one: T, other: T) => boolean = (one, other) => one === other,
): boolean {
  if (a.size !== b.size) return false;
  for (const [name, one] of a) {
    const other = b.get(name);
    if (other !== one && (!b.has(name) || !alike(one, other as T))) return false;
  }
  return true;
}

/** Copies of a state share what neither changed. */
function isSame(a: Variable | undefined, b: Variable | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.exported !== b.exported) return false;
  if (typeof a.value !== "object" || typeof b.value !== "object") return a.value === b.value;
  return areLike(a.value, b.value);
}

/** One state for several: what differs is not known. */
export function joined(states: readonly State[]): State {
  const [first, ...others] = states as [State, ...State[]];
  const joint = first.clone();
  const names = new Set(states.flatMap(({ variables }) => [...variables.keys()]));
  const alike = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);
  for (const name of names) {
    const one = first.variables.get(name);
    if (others.some((other) => !alike(other.variables.get(name)?.value, one?.value))) {
      const exported = states.some((state) => state.variables.get(name)?.exported);
      const list = states.some((state) => typeof state.variables.get(name)?.value === "object");
      joint.variables.set(name, { value: list ? [ANY] : HOLE, exported });
    }
  }
  for (const name of new Set(states.flatMap(({ functions }) => [...functions.keys()])))
    if (others.some((other) => other.functions.get(name)?.node !== first.functions.get(name)?.node))
      joint.functions.set(name, undefined);
  if (others.some(({ args }) => !alike(args, first.args))) joint.args = [ANY];
  if (others.some(({ cwd }) => cwd !== first.cwd)) joint.cwd = HOLE;
  if (others.some(({ output }) => output !== first.output))
    joint.output = first.output === undefined ? undefined : HOLE;
  if (others.some(({ stdin }) => stdin !== first.stdin)) joint.stdin = undefined;
  for (const other of others) {
    for (const [name, text] of other.traps)
      joint.traps.set(joint.traps.get(name) === text ? name : `${name} ${joint.traps.size}`, text);
    for (const [name, text] of other.aliases) joint.aliases.set(name, text);
  }
  if (others.some(({ frames }) => !alikeFrames(frames, first.frames)))
    joint.frames = first.frames.map(
      (_, at) =>
        new Map(
          states.flatMap(({ frames }) =>
            [...(frames[at]?.keys() ?? [])].map((name) => [name, { value: HOLE, exported: true }]),
          ),
        ),
    );
  joint.options = new Set(states.flatMap(({ options }) => [...options]));
  joint.exports = new Set(states.flatMap(({ exports }) => [...exports]));
  joint.held = new Set(states.flatMap(({ held }) => [...held]));
  joint.last = others.every(({ last }) => last === first.last) ? first.last : undefined;
  joint.tainted = states.some(({ tainted }) => tainted);
  joint.sure = states.every(({ sure }) => sure);
  joint.status = others.every(({ status }) => status === first.status) ? first.status : undefined;
  return joint;
}

function alikeFrames(a: State["frames"], b: State["frames"]): boolean {
  return a === b || JSON.stringify(a.map((one) => [...one])) === JSON.stringify(b.map((one) => [...one]));
}

/**
 * Too many states as few: what tells the most of them apart and matters least is not known any more, variable by
 * variable; arguments, folder and PATH come last.
 */
export function fewer(states: readonly State[], most: number): readonly State[] {
  let left = states;
  const names = new Set(left.flatMap(({ variables }) => [...variables.keys()]));
  names.delete("PATH");
  const value = (state: State, name: string) => JSON.stringify(state.variables.get(name)?.value ?? null);
  const open = [...names]
    .map((name) => ({ name, values: new Set(left.map((state) => value(state, name))).size }))
    .filter(({ values }) => values > 1)
    .toSorted((a, b) => b.values - a.values);
  for (const { name } of open) {
    if (left.length <= most) return left;
    const list = left.some((state) => typeof state.variables.get(name)?.value === "object");
    for (const state of left)
      state.variables.set(name, {
        value: list ? [ANY] : HOLE,
        exported: state.variables.get(name)?.exported ?? false,
      });
    left = distinct(left);
  }
  if (left.length <= most) return left;
  const groups = new Map<string, State[]>();
  for (const state of left) {
    const key = JSON.stringify([state.args, state.cwd, state.variables.get("PATH")?.value]);
    groups.set(key, [...(groups.get(key) ?? []), state]);
  }
  return groups.size > most ? [joined(left)] : [...groups.values()].map((group) => joined(group));
}

/** Whether none of the arguments may stand for several. */
export function areCounted(args: readonly string[]): boolean {
  return args.every((one) => !one.includes(ANY));
}

/** An absolute path for one that may be relative to a folder; not known where the folder is not. */
export function absolute(cwd: string, path: string): string {
  if (path.startsWith("/") || !isKnown(cwd)) return path.startsWith("/") ? path : HOLE;
  return `${cwd}/${path}`.replace(/\/(?:\.?\/)+/g, "/").replace(/^\/\//, "/");
}
