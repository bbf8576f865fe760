/** What a shell's own commands do (POSIX.1-2017, sections 2.14 and 4; bash, "Shell Builtin Commands"). Must not decide what a program is. */
import { testWords } from "./conditions.ts";
import type { Host, Walker } from "./host.ts";
import { sourceOf } from "./source.ts";
import { absolute, areCounted, type State } from "./state.ts";
import { ANY, CHOSEN, HOLE, isKnown, OPEN, withoutOpen } from "./text.ts";

/** A call of a builtin. */
interface Call {
  readonly shell: Walker;
  readonly state: State;
  readonly args: readonly string[];
  readonly at: string;
  readonly name: string;
}

type Builtin = (call: Call) => readonly State[];

/** Builtins of bash alone. */
const ONLY_BASH = new Set(
  "declare typeset shopt mapfile readarray pushd popd dirs enable caller compgen complete disown bind history suspend".split(
    " ",
  ),
);

/** Whether a shell runs this itself. */
export function isBuiltin(name: string, shell: string): boolean {
  return Object.hasOwn(BUILTINS, name) && !(ONLY_BASH.has(name) && (shell === "dash" || shell === "ash"));
}

function ends(state: State, status: boolean | undefined): readonly State[] {
  state.status = status;
  return [state];
}

const succeeds: Builtin = ({ state }) => ends(state, true);
const open: Builtin = ({ state }) => ends(state, undefined);

function test({ state, args, shell, name }: Call): readonly State[] {
  const words = name === "[" ? args.slice(0, args.at(-1) === "]" ? -1 : undefined) : args;
  if (words.some((word) => word.includes(ANY))) return ends(state, undefined);
  state.status = testWords(words, state.cwd, shell.host);
  return [state];
}

function exit({ state, args }: Call): readonly State[] {
  state.flow = "exit";
  return ends(
    state,
    args[0] === undefined ? state.last : isKnown(args[0]) ? /^0+$/.test(args[0]) : undefined,
  );
}

function leave({ state, args, name }: Call): readonly State[] {
  state.flow = name === "return" ? "return" : name === "break" ? "break" : "continue";
  state.levels = Math.max(1, Number(args[0]) || 1);
  if (name !== "return") return ends(state, true);
  return ends(
    state,
    args[0] === undefined ? state.last : isKnown(args[0]) ? /^0+$/.test(args[0]) : undefined,
  );
}

function cd({ state, args, shell }: Call): readonly State[] {
  const [path = state.get("HOME") ?? HOLE] = args.filter((arg) => !/^-[LPe@-]/.test(arg));
  const before = state.cwd;
  if (path === "-") state.cwd = state.get("OLDPWD") ?? HOLE;
  else state.cwd = isKnown(path) ? logical(absolute(state.cwd, path)) : HOLE;
  if (state.variables.has("CDPATH") && !/^\.{0,2}\//.test(path)) state.cwd = HOLE;
  state.variables.set("OLDPWD", { value: before, exported: true });
  state.variables.delete("PWD");
  const isThere = isKnown(state.cwd) ? shell.host.kindOf(state.cwd) : "other";
  if (isThere === "folder") return ends(state, true);
  // Folders that are made when the container runs are there most likely; of others a script may go on without.
  if (!isKnown(state.cwd) || /^\/(?:dev|proc|sys|run|tmp)(?:\/|$)/.test(state.cwd))
    return ends(state, undefined);
  const stayed = state.clone();
  stayed.cwd = before;
  stayed.status = false;
  if (isThere !== "other") return [stayed];
  stayed.sure = false;
  return [...ends(state, true), stayed];
}

/** A path without `.` and `..`, as `cd` takes them away before links are followed. */
function logical(path: string): string {
  if (!isKnown(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/;

function declare({ state, args, name, shell }: Call): readonly State[] {
  let exports: boolean | undefined = name === "export" ? true : undefined;
  let functions = false;
  let isLocal = /^(?:local|declare|typeset)$/.test(name);
  let holds = name === "readonly";
  let changes = false;
  for (const arg of args) {
    if (/^[-+]\w/.test(arg)) {
      if (arg.startsWith("-") && arg.includes("x")) exports = true;
      if (name === "export" && arg.includes("n")) exports = false;
      if (arg.includes("f")) functions = true;
      if (arg.includes("g")) isLocal = false;
      if (/^-.*r/.test(arg)) holds = true;
      if (/^-.*[iluc]/.test(arg)) changes = true;
      // A name that stands for another variable.
      if (arg.startsWith("-") && arg.includes("n") && name !== "export") state.taint();
      continue;
    }
    if (functions) {
      // bash hands functions on in variables of such names.
      if (exports && isKnown(arg)) state.set(`BASH_FUNC_${arg}%%`, HOLE, true);
      continue;
    }
    const [, variable, appends, value = ""] = ASSIGNMENT.exec(arg) ?? [];
    const declared = variable ?? /^[A-Za-z_]\w*/.exec(arg)?.[0];
    if (declared !== undefined && isLocal) state.own(declared);
    if (declared !== undefined && changes) state.held.add(declared);
    if (variable !== undefined)
      state.set(variable, appends === "+" ? (state.get(variable) ?? "") + value : value, exports);
    else if (declared !== undefined && /^\w+\[/.test(arg)) state.set(declared, [ANY]);
    else if (/^[A-Za-z_]\w*$/.test(arg)) {
      if (exports) state.export(arg);
      // In bash a new one hides the old at once, others let its value shine through.
      else if (isLocal && state.frames.length > 0 && (shell.name === "bash" || !state.variables.has(arg)))
        state.variables.set(arg, { value: undefined, exported: state.variables.get(arg)?.exported ?? false });
    } else if (!isKnown(arg)) {
      // `export "$NAME=…"`: which variable it sets is not known, but names that scripts make up are not PATH.
      if (withoutOpen(arg) !== "") state.blur(/^\w*/.exec(arg)?.[0] ?? "");
    }
    if (declared !== undefined && holds) state.held.add(declared);
  }
  // Whatever a substitution in its words came to.
  return ends(state, functions || args.some((arg) => /^-.*[pF]/.test(arg)) ? undefined : true);
}

function set({ state, args, shell }: Call): readonly State[] {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--") {
      state.args = args.slice(at + 1);
      return ends(state, true);
    }
    if (!/^[-+]./.test(arg)) {
      state.args = arg === "-" ? args.slice(at + 1) : args.slice(at);
      return ends(state, true);
    }
    const isOn = arg.startsWith("-");
    for (const letter of arg.slice(1))
      if (Object.hasOwn(OPTIONS, letter)) state.option(OPTIONS[letter] as string, isOn);
    if (/^[-+][a-zA-Z]*o$/.test(arg)) state.option(args[++at] ?? "", isOn);
    const prompt = state.variables.get("PS4")?.value;
    if (/^-[a-zA-Z]*x/.test(arg) && typeof prompt === "string" && /[`\uE000]|\$\(/.test(prompt))
      shell.host.unknown(
        `the script ${shell.source.name} traces its commands with a PS4 that runs something`,
      );
  }
  return ends(state, true);
}

/** Long names of the options that count here. */
const OPTIONS: Readonly<Record<string, string>> = { a: "allexport", e: "errexit", f: "noglob" };

/** bash's other options; some of them change what words and conditions mean. */
function shopt({ state, args }: Call): readonly State[] {
  const sets = args.find((arg) => /^-[a-z]*[su]/.test(arg));
  if (sets === undefined) return ends(state, undefined);
  for (const arg of args.filter((one) => !one.startsWith("-"))) state.option(arg, sets.includes("s"));
  return ends(state, true);
}

function unset({ state, args }: Call): readonly State[] {
  let functions = false;
  for (const arg of args) {
    if (arg === "-f") functions = true;
    else if (arg.startsWith("-")) functions = false;
    else if (!isKnown(arg)) state.blur(/^\w*/.exec(arg)?.[0] ?? "");
    else if (functions) state.functions.delete(arg);
    else if (arg.includes("[")) {
      const name = arg.replace(/\[.*$/, "");
      if (typeof state.variables.get(name)?.value === "object") state.set(name, [ANY]);
    } else if (state.variables.has(arg) || !state.functions.delete(arg))
      state.variables.set(arg, { value: undefined, exported: false });
  }
  return ends(state, true);
}

function evaluate({ state, args, shell }: Call): readonly State[] {
  const words = args[0] === "--" ? args.slice(1) : args;
  if (words.some((word) => word.includes(ANY) || word.includes(HOLE))) {
    shell.host.unknown(`what \`eval\` in ${shell.source.name} runs is only known when it runs`);
    state.taint();
    return ends(state, undefined);
  }
  return shell.evaluate(words.join(" "), state, "eval");
}

function source({ state, args, shell }: Call): readonly State[] {
  const [path, ...rest] = args[0] === "--" ? args.slice(1) : args;
  if (path === undefined || path === OPEN) return ends(state, false);
  if (path.includes(CHOSEN)) return ends(state, undefined);
  const found =
    path.includes("/") || !isKnown(path) ? absolute(state.cwd, path) : sourced(path, state, shell);
  const input = found === "/dev/stdin" || found === "/proc/self/fd/0" ? state.stdin : undefined;
  const read = input !== undefined && isKnown(input) ? { text: input } : readable(found, shell);
  if (read === "missing") {
    shell.host.absent(`the script ${shell.source.name} reads ${path}, which could not be read`);
    // A volume may bring it: it then sets what it likes. Behind a condition it is most likely not there.
    if (!state.sure) return ends(state, undefined);
    for (const [variable, { exported }] of state.variables)
      if (variable !== "PATH") state.variables.set(variable, { value: HOLE, exported });
    return ends(state, undefined);
  }
  if (read === undefined) {
    const shown = isKnown(path) ? path : "a file";
    shell.host.unknown(
      `the script ${shell.source.name} reads ${shown}${isKnown(path) ? "" : " whose name is only known when it runs"}, which could not be read`,
    );
    state.taint();
    return ends(state, undefined);
  }
  const outer = state.args;
  if (rest.length > 0) state.args = rest;
  const states = shell.text(sourceOf(found as string, read.text, found), state);
  for (const end of states) {
    if (rest.length > 0) end.args = outer;
    if (end.flow === "return") end.flow = "next";
  }
  return states;
}

/** A file that is sourced; what the kernel shows is never surely missing. */
function readable(path: string | undefined, shell: Walker): ReturnType<Host["read"]> {
  if (path === undefined || !isKnown(path)) return undefined;
  const read = shell.host.read(path);
  return read === "missing" && /^\/(?:dev|proc|sys)\//.test(path) ? undefined : read;
}

/** A name without `/` is looked for in PATH first, then, by most shells, here. */
function sourced(name: string, state: State, shell: Walker): string | undefined {
  const path = state.get("PATH");
  for (const folder of isKnown(path ?? "") ? (path ?? "").split(":") : [])
    if (shell.host.kindOf(absolute(state.cwd, `${folder}/${name}`)) !== "other")
      return absolute(state.cwd, `${folder}/${name}`);
  return isKnown(state.cwd) ? absolute(state.cwd, name) : undefined;
}

function exec({ state, args, shell, at }: Call): readonly State[] {
  let from = 0;
  let clears = false;
  for (; /^-[acl]+$/.test(args[from] ?? "") || args[from] === "--"; from++) {
    if (args[from] === "--") {
      from++;
      break;
    }
    if (args[from]?.includes("c")) clears = true;
    if (args[from]?.endsWith("a")) from++;
  }
  const words = withoutLeadingOpen(args.slice(from));
  // `exec "$@"` without arguments does nothing: the shell goes on.
  if (words.length === 0) {
    return ends(state, true);
  }
  if (clears) {
    const bare = state.clone();
    bare.variables = new Map(
      [...state.variables]
        .filter(([name]) => name === "PATH")
        .map(([name, { value }]) => [name, { value, exported: false }]),
    );
    return shell.start(words, [], at, bare, true);
  }
  return shell.start(words, [], at, state, true);
}

function withoutLeadingOpen(words: readonly string[]): readonly string[] {
  return words.length > 1 && words[0] === OPEN ? words.slice(1) : words;
}

function trap({ state, args, shell }: Call): readonly State[] {
  const words = args[0] === "--" ? args.slice(1) : args;
  const [action, ...signals] = words;
  if (action === undefined || /^-[lp]/.test(action)) return ends(state, true);
  const resets = action === "-" || action === "";
  for (const signal of signals) {
    if (/^(?:EXIT|0)$/.test(signal)) {
      if (resets) state.traps.delete("EXIT");
      else state.traps.set("EXIT", action);
    } else if (!resets) {
      // A signal may come at any time from here on, and before another action takes this one's place.
      state.traps.set(`${signal} ${action}`, action);
      const now = state.clone();
      now.traps = new Map();
      now.sure = false;
      shell.evaluate(action, now, "a trap");
    }
  }
  return ends(state, true);
}

function alias({ state, args, name }: Call): readonly State[] {
  for (const arg of args) {
    if (name === "unalias") {
      if (arg === "-a") state.aliases.clear();
      state.aliases.delete(arg);
      continue;
    }
    const [, one, , text = ""] = /^([^=]+)()=([\s\S]*)$/.exec(arg) ?? [];
    if (one !== undefined) state.aliases.set(one, text);
  }
  return ends(state, true);
}

function read({ state, args }: Call): readonly State[] {
  const names: string[] = [];
  let list: string | undefined;
  let end = "\n";
  let isRaw = false;
  // What it reads from elsewhere, or only a part of, is not followed.
  let isOther = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const [, flags = "", valued, joined = ""] = /^-([ers]*)(?:([adinNptu])([\s\S]*))?$/.exec(arg) ?? [];
    if (!/^-./.test(arg) || (flags === "" && valued === undefined)) {
      names.push(arg);
      continue;
    }
    isRaw ||= flags.includes("r");
    if (valued === undefined) continue;
    const value = joined === "" ? (args[++at] ?? "") : joined;
    if (valued === "a") list = value;
    if (valued === "d") end = value.slice(0, 1);
    if (/[nNu]/.test(valued)) isOther = true;
  }
  const separators = state.get("IFS") ?? " \t\n";
  const { stdin } = state;
  const stop = stdin === undefined || end === "" ? -1 : stdin.indexOf(end);
  const line = stdin === undefined ? undefined : stop === -1 ? stdin : stdin.slice(0, stop);
  if (isOther || line === undefined || !isKnown(line + end + separators) || (!isRaw && line.includes("\\"))) {
    if (list !== undefined) state.set(list, [ANY]);
    for (const name of names.length === 0 ? ["REPLY"] : names) state.set(name.replace(/\[.*$/, ""), HOLE);
    // A text with holes may have any number of lines.
    if (stdin !== undefined) state.stdin = HOLE;
    return ends(state, undefined);
  }
  state.stdin = (stdin as string).slice(line.length + (stop === -1 ? 0 : end.length));
  if (list !== undefined) state.set(list, readFields(line, separators, Number.POSITIVE_INFINITY));
  else if (names.length === 0) state.set("REPLY", line);
  else {
    const fields = readFields(line, separators, names.length);
    for (const [index, name] of names.entries())
      if (name.includes("[")) state.set(name.replace(/\[.*$/, ""), [ANY]);
      else state.set(name, fields[index] ?? "");
  }
  return ends(state, stop !== -1);
}

/** A line's fields, the rest of it in the last of `most` (POSIX.1-2017, `read`). */
function readFields(line: string, separators: string, most: number): readonly string[] {
  const isBlank = (char: string | undefined) =>
    char !== undefined && /\s/.test(char) && separators.includes(char);
  const fields: string[] = [];
  let at = 0;
  let to = line.length;
  while (isBlank(line[at])) at++;
  while (to > at && isBlank(line[to - 1])) to--;
  while (at < to && fields.length < most) {
    let stop = at;
    while (stop < to && !separators.includes(line[stop] as string)) stop++;
    if (fields.length === most - 1 && stop < to - 1) {
      fields.push(line.slice(at, to));
      break;
    }
    fields.push(line.slice(at, stop));
    at = stop;
    while (at < to && isBlank(line[at])) at++;
    if (at < to && separators.includes(line[at] as string)) {
      at++;
      while (at < to && isBlank(line[at])) at++;
    }
  }
  return fields;
}

/** The next option of the arguments; where it stands is OPTIND and, inside a word, a variable of our own. */
function getopts({ state, args }: Call): readonly State[] {
  const [options = "", name = "REPLY", ...given] = args;
  const words = given.length > 0 ? given : state.args;
  const index = Number(state.variables.get("OPTIND")?.value ?? 1);
  if (
    !isKnown(options) ||
    !Number.isInteger(index) ||
    words.slice(0, index + 1).some((word) => !isKnown(word))
  ) {
    for (const one of [name, "OPTARG", "OPTIND"]) state.set(one, HOLE);
    return ends(state, undefined);
  }
  const inside = Number(state.variables.get(INSIDE)?.value ?? 1);
  const word = words[index - 1] ?? "";
  const option = word[inside];
  if (!/^-./.test(word) || option === undefined || word === "--") {
    if (word === "--") state.set("OPTIND", String(index + 1));
    state.set(name, "?");
    return ends(state, false);
  }
  const at = options.indexOf(option);
  const takes = at !== -1 && options[at + 1] === ":";
  const rest = word.slice(inside + 1);
  const next = takes && rest === "" ? 2 : takes || rest === "" ? 1 : 0;
  state.set(name, at === -1 ? "?" : option);
  state.set("OPTARG", takes ? (rest === "" ? (words[index] ?? "") : rest) : "");
  state.set("OPTIND", String(index + next));
  state.set(INSIDE, next === 0 ? String(inside + 1) : "1");
  return ends(state, true);
}

/** Where `getopts` stands inside a word such as `-ab`; no name a script can write. */
const INSIDE = "getopts inside";

/** `command`, `builtin`: what follows runs without functions of the name. */
function command({ state, args, shell, at, name }: Call): readonly State[] {
  const options = args.filter(
    (arg, i) => /^-[pvV]+$/.test(arg) && args.slice(0, i).every((one) => one.startsWith("-")),
  );
  const words = args.slice(options.length).filter((arg, i) => !(i === 0 && arg === "--"));
  if (options.some((option) => /[vV]/.test(option)))
    return found({ state, args: words, shell, at, name: "command" });
  if (words.length === 0) return ends(state, true);
  // It searches a PATH of its own.
  if (options.some((option) => option.includes("p")))
    return shell.invoke(words, [["PATH", "/usr/local/bin:/bin:/usr/bin:/sbin:/usr/sbin"]], at, state, true);
  if (name === "builtin" && !isBuiltin(words[0] as string, shell.name)) return ends(state, false);
  return shell.invoke(words, [], at, state, true);
}

/** `command -v`, `type`, `hash`: whether there is such a command. */
function found({ state, args, shell, name }: Call): readonly State[] {
  if (name === "hash" && args.includes("-p")) {
    shell.host.unknown(`the script ${shell.source.name} says itself where a program is (\`hash -p\`)`);
    return ends(state, true);
  }
  let status: boolean | undefined = true;
  for (const arg of args.filter((one) => !one.startsWith("-"))) {
    if (!isKnown(arg)) {
      state.print(HOLE);
      status = undefined;
    } else if (state.functions.has(arg) || isBuiltin(arg, shell.name) || state.aliases.has(arg)) {
      state.print(name === "command" ? `${arg}\n` : HOLE);
    } else {
      const path = shell.host.which(arg, state.get("PATH"), state.cwd);
      if (path === false) status = false;
      else if (path === undefined) {
        status &&= undefined;
        state.print(HOLE);
      } else state.print(name === "command" ? `${path}\n` : HOLE);
    }
  }
  return ends(state, args.length === 0 ? false : status);
}

function echo({ state, args }: Call): readonly State[] {
  const options = /^-[neE]+$/.test(args[0] ?? "") ? (args[0] as string) : "";
  const words = options === "" ? args : args.slice(1);
  const text = words.join(" ").replaceAll(ANY, HOLE);
  state.print(text.includes("\\") ? HOLE : text + (options.includes("n") ? "" : "\n"));
  return ends(state, true);
}

function printf({ state, args }: Call): readonly State[] {
  const variable = args[0] === "-v" ? args[1] : undefined;
  const [format = "", ...values] = (variable === undefined ? args : args.slice(2)).filter(
    (arg, i) => !(i === 0 && arg === "--"),
  );
  const text = formatted(format, values);
  if (variable === undefined) state.print(text);
  else if (isKnown(variable))
    if (variable.includes("[")) state.set(variable.replace(/\[.*$/, ""), [ANY]);
    else state.set(variable, text);
  else state.taint();
  return ends(state, true);
}

function formatted(format: string, values: readonly string[]): string {
  if (!isKnown(format) || values.some((value) => value.includes(ANY))) return HOLE;
  if (/%(?![s%])|\\(?![n"'\\])/.test(format)) return HOLE;
  let rest = [...values];
  let text = "";
  do {
    text += format
      .replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char))
      .replace(/%[s%]/g, (one) => (one === "%%" ? "%" : (rest.shift() ?? "")));
    if (text.length > 16_384) return HOLE;
  } while (rest.length > 0 && /%s/.test(format));
  rest = [];
  return text;
}

function mapfile({ state, args, shell }: Call): readonly State[] {
  if (args.some((arg) => arg.startsWith("-C")))
    shell.host.unknown(`the script ${shell.source.name} has \`mapfile\` call something for its lines`);
  const isPlain = args.every((arg) => !/^-[dnOsu]/.test(arg));
  const name =
    args.findLast((arg, i) => !arg.startsWith("-") && !/^-[dnOsucC]$/.test(args[i - 1] ?? "")) ?? "MAPFILE";
  const { stdin } = state;
  const lines = isPlain && stdin !== undefined && isKnown(stdin) ? stdin.split("\n") : undefined;
  if (lines?.at(-1) === "") lines.pop();
  state.set(name, lines ?? [ANY]);
  return ends(state, true);
}

/** By name. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": succeeds,
  true: succeeds,
  false: ({ state }) => ends(state, false),
  "[": test,
  test,
  exit,
  return: leave,
  break: leave,
  continue: leave,
  cd,
  chdir: cd,
  pushd: cd,
  popd: ({ state }) => {
    state.cwd = HOLE;
    return ends(state, true);
  },
  dirs: open,
  pwd: ({ state }) => {
    state.print(`${state.cwd}\n`);
    return ends(state, true);
  },
  export: declare,
  readonly: declare,
  local: declare,
  declare,
  typeset: declare,
  set,
  unset,
  shift: ({ state, args, shell }) => {
    const [count = "1"] = args;
    state.status =
      areCounted(state.args) && /^\d+$/.test(count) ? Number(count) <= state.args.length : undefined;
    return shell.shifted(state, count);
  },
  eval: evaluate,
  ".": source,
  source,
  exec,
  trap,
  alias,
  unalias: alias,
  read,
  getopts,
  command,
  builtin: command,
  type: found,
  hash: found,
  echo,
  printf,
  mapfile,
  readarray: mapfile,
  let: ({ state, args }) => {
    for (const arg of args) {
      const name = /^([A-Za-z_]\w*)\s*(?:[-+*/%&|^]|<<|>>)?=|^([A-Za-z_]\w*)(?:\+\+|--)/.exec(arg);
      if (name !== null) state.set((name[1] ?? name[2]) as string, HOLE);
      else if (!isKnown(arg)) state.taint();
    }
    return ends(state, undefined);
  },
  enable: ({ state, shell }) => {
    shell.host.unknown(
      `the script ${shell.source.name} changes which commands are the shell's own (\`enable\`)`,
    );
    return ends(state, undefined);
  },
  wait: open,
  kill: open,
  jobs: succeeds,
  bg: open,
  fg: open,
  times: succeeds,
  ulimit: open,
  umask: ({ state }) => {
    state.print(HOLE);
    return ends(state, true);
  },
  shopt,
  caller: open,
  compgen: ({ state }) => {
    state.print(HOLE);
    return ends(state, undefined);
  },
  complete: open,
  disown: open,
  bind: open,
  history: open,
  suspend: open,
};
