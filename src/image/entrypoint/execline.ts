/** Follows execline's commands, of a script or as words, to the programs they start. Must not run anything. */
import { type Command, COMMANDS } from "./execline-commands.ts";
import { type Following, NOTHING, type Situation } from "./following.ts";
import { baseName } from "./identity.ts";
import type { Ran } from "./shell/host.ts";
import { absolute } from "./shell/state.ts";
import { bounded, HOLE, isKnown } from "./shell/text.ts";
import { blockWords } from "./wrappers.ts";

/** A word, or a block. */
type Part = string | readonly Part[];

/** Blocks in blocks are followed so deep. */
const MOST_NESTED = 24;

/** They end a chain and start nothing. */
const QUIET = /^(?:eltest|exit|dollarat|homeof|true|false)$/;

/** An execline script: each program of execline's gets its words and blocks, and starts what follows. */
export function followExecline(
  walk: Following,
  text: string,
  path: string,
  args: readonly string[],
  how: Situation,
): Ran {
  const values = new Map(args.map((arg, at) => [String(at + 1), arg]));
  const chain = new Chain(walk, args, values);
  // A script has its blocks in braces: a quoted word that begins with a blank is a word.
  chain.follow(partsOf(blockWords(text), MOST_NESTED), { ...how, at: path, depth: how.depth + 1 });
  return chain.followed
    ? NOTHING
    : walk.unknown(`the script ${path} starts nothing that could be followed`, how);
}

/** A program of execline's that is called by its words; nothing where this is none. */
export function followExeclineWords(
  walk: Following,
  name: string,
  named: string,
  args: readonly string[],
  how: Situation,
): Ran | undefined {
  // Elsewhere one's own programs may have such names.
  if (!COMMANDS.has(name) || !/^\/(?:(?:usr\/)?s?bin|command|package)\//.test(named)) return undefined;
  const chain = new Chain(walk, [], undefined);
  chain.follow(partsOf([name, ...args]), { ...how, depth: how.depth + 1 });
  return chain.followed ? NOTHING : undefined;
}

/** One script, or one call. */
class Chain {
  readonly #walk: Following;
  readonly #args: readonly string[];
  /** What `$NAME` is in the words of a script; nothing where words are no script's, and stand for themselves. */
  readonly #values: Map<string, string> | undefined;
  followed = false;

  constructor(walk: Following, args: readonly string[], values: Map<string, string> | undefined) {
    this.#walk = walk;
    this.#args = args;
    this.#values = values;
  }

  follow(parts: readonly Part[], how: Situation, nested = 0): void {
    if (nested > MOST_NESTED) {
      this.followed = true;
      this.#walk.unknown(`${how.at ?? "a command of execline's"} has too many blocks in blocks`, how);
      return;
    }
    let [at, now] = [0, how];
    for (;;) {
      const head = parts[at];
      if (head === undefined || !this.#walk.step(1, how)) return;
      const command = typeof head === "string" ? COMMANDS.get(baseName(head)) : undefined;
      if (command === undefined) break;
      const name = baseName(head as string);
      const { options, end } = optionsAt(parts, at + 1, command);
      at = end + command.words;
      const own = parts.slice(end, at).flatMap((part) => this.#words(part));
      for (let block = parts[at]; block === "" || Array.isArray(block); block = parts[++at])
        this.#block(command, block === "" ? [] : (block as readonly Part[]), now, nested);
      if (name === "multisubstitute") this.#substitute(parts[at - 1], now);
      if (name === "s6-notifyoncheck") this.#check(options, now, nested);
      now = this.#changed(name, options, own, now);
    }
    this.followed = true;
    if (typeof parts[at] === "string" && QUIET.test(parts[at] as string)) return;
    this.#walk.run(
      parts.slice(at).flatMap((part) => this.#words(part)),
      now,
    );
  }

  /** The values of a block of substitutions: `multisubstitute { define A x importas B C }`. */
  #substitute(block: Part | undefined, how: Situation): void {
    if (!Array.isArray(block)) return;
    const parts = block as readonly Part[];
    for (let at = 0; ; ) {
      const head = parts[at];
      const command = typeof head === "string" ? COMMANDS.get(head) : undefined;
      if (command === undefined || !this.#walk.step(1, how)) return;
      const { options, end } = optionsAt(parts, at + 1, command);
      at = end + command.words;
      const own = parts.slice(end, at).flatMap((part) => this.#words(part));
      this.#changed(head as string, options, own, how);
    }
  }

  /** What tells that a service is ready: a text of execline's, else the folder's own (s6-notifyoncheck's page). */
  #check(options: readonly string[], how: Situation, nested: number): void {
    const at = options.findIndex((option) => option.endsWith("c"));
    const text = at === -1 ? "./data/check" : (options[at + 1] ?? "");
    this.follow(partsOf(blockWords(text)), { ...how, sure: false, isMain: false }, nested + 1);
  }

  #block({ blocks }: Command, block: readonly Part[], how: Situation, nested: number): void {
    if (blocks === "words") return;
    const inside: Situation = {
      ...how,
      environment: new Map(how.environment),
      sure: how.sure && blocks === "run",
      isMain: how.isMain && blocks === "become",
    };
    if (blocks !== "nested") this.follow(block, inside, nested + 1);
    else for (const one of block) if (Array.isArray(one)) this.follow(one, inside, nested + 1);
  }

  /** What such a command changes for those behind it. */
  #changed(name: string, options: readonly string[], own: readonly string[], how: Situation): Situation {
    const [first = "", second = ""] = own;
    const isPlain = options.every((option) => !/^-\w*[sSnd]/.test(option));
    const environment = new Map(how.environment);
    const set = (value: string) => void this.#values?.set(first, isPlain ? value : HOLE);
    if (/^(?:execline-|posix-)?cd$/.test(name)) return { ...how, cwd: absolute(how.cwd, first) };
    if (name === "export" && isKnown(first)) environment.set(first, second);
    else if (name === "unexport") environment.delete(first);
    else if (name === "emptyenv" && !options.includes("-c")) {
      const path = options.includes("-p") ? environment.get("PATH") : undefined;
      environment.clear();
      if (path !== undefined) environment.set("PATH", path);
    } else if (/^(?:s6-envdir|envfile)$/.test(name)) environment.set("PATH", HOLE);
    else if (name === "define") set(second);
    else if (name === "importas") {
      const at = options.findIndex((option) => option.endsWith("D"));
      set(environment.get(second) ?? (at === -1 || how.open ? HOLE : (options[at + 1] ?? HOLE)));
    } else if (first !== "") this.#values?.delete(first);
    return { ...how, environment };
  }

  /** A word as a program gets it, with values in place of names; a block as execlineb hands it over. */
  #words(part: Part): readonly string[] {
    if (typeof part !== "string")
      return [...part.flatMap((one) => this.#words(one).map((word) => ` ${word}`)), ""];
    if (this.#values === undefined) return [part];
    if (part === "$@") return this.#args;
    const values = this.#values;
    return [
      bounded(
        part.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => values.get(braced ?? bare) ?? HOLE),
      ),
    ];
  }
}

/** The options that a command has from there on, and where its words begin. */
function optionsAt(
  parts: readonly Part[],
  from: number,
  { valued }: Command,
): { readonly options: readonly string[]; readonly end: number } {
  const options: string[] = [];
  for (let at = from; ; at++) {
    const option = parts[at];
    if (typeof option !== "string" || !/^-./.test(option)) return { options, end: at };
    options.push(option);
    if (option === "--") return { options, end: at + 1 };
    if (valued.includes(option.slice(-1))) options.push(String(parts[++at]));
  }
}

/** Words with blocks: in braces, or as the kernel hands them over, each word behind a space and an empty one at the end. */
function partsOf(words: readonly string[], nested = 0): readonly Part[] {
  const open: Part[][] = [[]];
  const last = words.lastIndexOf("");
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "{" && open.length <= MOST_NESTED + 1) open.push([]);
    else if (word === "}" && open.length > 1) {
      const block = open.pop() as Part[];
      open.at(-1)?.push(block);
    } else if (word.startsWith(" ") && nested < MOST_NESTED && at < last) {
      const end = words.indexOf("", at);
      const inside = words.slice(at, end).map((one) => one.replace(/^ /, ""));
      open.at(-1)?.push(partsOf(inside, nested + 1));
      at += inside.length;
    } else open.at(-1)?.push(word);
  }
  // A block that is not closed is taken for closed at the end.
  while (open.length > 1) {
    const block = open.pop() as Part[];
    open.at(-1)?.push(block);
  }
  return open[0] as Part[];
}
