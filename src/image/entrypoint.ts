/** Follows the entry point to the process that resolves names. Must be pure, bounded, and say unknown rather than guess. */
import { runtimeOf } from "../knowledge/runtimes.ts";
import type { ChainLink, StartProcess } from "../model/image-profile.ts";
import type { ScriptFact } from "../model/layer-facts.ts";
import type { ImageConfig } from "../model/oci.ts";
import { type Override, startWords } from "./entrypoint/argv.ts";
import { classify, factOf, unknown } from "./entrypoint/classify.ts";
import { type Command, readShell } from "./entrypoint/shell.ts";
import { isSupervisor, wrappedCommand } from "./entrypoint/wrappers.ts";
import type { FileView, Looked } from "./file-view.ts";

/** Steps from the entry point to the process, scripts and wrappers counted. */
const MOST_STEPS = 24;
/** Programs of one script that are followed. */
const MOST_BRANCHES = 12;
/** Programs that are followed in all. */
const MOST_PROGRAMS = 200;
/** Characters of a script or of the text behind `sh -c`. */
const MOST_TEXT = 65_536;
/** Lists of arguments that a script may have made of its own, which are told apart. */
const MOST_LISTS = 6;
/** A command with more words is not followed; `set -- "$@" "$@"` over and over makes one without end. */
const MOST_WORDS = 1_000;
/** PATH where the image sets none (containerd and Docker, default environment). */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SHELLS = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh"]);

/** The process that starts, and how it comes to its resolver. */
export function startProcess(files: FileView, config: ImageConfig, override: Override): StartProcess {
  const words = startWords(config, override);
  if (words.length === 0) return unknown("the image names nothing to start, and no command was given");
  const process = new Follower(files, config).follow(words, 0);
  return { ...process, chain: tidy(process.chain) };
}

/** Leaves out what a chain says twice: a script's interpreter behind its `#!`, and the script that it is handed. */
function tidy(chain: readonly ChainLink[]): readonly ChainLink[] {
  const scripts = new Set<string>();
  return chain.filter(({ text }, i) => {
    if (chain[i - 1]?.text.split(" ", 1)[0] === `#!${text}` || scripts.has(text)) return false;
    if (chain[i + 1]?.text.startsWith("#!")) scripts.add(text);
    return true;
  });
}

type File = Extract<Looked, { kind: "file" }>;

/** What a script that starts itself once more adds: nothing. */
const AGAIN: StartProcess = unknown("the script starts nothing but itself");

class Follower {
  readonly #files: FileView;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #path: readonly string[];
  readonly #folder: string;
  #programs = 0;
  /** Scripts with their arguments that are being followed. */
  readonly #running = new Set<string>();

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
    if (step >= MOST_STEPS || ++this.#programs > MOST_PROGRAMS)
      return unknown("the entry point leads through too many programs");
    const found = this.#find(first);
    if (found.kind === "unknown") return unknown(`${first} is not known: ${found.because}`);
    if (found.kind === "missing") return unknown(`${first} is not in the image`);
    if (found.kind === "folder") return unknown(`${first} is a folder`);
    if (found.kind === "plain")
      return unknown(`${found.path} is neither a program nor a script that can be read`);
    return this.#file(found, found.named, rest, step);
  }

  #file(file: File, named: string, rest: readonly string[], step: number): StartProcess {
    const script = factOf(file, "script");
    const elf = factOf(file, "elf");
    const here = chainOf(named, file);
    if (elf === undefined) {
      if (script === undefined)
        return led(here, unknown(`${file.path} is neither a program nor a script that can be read`));
      return led(here, this.#script(script, file, named, rest, step));
    }
    const name = baseName(named);
    if (isSupervisor(name)) return led(here, unknown(`${name} starts services, which are not followed`));
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
        : this.#text(script.text, script.truncated, rest, named, step);
    }
    const words = [script.interpreter, ...(script.argument === undefined ? [] : [script.argument])];
    const link: ChainLink = { text: `#!${words.join(" ")}` };
    // The kernel hands `env -S a b` over as one word; env takes it apart.
    return led([link], this.follow([...words, file.path, ...rest], step + 1));
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
        const text = words[at + 1];
        if (text === undefined) return undefined;
        return this.#text(text, false, words.slice(at + 3), "sh -c", step, words[at + 2] ?? "sh");
      }
      if (/^[-+]o$/.test(word)) at++;
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
      this.#text(script.text, script.truncated, words.slice(at + 1), found.path, step),
    );
  }

  /** What a shell text runs in the end: what it execs, else the programs it starts. Nothing but builtins is the shell itself. */
  #text(
    text: string,
    truncated: boolean,
    args: readonly string[],
    where: string,
    step: number,
    self = where,
  ): StartProcess {
    if (truncated || text.length > MOST_TEXT)
      return unknown(`the script ${where} is too long to be followed`);
    const key = JSON.stringify([where === self ? where : text, args]);
    if (this.#running.has(key)) return AGAIN;
    this.#running.add(key);
    const result = this.#started(readShell(text, this.#variables), args, where, self, step);
    this.#running.delete(key);
    return result;
  }

  #started(
    commands: readonly Command[],
    args: readonly string[],
    where: string,
    self: string,
    step: number,
  ): StartProcess {
    const runs = this.#runs(commands, args, self);
    const execs = runs.filter(({ command }) => command.exec);
    const chosen =
      execs.length > 0
        ? execs
        : runs.filter(({ words }, i) => this.#isOwnProgram(words, i === runs.length - 1));
    // `exec "$@"` without arguments does nothing: the shell goes on.
    const started = chosen
      .map(({ words }) => words)
      .filter((words) => words === undefined || words.length > 0);
    if (started.length === 0) {
      const last = runs.at(-1)?.words;
      return last === undefined || last.length === 0
        ? unknown(`the script ${where} starts nothing that could be followed`)
        : this.follow(last, step + 1);
    }
    const distinct = [...new Map(started.map((words) => [JSON.stringify(words), words])).values()];
    if (distinct.length > MOST_BRANCHES) return unknown(`the script ${where} starts too many programs`);
    const results = distinct
      .map((words) =>
        words === undefined
          ? unknown(`what the script ${where} starts depends on a value that is only known when it runs`)
          : this.follow(words, step + 1),
      )
      .filter(({ reason }) => reason !== AGAIN.reason);
    return results.length === 0 ? AGAIN : together(results, where);
  }

  /** Every program a script starts, with the words it may have; the arguments change on the way through `set --` and `shift`. */
  #runs(
    commands: readonly Command[],
    args: readonly string[],
    self: string,
  ): { readonly command: Command; readonly words: readonly string[] | undefined }[] {
    const runs: { command: Command; words: readonly string[] | undefined }[] = [];
    let lists: readonly (readonly string[])[] = [args];
    let folder: string | undefined;
    for (const command of commands) {
      if (command.kind === "cd") {
        const [to] = command.words;
        folder = typeof to === "string" ? absolute(to, folder ?? this.#folder) : undefined;
      } else if (command.kind === "run") {
        for (const list of this.#likely(lists)) {
          const words = wordsOf(command, list, self);
          const [first, ...more] = words ?? [];
          const moved = folder !== undefined && first !== undefined;
          runs.push({ command, words: moved ? [inFolder(first, folder as string), ...more] : words });
        }
      } else {
        const changed = lists.flatMap((list) => {
          if (command.kind === "shift") return [list.slice(command.count)];
          const words = wordsOf(command, list, self);
          return words === undefined ? [] : [words];
        });
        // What was set is not known: the arguments as they were are no better a guess.
        if (changed.length === 0 && !command.conditional) lists = [["$@"]];
        else lists = (command.conditional ? [...lists, ...changed] : changed).slice(0, MOST_LISTS);
      }
    }
    return runs;
  }

  /** Of several lists of arguments: those that begin with a program; the first alone when it does, as scripts leave commands as they are. */
  #likely(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
    const isProgram = ([first]: readonly string[]) =>
      first !== undefined && this.#find(first).kind === "file";
    const [given = []] = lists;
    if (lists.length === 1 || isProgram(given)) return [given];
    const programs = lists.filter(isProgram);
    return programs.length === 0 ? [given] : programs;
  }

  /** A program other than the small tools that every script uses. Of what is not known only the last can be what it is all for. */
  #isOwnProgram(words: readonly string[] | undefined, last: boolean): boolean {
    if (words === undefined) return last;
    const [first] = words;
    if (first === undefined) return false;
    const found = this.#find(first);
    if (found.kind !== "file") return false;
    return !/^(busybox|toybox|coreutils)/.test(baseName(found.path)) && !SMALL_TOOLS.has(baseName(first));
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
      const named = `${folder === "" ? this.#folder : folder}/${word}`.replace(/\/{2,}/g, "/");
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

/** A command's words with the script's arguments put in; nothing when the one that decides is not known. */
function wordsOf(command: Command, args: readonly string[], self: string): readonly string[] | undefined {
  const words: string[] = [];
  for (const word of command.words) {
    if (words.length > MOST_WORDS) return undefined;
    if (typeof word === "string") words.push(word);
    else if ("allArguments" in word) words.push(...args);
    else if ("argument" in word)
      words.push(...(word.argument === 0 ? [self] : args.slice(word.argument - 1, word.argument)));
    // Only what is started decides; its arguments may stay open.
    else if (words.length === 0) return undefined;
    else words.push(word.unknown);
  }
  return words;
}

function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}

/** A program named by a relative path lies where the script went; one without a slash is searched for. */
function inFolder(word: string, folder: string): string {
  return word.includes("/") ? absolute(word, folder) : word;
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

/** One answer for several programs: theirs where it is the same, else mixed, else unknown. */
function together(results: readonly StartProcess[], where: string): StartProcess {
  const [first] = results;
  const same = results.every(({ kind, musl }) => kind === first?.kind && musl?.exact === first.musl?.exact);
  if (first !== undefined && same) return first;
  const musl = results.find((one) => one.musl !== undefined);
  if (musl === undefined) {
    const open = results.find(({ kind }) => kind === "unknown");
    return (
      open ?? {
        ...(first as StartProcess),
        kind: "mixed",
        reason: `The script ${where} starts several programs`,
      }
    );
  }
  return {
    ...musl,
    kind: "mixed",
    reason:
      `The script ${where} starts several programs, and at least one resolves names with musl ${musl.musl?.exact ?? ""}`.trimEnd(),
  };
}
