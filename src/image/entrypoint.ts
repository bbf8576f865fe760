/** Follows the entry point to the process that resolves names. Must be pure, bounded, and say unknown rather than guess. */
import { runtimeOf } from "../knowledge/runtimes.ts";
import type { ChainLink, StartProcess } from "../model/image-profile.ts";
import type { ScriptFact } from "../model/layer-facts.ts";
import type { ImageConfig } from "../model/oci.ts";
import { type Override, startWords } from "./entrypoint/argv.ts";
import { classify, factOf, unknown } from "./entrypoint/classify.ts";
import { type Command, readShell, type Word } from "./entrypoint/shell.ts";
import { wrappedCommand } from "./entrypoint/wrappers.ts";
import type { FileView, Looked } from "./file-view.ts";

/** Steps from the entry point to the process, scripts and wrappers counted. */
const MOST_STEPS = 24;
/** Programs of one script that are followed. */
const MOST_BRANCHES = 12;
/** PATH where the image sets none (containerd and Docker, default environment). */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SHELLS = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh"]);

/** The process that starts, and how it comes to its resolver. */
export function startProcess(files: FileView, config: ImageConfig, override: Override): StartProcess {
  const words = startWords(config, override);
  if (words.length === 0) return unknown("the image names nothing to start, and no command was given");
  const process = new Follower(files, config).follow(words, 0);
  // A script that its own shell is handed again stands once.
  const chain = process.chain.filter(
    ({ text }, i) => process.chain.findIndex((one) => one.text === text) === i,
  );
  return { ...process, chain };
}

type File = Extract<Looked, { kind: "file" }>;

class Follower {
  readonly #files: FileView;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #path: readonly string[];
  readonly #folder: string;

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
        return text === undefined ? undefined : this.#text(text, false, words.slice(at + 3), "sh -c", step);
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
  ): StartProcess {
    if (truncated) return unknown(`the script ${where} is too long to be followed`);
    const commands = readShell(text, this.#variables);
    const execs = commands.filter(({ exec }) => exec);
    const chosen = execs.length > 0 ? execs : commands.filter((command) => this.#isOwnProgram(command));
    // `exec "$@"` without arguments does nothing: the shell goes on.
    const started = chosen
      .map((command) => this.#words(command, args))
      .filter((words) => words === undefined || words.length > 0);
    if (started.length === 0) {
      const last = commands.at(-1);
      const lastWords = last && this.#words(last, args);
      return lastWords === undefined || lastWords.length === 0
        ? unknown(`the script ${where} starts nothing that could be followed`)
        : this.follow(lastWords, step + 1);
    }
    const distinct = [...new Map(started.map((words) => [JSON.stringify(words), words])).values()].slice(
      0,
      MOST_BRANCHES,
    );
    const results = distinct.map((words) =>
      words === undefined
        ? unknown(`what the script ${where} starts depends on a value that is only known when it runs`)
        : this.follow(words, step + 1),
    );
    return together(results, where);
  }

  /** A command's words with the script's arguments put in; nothing when one that matters is not known. */
  #words(command: Command, args: readonly string[]): readonly string[] | undefined {
    const words: string[] = [];
    for (const word of command.words) {
      if (typeof word === "string") words.push(word);
      else if ("allArguments" in word) words.push(...args);
      // Only what is started decides; its arguments may stay open.
      else if (words.length === 0) return undefined;
      else words.push(openWord(word));
    }
    return words;
  }

  /** A program other than the small tools that every script uses. */
  #isOwnProgram(command: Command): boolean {
    const [first] = command.words;
    if (typeof first !== "string") return first !== undefined && "allArguments" in first;
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

function openWord(word: Exclude<Word, string>): string {
  return "unknown" in word ? word.unknown : "";
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
