/** Follows everything that starts in a container to its resolver. Must be bounded, and say unknown rather than drop what it does not follow. */
import type { ParsedScript } from "unbash";
import { runtimeOf } from "../../knowledge/runtimes.ts";
import type { ChainLink, StartProcess } from "../../model/image-profile.ts";
import type { ElfFact, ScriptFact } from "../../model/layer-facts.ts";
import type { FileView, Looked } from "../file-view.ts";
import { Changes } from "./changes.ts";
import { classify, factOf, type File, unknown } from "./classify.ts";
import { asksThroughCares, bringsResolver, isLoader, loadedProgram, mayCallResolver } from "./loader.ts";
import { looksUp } from "./lookups.ts";
import type { Outcome } from "./outcome.ts";
import {
  baseName,
  isOwn,
  isShellScript,
  isToolFolder,
  mayResolveItself,
  mayStartOthers,
  SHELLS,
  shellOf,
  toolName,
} from "./identity.ts";
import { JailView } from "./jail.ts";
import { sourceOf } from "./shell/source.ts";
import type { Host, Ran, Start } from "./shell/host.ts";
import { Shell } from "./shell/shell.ts";
import { absolute, State } from "./shell/state.ts";
import { ANY, CHOSEN, HOLE, isKnown, readable, withoutOpen } from "./shell/text.ts";
import { isQuietSupervisor, supervised } from "./supervisors.ts";
import { textOf } from "./text-of.ts";
import { change, embedded, printed } from "./tools.ts";
import { blockWords, type Wrapped, wrappedCommand } from "./wrappers.ts";

/** Steps from the entry point to a process, scripts and wrappers counted. */
const MOST_STEPS = 24;
/** Programs that are followed in all: scripts that start scripts that start scripts would double at every step. */
const MOST_FOLLOWED = 512;
/** Commands of scripts that are walked in all. */
const MOST_WORK = 20_000;
/** Characters of scripts that are parsed in all. */
const MOST_PARSED = 2 ** 20;
/** PATH where the image sets none (containerd and Docker, default environment). */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** How something is started. */
export interface Situation {
  readonly environment: ReadonlyMap<string, string>;
  /** Whether variables that are not in `environment` may be set all the same. */
  readonly open: boolean;
  /** Absolute, or not known. */
  readonly cwd: string;
  readonly stdin?: string;
  readonly sure: boolean;
  /** It takes the place of what started it. */
  readonly isMain: boolean;
  /** The script and line that start it; nothing for what the container starts with. */
  readonly at?: string;
  /** What it prints is wanted. */
  readonly prints?: boolean;
  /** A script that the kernel handed to its interpreter, already a link of the chain. */
  readonly script?: string;
  readonly steps: readonly ChainLink[];
  readonly depth: number;
}

/** How a shell is started, as its options say. */
interface Started {
  readonly login: boolean;
  readonly interactive: boolean;
  /** What an interactive bash reads in place of ~/.bashrc. */
  readonly startFile: string | undefined;
  readonly options: ReadonlyMap<string, boolean>;
}

const PLAIN: Started = { login: false, interactive: false, startFile: undefined, options: new Map() };

const NOTHING: Ran = { status: undefined, output: "" };

/** Whether a text must be read as shell, which its parser has to be there for. */
export class ParserWanted extends Error {}

/** Follows starts, and gathers what they come to. */
export class Follower {
  readonly outcomes: Outcome[] = [];
  /** What would have started but is not there: it counts where nothing else looks names up. */
  readonly absent: StartProcess[] = [];
  /** Whether something led back to itself. */
  circles = false;
  readonly #files: Changes;
  readonly #hosts: readonly string[];
  readonly #parse: ((text: string) => ParsedScript) | undefined;
  readonly #parsed = new Map<string, ParsedScript>();
  readonly #open = new Set<string>();
  readonly #done = new Map<string, Ran>();
  #followed = 0;
  #work = 0;
  #characters = 0;

  /** `hosts`: names that /etc/hosts answers, beside those that are in every container. */
  constructor(
    files: FileView,
    parse: ((text: string) => ParsedScript) | undefined,
    hosts: readonly string[] = [],
  ) {
    this.#hosts = hosts;
    this.#files = new Changes(files);
    this.#parse = parse;
  }

  /** Follows a program with its arguments. */
  run(words: readonly string[], how: Situation): Ran {
    const [first, ...rest] = words;
    if (first === undefined) return { status: true, output: "" };
    if (how.depth >= MOST_STEPS)
      return this.#unknown(`the entry point leads through more than ${MOST_STEPS} programs`, how);
    if (first.includes(CHOSEN)) return NOTHING;
    if (!isKnown(first))
      return this.#unknown(
        `what ${this.#starter(how)} starts depends on a value that is only known when it runs`,
        how,
      );
    const key = JSON.stringify([words, how.cwd, how.stdin, [...how.environment]]);
    if (this.#open.has(key)) {
      this.circles = true;
      return NOTHING;
    }
    const memo = `${this.#files.version} ${how.sure} ${how.isMain} ${how.prints === true} ${key}`;
    const known = this.#done.get(memo);
    if (known !== undefined) return known;
    if (++this.#followed > MOST_FOLLOWED)
      return this.#unknown(`the entry point leads to more than ${MOST_FOLLOWED} programs`, how);
    this.#open.add(key);
    try {
      const ran = this.#found(first, rest, how);
      this.#done.set(memo, ran);
      return ran;
    } finally {
      this.#open.delete(key);
    }
  }

  #starter({ at }: Situation): string {
    return at === undefined ? "the container" : `the script ${at}`;
  }

  #found(first: string, rest: readonly string[], how: Situation): Ran {
    const found = this.find(first, how.environment.get("PATH"), how.cwd);
    if (found.kind === "unknown")
      return this.#unknown(`the program ${first} is not known: ${found.because}`, how);
    if (found.kind === "missing" && found.mayCome !== undefined) {
      const why = `the program ${first} is not known: ${found.mayCome}`;
      this.#add({ ...unknown(why), missing: first }, "", how);
      return { status: undefined, output: HOLE };
    }
    if (found.kind === "missing") {
      const process = { ...unknown(`the program ${first} is not in the image`), missing: first };
      // What takes the place of the shell, or stands at a path of its own, was meant to be there.
      if (how.isMain || (first.includes("/") && how.sure)) this.#add(process, "", how);
      else this.absent.push(process);
      return { status: false, output: "" };
    }
    if (found.kind === "folder")
      return how.isMain
        ? this.#unknown(`the program ${first} is a folder`, how)
        : { status: false, output: "" };
    if (found.kind === "plain")
      return this.#unknown(`${found.path} is neither a program nor a script that can be read`, how);
    if (!found.executable && how.at !== undefined) return { status: false, output: "" };
    const steps = [...how.steps, ...chainOf(found.named, found, how.script)];
    return this.file(found, found.named, first, rest, { ...how, steps });
  }

  /** Follows a file that is executed. */
  file(file: File, named: string, word: string, rest: readonly string[], how: Situation): Ran {
    const isFollowed = isShellScript(factOf(file, "script")) && named !== "/init";
    const supervision = isFollowed ? undefined : supervised(this.#files, named, file.path, rest, how.cwd);
    if (supervision !== undefined) {
      const ran = this.#supervise(supervision, how);
      const itself = factOf(file, "elf");
      // A program of one's own may have a supervisor's name.
      if (itself !== undefined && !isToolFolder(file.path) && mayResolveItself(itself))
        this.#conclude(file, itself, baseName(named), how);
      if (
        isQuietSupervisor(named) ||
        "because" in supervision ||
        (factOf(file, "elf") === undefined && named === "/init")
      )
        return ran;
    }
    const script = factOf(file, "script");
    const elf = factOf(file, "elf");
    if (elf !== undefined) return this.#program(file, elf, named, word, rest, how);
    if (script === undefined)
      return this.#unknown(`${file.path} is neither a program nor a script that can be read`, how);
    return this.#script(script, file, named, word, rest, how);
  }

  /** A script that is executed: its interpreter gets it as a word. */
  #script(
    script: ScriptFact,
    file: File,
    named: string,
    word: string,
    rest: readonly string[],
    how: Situation,
  ): Ran {
    const path = word.includes("/") ? word : named;
    if (script.interpreter === undefined) {
      if (script.text === undefined) return this.#unknown(`${file.path} names no interpreter`, how);
      return this.#text(script.text, script.truncated, "sh", path, [path, ...rest], file.path, how);
    }
    const words = [script.interpreter, ...(script.argument === undefined ? [] : [script.argument])];
    const link: ChainLink = { text: `#!${words.join(" ")}` };
    if (baseName(script.interpreter) === "execlineb") {
      if (script.text === undefined || script.truncated)
        return this.#unknown(`${file.path} is too long to be followed`, how);
      return this.#execline(script.text.replace(/^#!.*/, ""), file.path, {
        ...how,
        steps: [...how.steps, link],
      });
    }
    return this.run([...words, path, ...rest], {
      ...how,
      script: file.path,
      steps: [...how.steps, link],
      depth: how.depth + 1,
    });
  }

  /** An execline script: the first program of each block that is not execline's own gets the rest of it. */
  #execline(text: string, path: string, how: Situation): Ran {
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
        const program = this.#named(word, how);
        if (program === undefined || EXECLINE.has(baseName(word))) continue;
        followed = true;
        const environment = new Map(how.environment);
        this.run(
          block.slice(index).map((one) => one.replace(/\$\{?\w+\}?/g, HOLE)),
          { ...how, environment, at: path, depth: how.depth + 1 },
        );
        break;
      }
    }
    return followed
      ? NOTHING
      : this.#unknown(`the script ${path} starts nothing that could be followed`, how);
  }

  #supervise(supervision: NonNullable<ReturnType<typeof supervised>>, how: Situation): Ran {
    if ("because" in supervision) return this.#unknown(supervision.because, how);
    for (const unit of supervision.units) {
      const environment = new Map([...how.environment, ...(unit.environment ?? [])]);
      if (unit.pathFirst !== undefined)
        environment.set("PATH", `${unit.pathFirst}:${environment.get("PATH") ?? DEFAULT_PATH}`);
      const situation: Situation = {
        ...how,
        environment,
        cwd: unit.cwd === undefined ? how.cwd : absolute(how.cwd, unit.cwd),
        sure: how.sure && unit.maybe !== true,
        at: unit.at,
        depth: how.depth + 1,
      };
      if (Array.isArray(unit.command)) this.run(unit.command as readonly string[], situation);
      else this.run(["/bin/sh", "-c", (unit.command as { readonly text: string }).text], situation);
    }
    return NOTHING;
  }

  #program(
    file: File,
    elf: ElfFact,
    named: string,
    word: string,
    rest: readonly string[],
    how: Situation,
  ): Ran {
    const isMulti = /^(busybox|toybox|coreutils)/.test(baseName(file.path));
    let name = isMulti ? baseName(named) : toolName(named, file);
    let args = rest;
    if (
      isMulti &&
      /^(busybox|toybox|coreutils)/.test(name) &&
      args.length > 0 &&
      !(args[0] as string).startsWith("-")
    ) {
      name = baseName(args[0] as string);
      args = args.slice(1);
    }
    if (isLoader(file, name)) return this.#loaded(file, named, args, how);
    if (bringsResolver(this.#files, elf, file, how.environment)) {
      const process = classify(this.#files, file, elf, how);
      if (process.musl !== undefined) this.#add(process, name, { ...how, sure: false });
    }
    if (SHELLS.has(name)) {
      const ran = this.#shell(args, name === "sh" ? shellOf(file) : name, args === rest ? word : name, how);
      if (ran !== undefined) return ran;
      return this.#conclude(file, elf, name, how);
    }
    const wrapped = wrappedCommand(name, args, how.stdin);
    if (wrapped === "unknown") return this.#unknown(`what ${named} starts is only known when it runs`, how);
    if (wrapped !== undefined && wrapped.length > 0) {
      // A program of one's own may have the name of a wrapper.
      if (!isMulti && !isToolFolder(file.path) && mayResolveItself(elf)) this.#conclude(file, elf, name, how);
      for (const one of wrapped) this.#wrapped(one, name, how);
      return { status: undefined, output: name === "find" ? HOLE : "" };
    }
    this.#embedded(name, args, how);
    const call = { args, cwd: how.cwd, stdin: how.stdin, sure: how.sure, files: this.#files };
    change(name, call);
    const output = name === "which" ? this.#whichOf(args, how) : (printed(name, call) ?? HOLE);
    const looks = looksUp(name, args, how.environment, isMulti, this.#hosts);
    const isOwnName = !isMulti && isOwn(name, elf, file);
    if (looks === false && (isMulti || !isOwnName)) {
      this.#nothing(named, file, how);
      return { status: name === "true" ? true : undefined, output };
    }
    if (wrapped !== undefined && looks === undefined && isMulti) {
      this.#nothing(named, file, how);
      return { status: undefined, output };
    }
    const runtime = runtimeOf(name)?.name ?? runtimeOf(baseName(file.path))?.name;
    const process = classify(this.#files, file, elf, how);
    if (
      process.musl !== undefined &&
      name === "curl" &&
      asksThroughCares(this.#files, elf, file, how.environment)
    ) {
      this.#add(C_ARES, name, how);
      return { status: undefined, output };
    }
    const cleared = !isMulti && looks !== true && !mayCallResolver(this.#files, elf, file, how.environment);
    // It starts what its words or a file of its own name, or what stands in it.
    const starts = mayStartOthers(elf);
    if (
      cleared &&
      process.musl !== undefined &&
      starts &&
      wrapped === undefined &&
      !this.#scan(args, named, how)
    )
      return this.#unknown(`${file.path} may start other programs, which its words do not name`, how);
    // What runs on the way with another C library needs no line of its own.
    if (cleared && (process.musl !== undefined || (process.kind === "uses-glibc" && !how.isMain)))
      this.#nothing(named, file, how);
    else this.#add({ ...process, runtime }, name, how);
    if (cleared || process.musl === undefined) this.#scan(args, named, how);
    return { status: undefined, output };
  }

  #whichOf(args: readonly string[], how: Situation): string {
    const [name] = args;
    if (args.length !== 1 || name === undefined || !isKnown(name)) return HOLE;
    const found = this.find(name, how.environment.get("PATH"), how.cwd);
    return found.kind === "file" ? `${found.named}\n` : found.kind === "missing" ? "" : HOLE;
  }

  /** What a program's own file says of its resolver. */
  #conclude(file: File, elf: ElfFact, name: string, how: Situation): Ran {
    const runtime = runtimeOf(name)?.name ?? runtimeOf(baseName(file.path))?.name;
    this.#add({ ...classify(this.#files, file, elf, how), runtime }, name, how);
    return NOTHING;
  }

  #nothing(named: string, file: File, how: Situation): void {
    this.#add(
      { kind: "no-lookups", reason: `${baseName(named)} looks up no names`, chain: [] },
      baseName(file.path),
      how,
    );
  }

  #add(process: StartProcess, name: string, how: Situation): void {
    this.outcomes.push({
      process: { ...process, chain: [...how.steps, ...process.chain] },
      started: how.at === undefined ? undefined : `\`${readable(name)}\` in ${how.at}`,
      sure: how.sure,
      isMain: how.isMain,
    });
  }

  #unknown(reason: string, how: Situation): Ran {
    this.#add(unknown(reason), "", how);
    return { status: undefined, output: HOLE };
  }

  /** A loader that is started by name, with the program it loads. */
  #loaded(loader: File, named: string, args: readonly string[], how: Situation): Ran {
    const program = loadedProgram(args);
    if (program === undefined && factOf(loader, "libc")?.libc === "musl") {
      // It tells how it is called.
      this.#nothing(named, loader, how);
      return NOTHING;
    }
    if (program === undefined)
      return this.#conclude(loader, factOf(loader, "elf") as ElfFact, baseName(named), how);
    const found = isKnown(program.path)
      ? this.find(program.path, how.environment.get("PATH"), how.cwd)
      : undefined;
    const elf = found?.kind === "file" ? factOf(found, "elf") : undefined;
    if (found?.kind !== "file" || elf === undefined)
      return this.#conclude(loader, factOf(loader, "elf") as ElfFact, baseName(named), how);
    const steps = [...how.steps, ...chainOf(found.named, found, undefined)];
    const environment = new Map([...how.environment, ...program.set]);
    return this.#program(
      found,
      { ...elf, interpreter: named, go: undefined },
      found.named,
      program.path,
      program.args,
      {
        ...how,
        environment,
        steps,
      },
    );
  }

  #wrapped(one: Wrapped, name: string, how: Situation): void {
    let environment: Map<string, string> = one.clears ? new Map() : new Map(how.environment);
    for (const variable of one.unset ?? []) {
      if (!isKnown(variable)) environment = new Map([...environment].map(([key]) => [key, HOLE]));
      environment.delete(variable);
    }
    for (const [variable, value] of one.set ?? []) environment.set(variable, value);
    const situation: Situation = {
      ...how,
      environment,
      open: how.open && !one.clears,
      cwd: one.cwd === undefined ? how.cwd : absolute(how.cwd, one.cwd),
      sure: how.sure && one.maybe !== true,
      script: undefined,
      depth: how.depth + 1,
    };
    if (one.root !== undefined && one.root !== "/") {
      this.#jailed(one, one.root, situation);
      return;
    }
    if ("text" in one.command)
      this.run(["/bin/sh", "-c", one.command.text, ...(one.command.args ?? [])], situation);
    else if (name === "env" && withoutOpen(one.command[0] ?? "") === "")
      this.run(one.command.slice(1), situation);
    else this.run(one.command, situation);
  }

  /** A program in another root: followed there with a file system of its own. */
  #jailed(one: Wrapped, root: string, how: Situation): void {
    const folder = absolute(how.cwd, root);
    if (!isKnown(folder) || "text" in one.command) {
      this.#unknown("which folder becomes the root of what it starts is only known when it runs", how);
      return;
    }
    const inside = new Follower(new JailView(this.#files, folder), this.#parse, this.#hosts);
    inside.#work = this.#work;
    inside.#followed = this.#followed;
    inside.run(one.command.length === 0 ? ["/bin/sh", "-i"] : one.command, { ...how, cwd: "/" });
    this.#work = inside.#work;
    this.#followed = inside.#followed;
    this.outcomes.push(...inside.outcomes);
    this.absent.push(...inside.absent);
  }

  /** Programs that the small languages of tools start: awk's `system`, tar's commands, sed's `e`. */
  #embedded(name: string, args: readonly string[], how: Situation): void {
    const { texts, isOpen } = embedded(name, args);
    const situation: Situation = { ...how, sure: false, isMain: false, depth: how.depth + 1 };
    for (const { text, isCommand } of texts)
      if (isCommand || this.#named(text.trim().split(/[\s;&|]+/, 1)[0] ?? "", how) !== undefined)
        this.run(["/bin/sh", "-c", text], situation);
    if (isOpen)
      this.#unknown(`what \`${name}\` in ${this.#starter(how)} starts is only known when it runs`, how);
  }

  /** A program's words that name other programs of the image: it may start them. */
  #scan(args: readonly string[], named: string, how: Situation): boolean {
    let found = false;
    for (const [index, word] of args.entries()) {
      if (index > 64) break;
      if (word === "" || !isKnown(word)) continue;
      const situation: Situation = {
        ...how,
        sure: false,
        isMain: false,
        at: how.at ?? `the words of ${baseName(named)}`,
        script: undefined,
        depth: how.depth + 1,
      };
      const commands: (readonly string[])[] = [];
      if (this.#named(word, how) !== undefined) commands.push(args.slice(index));
      else if (/\s/.test(word) && this.#named(word.trim().split(/[\s;&|]+/, 1)[0] ?? "", how) !== undefined)
        commands.push(["/bin/sh", "-c", word]);
      else
        for (const [path] of [...word.matchAll(/(?<![\w.])(?:\/[\w.+-]+)+/g)].slice(0, 16))
          if (path !== word && this.#named(path, how) !== undefined) commands.push([path]);
      for (const command of commands) this.run(command, situation);
      found ||= commands.length > 0;
    }
    return found;
  }

  /** The program a word names, if it is one. */
  #named(word: string, how: Situation): File | undefined {
    if (word === "" || word.startsWith("-") || !isKnown(word)) return undefined;
    const found = this.find(word, how.environment.get("PATH"), how.cwd);
    return found.kind === "file" &&
      found.executable &&
      (factOf(found, "elf") ?? factOf(found, "script")) !== undefined
      ? found
      : undefined;
  }

  /** What a shell started with these words runs; nothing when it only runs itself. */
  #shell(words: readonly string[], name: string, zero: string, how: Situation): Ran | undefined {
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
      if (word.includes(ANY)) return this.#unknown(`what ${name} runs is only known when it runs`, how);
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
        return this.#text(text, false, name, "sh -c", [own, ...args], undefined, how, given());
      }
      if (/^-[a-zA-Z]*s/.test(word)) reads = true;
      if (/^[-+][a-z]*[oO]$/.test(word) || word === "--rcfile" || word === "--init-file") at++;
    }
    const operand = reads ? undefined : words[at];
    const path = operand === "/dev/stdin" && how.stdin !== undefined ? undefined : operand;
    if (path === undefined) {
      if (how.stdin === undefined) {
        if (login || interactive || !reads) return undefined;
        return this.#unknown(`what ${name} reads is only known when it runs`, how);
      }
      if (!isKnown(withoutOpen(how.stdin)))
        return this.#unknown(`what ${name} reads in ${this.#starter(how)} is only known when it runs`, how);
      return this.#text(
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
    if (!isKnown(path)) return this.#unknown(`which script ${name} runs is only known when it runs`, how);
    const found = this.#scriptAt(path, how);
    if (found.kind !== "file") {
      const why =
        found.kind === "unknown"
          ? found.because
          : found.kind === "plain"
            ? "its text was not kept"
            : "it is not in the image";
      return this.#unknown(`the script ${path} could not be read: ${why}`, how);
    }
    const script = factOf(found, "script");
    if (script?.text === undefined) return this.#unknown(`the script ${found.path} could not be read`, how);
    const steps =
      found.path === how.script ? how.steps : [...how.steps, ...chainOf(found.path, found, undefined)];
    return this.#text(
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

  /** A script's file: here, else, by most shells, in PATH. */
  #scriptAt(path: string, how: Situation): Looked {
    const here = this.#files.lookup(absolute(how.cwd, path));
    if (here.kind !== "missing" || path.includes("/") || !isKnown(how.cwd))
      return isKnown(how.cwd) || path.startsWith("/")
        ? here
        : { kind: "unknown", because: "its folder is only known when it runs" };
    return this.find(path, how.environment.get("PATH"), how.cwd);
  }

  /** Runs a text as a shell does. Its arguments begin with its name, `$0`. */
  #text(
    given: string,
    truncated: boolean,
    shellName: string,
    where: string,
    args: readonly string[],
    path: string | undefined,
    how: Situation,
    started: Started = PLAIN,
  ): Ran {
    if (truncated) return this.#unknown(`the script ${where} is too long to be followed`, how);
    let text = given;
    if (!isKnown(text)) {
      text = withoutOpen(text).replaceAll(CHOSEN, "");
      if (!isKnown(text))
        this.#unknown(`what ${this.#starter(how)} hands to a shell is only known when it runs`, how);
    }
    const state = new State();
    for (const [name, value] of how.environment) state.variables.set(name, { value, exported: true });
    state.tainted = how.open;
    for (const name of how.environment.keys()) {
      const exported = /^BASH_FUNC_(.+)%%$/.exec(name)?.[1];
      if (exported !== undefined && shellName === "bash") state.functions.set(exported, undefined);
    }
    [state.zero = "sh"] = args;
    state.args = args.slice(1);
    state.cwd = how.cwd;
    state.sure = how.sure;
    state.stdin = how.stdin;
    if (how.prints) state.output = "";
    for (const [name, isOn] of started.options) state.option(name, isOn);
    const shell = new Shell(this.#host(how, shellName), shellName, sourceOf(where, text, path));
    const before = this.#startFiles(shellName, started, state);
    let states: readonly State[] = [state];
    for (const file of before)
      states = states.flatMap((one) =>
        one.flow === "next" ? shell.evaluate(`. ${file}`, one, "its start") : [one],
      );
    const ends = this.#walked(shell, states, where, how);
    const statuses = new Set(ends.map(({ status }) => status));
    const outputs = new Set(ends.map(({ output }) => output ?? ""));
    return {
      status: statuses.size === 1 ? [...statuses][0] : undefined,
      output: outputs.size === 1 ? ([...outputs][0] as string) : HOLE,
    };
  }

  #walked(shell: Shell, states: readonly State[], where: string, how: Situation): readonly State[] {
    try {
      return states.flatMap((one) => shell.run(one));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#unknown(`the script ${where} is nested too deeply to be followed`, how);
      return [];
    }
  }

  /** Files that a shell reads before its script (bash's BASH_ENV; ENV and ~/.bashrc of an interactive one; /etc/profile and ~/.profile of a login shell). */
  #startFiles(
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
        if (!isKnown(path) || this.#files.lookup(absolute(state.cwd, path)).kind !== "missing")
          files.push(isKnown(path) ? absolute(state.cwd, path) : HOLE);
    if (login) {
      const home = state.variables.get("HOME")?.value ?? "/root";
      const own = shellName === "bash" ? [".bash_profile", ".bash_login", ".profile"] : [".profile"];
      const first = own
        .map((name) => `${String(home)}/${name}`)
        .find((path) => isKnown(path) && this.#files.lookup(path).kind !== "missing");
      files.push(
        ...["/etc/profile", ...(first === undefined ? [] : [first])].filter(
          (path) => this.#files.lookup(path).kind !== "missing",
        ),
      );
    }
    if (shellName === "bash" && !interactive) variable("BASH_ENV");
    return files;
  }

  #host(how: Situation, shellName: string): Host {
    const files = this.#files;
    return {
      parse: (text) => this.#parsedText(text),
      step: (cost) => {
        this.#work += cost;
        if (this.#work <= MOST_WORK) return true;
        if (this.#work - cost <= MOST_WORK)
          this.#unknown(`its scripts take more than ${MOST_WORK} steps to follow`, how);
        return false;
      },
      start: (start: Start) =>
        this.run(start.words, {
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
      unknown: (reason) => void this.#unknown(reason, how),
      absent: (reason) => void this.absent.push(unknown(reason)),
      kindOf(path) {
        if (/^\/(?:dev|proc|sys|run|tmp)(?:\/|$)/.test(path)) return "other";
        const looked = files.lookup(path);
        if (looked.kind === "file") return looked.executable ? "program" : "file";
        return looked.kind === "plain" ? "file" : looked.kind === "folder" ? "folder" : "other";
      },
      isLink(path) {
        const looked = files.lookup(path);
        return looked.kind === "file" && looked.path === path ? false : undefined;
      },
      read(path) {
        const looked = files.lookup(path);
        if (looked.kind === "missing")
          return files.mayCome(path) || looked.mayCome !== undefined ? undefined : "missing";
        const text = textOf(looked);
        return text === undefined ? undefined : { text };
      },
      names: (folder) => files.names(folder),
      which: (name, path, cwd) => {
        const found = this.find(name, path, cwd);
        if (found.kind === "missing") return found.mayCome === undefined ? false : undefined;
        return found.kind === "file" ? found.named : undefined;
      },
      write: (path, text, appends) => files.write(path, text, appends),
      connects: (host, at) => {
        const situation = { ...how, at };
        if (looksUp("telnet", [host], how.environment, true, this.#hosts) === false) return;
        const shell = this.find(shellName, how.environment.get("PATH"), how.cwd);
        const elf = shell.kind === "file" ? factOf(shell, "elf") : undefined;
        if (shell.kind === "file" && elf !== undefined) this.#conclude(shell, elf, shellName, situation);
        else this.#unknown(`what ${at} connects with could not be read`, situation);
      },
    };
  }

  #parsedText(text: string): ParsedScript {
    const before = this.#parsed.get(text);
    if (before !== undefined) return before;
    if (this.#parse === undefined) throw new ParserWanted();
    this.#characters += text.length;
    if (this.#characters > MOST_PARSED) return unreadable(`more than ${MOST_PARSED} characters of scripts`);
    const script = this.#parsedOnce(this.#parse, text);
    this.#parsed.set(text, script);
    return script;
  }

  /** The parser bounds its own nesting but for a few words: then its stack ends, and the text is not read. */
  #parsedOnce(parse: (text: string) => ParsedScript, text: string): ParsedScript {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return unreadable("nested too deeply");
    }
  }

  /** The file a word starts. */
  find(word: string, path: string | undefined, cwd: string): Looked & { readonly named: string } {
    if (word.includes("/")) {
      const named = absolute(cwd, word);
      if (!isKnown(named))
        return { kind: "unknown", because: "its folder is only known when it runs", named: word };
      const looked = this.#files.lookup(named);
      // What the kernel shows there leads anywhere.
      if (looked.kind === "missing" && /^\/(?:proc|dev|sys)\//.test(looked.path ?? named))
        return { kind: "unknown", because: "the kernel says what is there", named };
      if (looked.kind === "missing" && this.#files.mayCome(named))
        return { kind: "unknown", because: `${named} may be written when the container runs`, named };
      if (looked.kind === "missing" && looked.mayBe !== undefined)
        return { ...looked.mayBe, named: word.startsWith("/") ? word : named };
      return { ...looked, named: word.startsWith("/") ? word : named };
    }
    let came = false;
    let mayCome: string | undefined;
    let mayBe: (File & { readonly named: string }) | undefined;
    for (const folder of withoutOpen(path ?? DEFAULT_PATH).split(":")) {
      // An empty folder of PATH is the working directory (POSIX.1-2017, section 8.3).
      const named = absolute(cwd, `${folder === "" ? "." : folder}/${word}`.replace(/\/(\.?\/)+/g, "/"));
      if (!isKnown(named))
        return { kind: "unknown", because: "PATH is only known when it runs", named: word };
      const looked = this.#files.lookup(named);
      // A layer that could not be read may hold it in a folder that comes first.
      if (looked.kind === "unknown" || (looked.kind === "file" && looked.executable))
        return { ...looked, named };
      came ||= this.#files.mayCome(named);
      if (looked.kind !== "missing") continue;
      mayCome ??= looked.mayCome;
      if (looked.mayBe !== undefined) mayBe ??= { ...looked.mayBe, named };
    }
    if (mayBe !== undefined) return mayBe;
    if (came) return { kind: "unknown", because: "it may be installed when the container runs", named: word };
    return { kind: "missing", mayCome, named: word };
  }
}

/** curl with c-ares, as Alpine builds it from 3.18 on: one answer is enough for it (c-ares, ares_getaddrinfo.c). */
const C_ARES: StartProcess = {
  kind: "own-resolver",
  reason: "curl resolves names with c-ares, which takes the A half",
  chain: [{ text: "c-ares" }],
};

/** Parts of execline, which start only what stands in their script. */
const EXECLINE = new Set(
  "foreground background if ifelse ifte ifthenelse backtick with-contenv exec cd export unexport importas multisubstitute define multidefine redirfd fdmove fdclose fdblock fdswap fdreserve pipeline piperw forx forbacktickx forstdin loopwhilex trap tryexec umask wait withstdinas emptyenv envfile elglob elgetopt elgetpositionals posix-cd posix-umask eltest homeof getcwd getpid heredoc dollarat runblock shift case s6-setuidgid s6-applyuidgid s6-envuidgid s6-envdir s6-softlimit s6-notifyoncheck s6-setsid s6-setlock s6-fdholder-retrieve s6-ipcserver-socketbinder fix-attrs".split(
    " ",
  ),
);

function unreadable(message: string): ParsedScript {
  return { type: "Script", pos: 0, end: 0, shebang: undefined, commands: [], errors: [{ message, pos: 0 }] };
}

/** The named path, and the real one where a link leads elsewhere. */
function chainOf(named: string, file: File, interpreterOf: string | undefined): readonly ChainLink[] {
  const last: ChainLink = { text: file.path, path: file.path, layer: file.layer };
  // The interpreter stands in the `#!` already.
  if (named === file.path || (interpreterOf !== undefined && !named.endsWith(interpreterOf))) return [last];
  return [{ text: named }, last];
}
