/** Follows the entry point to the process that resolves names. Must be pure, bounded, and say unknown rather than guess. */
import { runtimeOf } from "../../knowledge/runtimes.ts";
import { orderMusl, parseMusl } from "../../version/musl.ts";
import type { ChainLink, StartProcess } from "../../model/image-profile.ts";
import type { ScriptFact } from "../../model/layer-facts.ts";
import type { ImageConfig } from "../../model/oci.ts";
import { type Override, startWords } from "./argv.ts";
import { classify, factOf, unknown } from "./classify.ts";
import { type Command, readShell } from "./shell.ts";
import { supervisorOf } from "./supervisors.ts";
import { wrappedCommand } from "./wrappers.ts";
import type { FileView, Looked } from "../file-view.ts";

/** Steps from the entry point to the process, scripts and wrappers counted. */
const MOST_STEPS = 24;
/** Programs of one script that are followed. */
const MOST_BRANCHES = 12;
/** Scripts that read scripts in their place, one in the other. */
const MOST_SOURCED = 4;
/** Programs that are followed in all: scripts that start scripts that start scripts would double at every step. */
const MOST_FOLLOWED = 256;
/** PATH where the image sets none (containerd and Docker, default environment). */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SHELLS = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh"]);

/** The process that starts, and how it comes to its resolver. */
export function startProcess(files: FileView, config: ImageConfig, override: Override): StartProcess {
  const words = startWords(config, override);
  if (words.length === 0) return unknown("the image names nothing to start, and no command was given");
  const follower = new Follower(files, config);
  const process = follower.follow(words, 0);
  // A script comes twice: the kernel names it, and its shell opens it.
  const seen = new Set<string>();
  const chain = process.chain.filter(
    ({ text }) => !(seen.has(text) && follower.scripts.has(text)) && seen.add(text),
  );
  return { ...process, chain };
}

type File = Extract<Looked, { kind: "file" }>;

class Follower {
  /** Paths of scripts that were executed. */
  readonly scripts = new Set<string>();
  readonly #files: FileView;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #path: readonly string[];
  readonly #folder: string;
  /** Scripts being followed, with their arguments: one that comes again leads in a circle. */
  readonly #open = new Set<string>();
  #followed = 0;

  constructor(files: FileView, config: ImageConfig) {
    this.#files = files;
    this.#variables = new Map(
      config.env.map((pair) => [pair.split("=", 1)[0] as string, pair.slice(pair.indexOf("=") + 1)]),
    );
    this.#path = (this.#variables.get("PATH") ?? DEFAULT_PATH).split(":");
    this.#folder = config.workingDir === "" ? "/" : config.workingDir;
  }

  follow(words: readonly string[], step: number): StartProcess {
    const [first = "", ...rest] = words;
    if (step >= MOST_STEPS) return unknown(`the entry point leads through more than ${MOST_STEPS} programs`);
    if (++this.#followed > MOST_FOLLOWED)
      return unknown(`the entry point leads to more than ${MOST_FOLLOWED} programs`);
    const found = this.#find(first);
    if (found.kind === "unknown") return unknown(`the program ${first} is not known: ${found.because}`);
    if (found.kind === "missing") return unknown(`the program ${first} is not in the image`);
    if (found.kind === "folder") return unknown(`the program ${first} is a folder`);
    if (found.kind === "plain")
      return unknown(`${found.path} is neither a program nor a script that can be read`);
    return this.#file(found, found.named, rest, step);
  }

  #file(file: File, named: string, rest: readonly string[], step: number): StartProcess {
    const script = factOf(file, "script");
    const elf = factOf(file, "elf");
    const here = chainOf(named, file);
    const supervisor = supervisorOf(named, file.path);
    if (supervisor !== undefined)
      return led(here, unknown(`what ${supervisor} starts is in its own configuration, which is not read`));
    if (elf === undefined) {
      if (script === undefined)
        return led(here, unknown(`${file.path} is neither a program nor a script that can be read`));
      return led(here, this.#script(script, file, named, rest, step));
    }
    const name = baseName(named);
    const wrapped = wrappedCommand(name, rest);
    if (wrapped !== undefined && wrapped.length > 0) return led(here, this.follow(wrapped, step + 1));
    const applet =
      baseName(file.path).startsWith("busybox") && name.startsWith("busybox") ? rest[0] : undefined;
    if (SHELLS.has(name) || (applet !== undefined && SHELLS.has(applet))) {
      const shellWords = applet === undefined ? rest : rest.slice(1);
      const inside = this.#shell(shellWords, step);
      if (inside !== undefined) return led(here, inside);
    }
    const runtime = runtimeOf(name)?.name ?? runtimeOf(baseName(file.path))?.name;
    const process = classify(this.#files, file, elf);
    return led(here, runtime === undefined ? process : { ...process, runtime });
  }

  /** A script that is executed: its interpreter gets it as a word. */
  #script(
    script: ScriptFact,
    file: File,
    named: string,
    rest: readonly string[],
    step: number,
  ): StartProcess {
    if (script.interpreter === undefined) {
      return script.text === undefined
        ? unknown(`${file.path} names no interpreter`)
        : this.#text(script.text, script.truncated, [file.path, ...rest], named, step);
    }
    this.scripts.add(file.path);
    const words = [script.interpreter, ...(script.argument === undefined ? [] : [script.argument])];
    const link: ChainLink = { text: `#!${words.join(" ")}` };
    // The kernel hands `env -S a b` over as one word; env takes it apart.
    const next = this.follow([...words, file.path, ...rest], step + 1);
    // The interpreter stands in the `#!` already: what it really is comes next.
    const repeats = next.chain.length > 1 && next.chain[0]?.text === script.interpreter;
    return led([link], repeats ? { ...next, chain: next.chain.slice(1) } : next);
  }

  /** What a shell started with these words runs; nothing when it only runs itself. */
  #shell(words: readonly string[], step: number): StartProcess | undefined {
    let at = 0;
    for (; at < words.length && /^[-+]./.test(words[at] as string); at++) {
      const word = words[at] as string;
      if (word === "--") {
        at++;
        break;
      }
      if (/^-[a-z]*c[a-z]*$/.test(word)) {
        const [text, name = "sh", ...args] = words.slice(at + (word.endsWith("o") ? 2 : 1));
        return text === undefined ? undefined : this.#text(text, false, [name, ...args], "sh -c", step);
      }
      if (/^[-+][a-z]*o$/.test(word)) at++;
    }
    const path = words[at];
    if (path === undefined) return undefined;
    const found = this.#locate(path.includes("/") ? path : `./${path}`);
    if (found.kind !== "file") {
      const why =
        found.kind === "unknown"
          ? found.because
          : found.kind === "plain"
            ? "its text was not kept"
            : "it is not in the image";
      return unknown(`the script ${path} could not be read: ${why}`);
    }
    const script = factOf(found, "script");
    if (script?.text === undefined) return unknown(`the script ${found.path} could not be read`);
    return led(
      chainOf(found.path, found),
      this.#text(script.text, script.truncated, [found.path, ...words.slice(at + 1)], found.path, step),
    );
  }

  /**
   * What a shell text runs in the end: what it execs and what asks for names before that, else the programs it
   * starts. Its arguments begin with its name, `$0`.
   */
  #text(
    text: string,
    truncated: boolean,
    args: readonly string[],
    where: string,
    step: number,
  ): StartProcess {
    if (truncated) return unknown(`the script ${where} is too long to be followed`);
    const key = JSON.stringify([text, args]);
    if (this.#open.has(key)) return CIRCLE;
    this.#open.add(key);
    try {
      const commands = this.#withSourced(readShell(text, this.#variables), args);
      const moved = movesAway(text, commands);
      if (moved !== undefined) return unknown(`the script ${where} ${moved}`);
      return this.#commands(commands, args, where, step);
    } finally {
      this.#open.delete(key);
    }
  }

  /** Scripts that are read in place of a command; one that cannot be read stays in its place. */
  #withSourced(commands: readonly Command[], args: readonly string[], depth = 0): readonly Command[] {
    return commands.flatMap((command) => {
      const path = command.does === "source" ? this.#words(command, args)?.[0] : undefined;
      if (path === undefined || depth >= MOST_SOURCED || ++this.#followed > MOST_FOLLOWED) return [command];
      const found = path.includes("/") ? this.#locate(path) : this.#find(path);
      const script = found.kind === "file" ? factOf(found, "script") : undefined;
      if (script?.text === undefined || script.truncated) return [command];
      return this.#withSourced(readShell(script.text, this.#variables), args, depth + 1);
    });
  }

  #commands(
    commands: readonly Command[],
    given: readonly string[],
    where: string,
    step: number,
  ): StartProcess {
    const args = this.#arguments(commands, given);
    const execs = commands.some(({ does }) => does === "exec");
    const chosen = commands.filter((command) =>
      command.does === "run"
        ? this.#isOwnProgram(command, execs ? "asks for names" : "any")
        : command.does === "exec",
    );
    // `exec "$@"` without arguments does nothing: the shell goes on.
    const started = chosen
      .map((command) => this.#words(command, args))
      .filter((words) => words === undefined || words.length > 0);
    if (started.length === 0) {
      const sourced = commands.find(({ does }) => does === "source");
      if (sourced !== undefined)
        return unknown(
          `the script ${where} reads ${String(this.#words(sourced, args)?.[0] ?? "another")}, which could not be read`,
        );
      const last = commands.findLast(({ does }) => does !== "set");
      const lastWords = last && this.#words(last, args);
      return lastWords === undefined || lastWords.length === 0
        ? unknown(`the script ${where} starts nothing that could be followed`)
        : this.follow(lastWords, step + 1);
    }
    const distinct = [...new Map(started.map((words) => [JSON.stringify(words), words])).values()];
    const results = distinct
      .slice(0, MOST_BRANCHES)
      .map((words) =>
        words === undefined
          ? unknown(`what the script ${where} starts depends on a value that is only known when it runs`)
          : this.follow(words, step + 1),
      );
    if (distinct.length > MOST_BRANCHES)
      results.push(unknown(`the script ${where} starts more than ${MOST_BRANCHES} programs`));
    return together(results, where);
  }

  /** A script's arguments; where the first is no program, what `set -- program "$@"` puts before it. */
  #arguments(commands: readonly Command[], given: readonly string[]): readonly string[] {
    const first = given[1];
    if (first !== undefined && this.#find(first).kind !== "missing") return given;
    for (const command of commands) {
      if (command.does !== "set" || typeof command.words[0] !== "string") continue;
      const words = this.#words(command, given);
      if (words !== undefined) return [given[0] as string, ...words];
    }
    return given;
  }

  /** A command's words with the script's arguments put in; nothing when one that matters is not known. */
  #words(command: Command, args: readonly string[]): readonly string[] | undefined {
    const words: string[] = [];
    for (const word of command.words) {
      if (typeof word === "string") words.push(word);
      else if ("allArguments" in word) words.push(...args.slice(1));
      else if ("argument" in word && args[word.argument] !== undefined)
        words.push(args[word.argument] as string);
      // Only what is started decides; its arguments may stay open.
      else if (words.length === 0) return undefined;
      else words.push("unknown" in word ? word.unknown : "");
    }
    return words;
  }

  /** A program other than the small tools that every script uses, or only one that asks for names. */
  #isOwnProgram(command: Command, which: "any" | "asks for names"): boolean {
    const [first] = command.words;
    if (command.does !== "run") return false;
    if (typeof first !== "string") return which === "any";
    const name = baseName(first);
    if (which === "asks for names" && !ASKING_TOOLS.has(name)) return false;
    const found = this.#find(first);
    if (found.kind !== "file") return false;
    if (ASKING_TOOLS.has(name)) return true;
    return !/^(busybox|toybox|coreutils)/.test(baseName(found.path)) && !SMALL_TOOLS.has(name);
  }

  #find(word: string): Looked & { readonly named: string } {
    if (word.includes("/")) {
      const named = word.startsWith("/") ? word : `${this.#folder}/${word}`;
      return {
        ...this.#files.lookup(named),
        named: word.startsWith("/") ? word : named.replace(/\/(\.?\/)+/g, "/"),
      };
    }
    for (const folder of this.#path) {
      // An empty folder of PATH is the working directory (POSIX.1-2017, section 8.3).
      const absolute = folder.startsWith("/") ? folder : `${this.#folder}/${folder}`;
      const named = `${absolute}/${word}`.replace(/\/(\.?\/)+/g, "/");
      const looked = this.#files.lookup(named);
      // A layer that could not be read may hold it in a folder that comes first.
      if (looked.kind === "unknown" || (looked.kind === "file" && looked.executable))
        return { ...looked, named };
    }
    return { kind: "missing", named: word };
  }

  #locate(path: string): Looked {
    return this.#files.lookup(path.startsWith("/") ? path : `${this.#folder}/${path}`);
  }
}

/** Tools of GNU coreutils, findutils and the like, which scripts use and which resolve no names. */
const SMALL_TOOLS = new Set(
  "awk basename cat chgrp chmod chown cp cut date dirname envsubst expr find getent grep head hostname id install ln ls mkdir mktemp mv nproc readlink realpath rm rmdir sed sleep sort stat tail tee touch tr uname uniq wc which whoami xargs".split(
    " ",
  ),
);

/** Tools that scripts wait for others with: they resolve names whatever is started afterwards. */
const ASKING_TOOLS = new Set("curl ftpget nc ncat pg_isready ping telnet wget".split(" "));

/** What a script changes that following it takes for settled: its folder for relative programs, its arguments. */
function movesAway(text: string, commands: readonly Command[]): string | undefined {
  const has = (builtin: string) => new RegExp(`(^|[\\s;&|(])${builtin}([\\s;&|)]|$)`, "m").test(text);
  const words = commands.map(({ words: [first] }) => first);
  const relative = words.some((word) => typeof word === "string" && /^\.\.?\//.test(word));
  if (relative && has("cd")) return "changes its folder before it starts a program by a relative path";
  const all = commands.some(
    (one) =>
      one.does !== "set" && one.words.some((word) => typeof word !== "string" && "allArguments" in word),
  );
  return all && has("shift") ? "drops arguments before it hands them on" : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The named path, and the real one where a link leads elsewhere. */
function chainOf(named: string, file: File): readonly ChainLink[] {
  const last: ChainLink = { text: file.path, path: file.path, layer: file.layer };
  return named === file.path ? [last] : [{ text: named }, last];
}

function led(links: readonly ChainLink[], process: StartProcess): StartProcess {
  return { ...process, chain: [...links, ...process.chain] };
}

/** A script that was being followed already says nothing new: the branch is left out. */
const CIRCLE: StartProcess = unknown("the entry point leads in a circle");

/** One answer for several programs: theirs where it is the same, else mixed, else unknown. */
function together(all: readonly StartProcess[], where: string): StartProcess {
  const results = all.filter(({ reason }) => reason !== CIRCLE.reason);
  const [first] = results;
  if (first === undefined) return CIRCLE;
  const version = ({ musl }: StartProcess) => JSON.stringify([musl?.exact, musl?.atLeast, musl?.below]);
  if (results.every((one) => one.kind === first.kind && version(one) === version(first))) return first;
  const withMusl = results.filter((one) => one.musl !== undefined).toSorted(newestFirst);
  const [musl] = withMusl;
  const open = results.find(({ kind }) => kind === "unknown");
  if (musl === undefined) {
    return (
      open ?? {
        ...first,
        kind: "mixed",
        reason: `The script ${where} starts several programs, and none resolves names with musl`,
      }
    );
  }
  const { exact, atLeast, because } = musl.musl as NonNullable<StartProcess["musl"]>;
  // What is not known may be of a newer release.
  const isOpen =
    open !== undefined || (withMusl.length > 1 && withMusl.some((one) => one.musl?.exact === undefined));
  return {
    ...musl,
    ...(isOpen ? { musl: { atLeast: exact ?? atLeast, because } } : {}),
    kind: "mixed",
    reason:
      `The script ${where} starts several programs, and at least one resolves names with musl ${exact ?? ""}`.trimEnd(),
  };
}

/** What is not known exactly comes after what is. */
function newestFirst(a: StartProcess, b: StartProcess): number {
  const release = ({ musl }: StartProcess) => parseMusl(musl?.exact ?? musl?.atLeast ?? "");
  const [x, y] = [release(a), release(b)];
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
  return orderMusl(y, x);
}
