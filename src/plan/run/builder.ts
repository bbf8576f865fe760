/** Walks a RUN instruction as its shell would, and hands each command to who models it. Must start nothing. */
import type { ParsedScript } from "unbash";
import { NEVER_LOOK_UP } from "../../knowledge/tools.ts";
import { outputOf, pathsIn, stateAt } from "../../image/entrypoint/shell/around.ts";
import type { Host, Ran, Start } from "../../image/entrypoint/shell/host.ts";
import { newShell } from "../../image/entrypoint/shell/shell.ts";
import { sourceOf } from "../../image/entrypoint/shell/source.ts";
import { absolute } from "../../image/entrypoint/shell/state.ts";
import { HOLE, isKnown, withoutOpen } from "../../image/entrypoint/shell/text.ts";
import { DEFAULT_PATH } from "../../knowledge/default-path.ts";
import { wrappedCommand } from "../../image/entrypoint/wrappers.ts";
import type { Budget } from "../../model/budget.ts";
import type { PlanFiles } from "../files.ts";
import { type Archive, baseName, type Call, Effects } from "./call.ts";
import { COMMANDS } from "./commands.ts";
import type { BuildLibc } from "./programs.ts";

/** They change nothing that starts; the installers' own steps that only prepare or tidy up among them. */
const QUIET = new Set(
  `addgroup adduser groupadd useradd usermod groupmod passwd chpasswd chown chgrp setcap ldconfig locale-gen sync
   update-ca-certificates dpkg-reconfigure debconf-set-selections add-apt-repository apt-key gpg sha256sum sha512sum
   apt-mark apt-cache apt-config a2enmod a2dismod a2ensite a2dissite docker-php-ext-install docker-php-ext-configure
   docker-php-ext-enable pecl phpize rustup xargs tsc eslint prettier jest vitest pytest fc-cache
   mkfontscale setfacl hash rehash ulimit getent nproc apk-tools ldd lddtree objdump nm`
    .trim()
    .split(/\s+/),
);

/** What they answer is not known. */
const ASKING = new Set(
  "grep egrep fgrep test [ id getent which diff cmp pgrep pidof find stat ls file".split(" "),
);
/** They hand on what they are piped, or stand before what is. */
const PASSING = new Set(
  "tar bsdtar curl wget gzip gunzip zcat xz xzcat zstd bzip2 pv mkdir sudo env sh bash ash unzip".split(" "),
);
const SHELLS = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh"]);
/** Scripts and wrappers in each other. */
const MOST_DEPTH = 16;
/** Commands of one instruction, and letters of what is parsed for it. */
const MOST_STEPS = 20_000;
const MOST_PARSED = 2 ** 20;

/** Options that name what is written. */
const OUTPUT = /^--?(?:o|O|out|output|out-?file|output-?file|output-document|dest|destination|target)$/;
/** Paths that one command names. */
const MOST_WRITTEN = 32;

/** Where an instruction runs. */
export interface Surround {
  readonly files: PlanFiles;
  readonly environment: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly libc: () => BuildLibc;
  /** A clause that names the instruction: `RUN in line 4 may have put it there`. */
  readonly because: string;
  readonly groups: Map<string, readonly string[]>;
  readonly parse: (text: string) => ParsedScript;
  /** Its `spend` ends the work on the whole Dockerfile. */
  readonly steps: Budget;
}

/** One RUN instruction. */
export class Builder {
  readonly #at: Surround;
  #steps = 0;
  #parsed = 0;
  #open = false;
  readonly #archives = new Map<string, Archive>();

  constructor(at: Surround) {
    this.#at = at;
  }

  /** The JSON form. */
  words(words: readonly string[]): void {
    const { environment, cwd } = this.#at;
    this.#command(words, { environment, cwd, stdin: undefined, sure: true, depth: 0 });
  }

  /** The shell form: a text for a shell. */
  text(text: string, shell: string): void {
    const { environment, cwd } = this.#at;
    if (SHELLS.has(shell))
      this.#script(text, shell, [shell], { environment, cwd, stdin: undefined, sure: true, depth: 0 });
    else this.words([shell, "-c", text]);
  }

  /** Something that is not followed: it may add files anywhere. */
  #unmodelled(): void {
    if (this.#open) return;
    this.#open = true;
    this.#effects(true).mayFill("/");
  }

  #effects(sure: boolean): Effects {
    return new Effects(this.#at.files, sure, this.#at.because);
  }

  #script(text: string, name: string, args: readonly string[], how: How): Ran {
    if (how.depth > MOST_DEPTH || !isKnown(withoutOpen(text))) {
      this.#unmodelled();
      return { status: true, output: HOLE };
    }
    const shell = newShell(this.#host(how), name, sourceOf("RUN", withoutOpen(text)));
    try {
      // Builders give every command a PATH: that which bash has of its own.
      return { status: true, output: outputOf(shell.run(stateAt(how, args, "bash"))) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#unmodelled();
      return { status: undefined, output: HOLE };
    }
  }

  #command(words: readonly string[], how: How): Ran {
    const [first, ...args] = words;
    if (first === undefined) return { status: true, output: "" };
    if (how.depth > MOST_DEPTH || !isKnown(first) || args.some((arg) => arg.includes("\uE002"))) {
      this.#unmodelled();
      if (!isKnown(first) || how.depth > MOST_DEPTH) return { status: true, output: HOLE };
    }
    const name = baseName(first);
    const program = this.#find(first, how);
    if (!PASSING.has(name)) this.#archives.delete("-");
    if (SHELLS.has(name)) return this.#shell(name, args, how);
    if (name === "busybox" && args[0]?.startsWith("-") === false)
      return this.#command(args, { ...how, depth: how.depth + 1 });
    let output = HOLE;
    const call: Call = {
      name,
      program: program ?? `/usr/bin/${name}`,
      isFound: program !== undefined,
      args,
      cwd: how.cwd,
      env: how.environment,
      stdin: how.stdin,
      to: this.#effects(how.sure),
      libc: this.#at.libc,
      groups: this.#at.groups,
      archives: this.#archives,
      print: (text) => {
        output = text;
      },
      run: (more, where) =>
        void this.#command(more, {
          ...how,
          cwd: where?.cwd ?? how.cwd,
          stdin: where?.stdin,
          depth: how.depth + 1,
        }),
    };
    const plain = name.replace(/^(pip|python|node|npm)(?:3\.\d+|[\d.]+)$/, (_, one: string) =>
      one === "python" ? "python3" : one,
    );
    const model = Object.hasOwn(COMMANDS, plain) ? COMMANDS[plain] : undefined;
    if (model?.({ ...call, name: plain }) === true) return { status: true, output };
    if (QUIET.has(name) || ASKING.has(name) || NEVER_LOOK_UP.has(name)) {
      const wrapped = wrappedCommand(name, args, how.stdin);
      if (name === "xargs" || name === "find") this.#wrapped(wrapped, how);
      return { status: ASKING.has(name) ? undefined : true, output: HOLE };
    }
    const wrapped = wrappedCommand(name, args, how.stdin);
    if (wrapped !== undefined) {
      this.#wrapped(wrapped, how);
      return { status: true, output: HOLE };
    }
    const text = program === undefined ? undefined : this.#at.files.text(program);
    if (text?.startsWith("#!") && /^#!.*\b(?:sh|bash|ash|dash)\b/.test(text))
      return this.#script(text, "sh", [program as string, ...args], { ...how, depth: how.depth + 1 });
    this.#unmodelled();
    if (how.cwd !== "/") this.#effects(how.sure).mayFill(how.cwd);
    this.#mayWrite(args, how);
    return { status: true, output: HOLE };
  }

  /** What is not modelled writes to what it names last or as its output, and to paths in the text of a program. */
  #mayWrite(args: readonly string[], how: How): void {
    const { files, steps } = this.#at;
    // With one operand alone it reads that: `ldd /usr/bin/node`.
    const isLastWritten = args.filter((arg) => !arg.startsWith("-")).length > 1;
    const paths = args.flatMap((arg, index) => {
      steps.spend(1 + (arg.length >> 4));
      if (/[\s'"(]/.test(arg)) return arg.match(/\/[\w.+/-]+/g) ?? [];
      const joined = /^--?[\w-]+=(.+)$/.exec(arg)?.[1];
      if (joined !== undefined) return [joined];
      const isLast = isLastWritten && index === args.length - 1;
      return isLast || OUTPUT.test(args[index - 1] ?? "") ? [arg] : [];
    });
    const folders = args.filter((arg) => isKnown(arg) && this.#isFolder(absolute(how.cwd, arg)));
    const names = args.map((arg) => baseName(arg.replace(/^[\w.-]+:/, ""))).filter((one) => one !== "");
    for (const folder of folders.slice(0, MOST_WRITTEN))
      paths.push(...names.slice(0, MOST_WRITTEN).map((name) => `${folder}/${name}`));
    for (const path of paths.filter((one) => isKnown(one)).slice(0, MOST_WRITTEN ** 2)) {
      steps.spend();
      const place = absolute(how.cwd, path);
      if (files.lookup(place).kind === "file") this.#effects(how.sure).unknown(place);
    }
  }

  #isFolder(path: string): boolean {
    return this.#at.files.lookup(path).kind === "folder";
  }

  #wrapped(wrapped: ReturnType<typeof wrappedCommand>, how: How): void {
    if (wrapped === "unknown") this.#unmodelled();
    if (wrapped === undefined || wrapped === "unknown") return;
    for (const one of wrapped) {
      const inner = {
        ...how,
        cwd: one.cwd === undefined ? how.cwd : absolute(how.cwd, one.cwd),
        environment: new Map([...how.environment, ...(one.set ?? [])]),
        sure: how.sure && one.maybe !== true,
        depth: how.depth + 1,
      };
      if (one.root !== undefined && one.root !== "/") this.#unmodelled();
      else if ("text" in one.command) this.#script(one.command.text, "sh", ["sh"], inner);
      else this.#command(one.command, inner);
    }
  }

  /** `sh -c TEXT`, `bash script.sh`, and a shell that reads what it is piped. */
  #shell(name: string, args: readonly string[], how: How): Ran {
    const inner = { ...how, depth: how.depth + 1 };
    const option = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
    if (option >= 0)
      return this.#script(args[option + 1] ?? "", name, [name, ...args.slice(option + 3)], inner);
    const operands = args.filter((arg) => !/^[-+]/.test(arg));
    const [path] = operands;
    if (path === undefined || path === "-") {
      if (how.stdin !== undefined) return this.#script(how.stdin, name, [name], inner);
      this.#unmodelled();
      return { status: true, output: HOLE };
    }
    const text = isKnown(path) ? this.#at.files.text(absolute(how.cwd, path)) : undefined;
    if (text !== undefined) return this.#script(text, name, operands, inner);
    this.#unmodelled();
    return { status: true, output: HOLE };
  }

  /** The path of a command; nothing where it is not there for sure. */
  #find(word: string, { environment, cwd }: How): string | undefined {
    const { files } = this.#at;
    if (word.includes("/")) return absolute(cwd, word);
    for (const folder of (environment.get("PATH") ?? DEFAULT_PATH).split(":")) {
      const path = `${folder}/${word}`;
      if (!isKnown(path)) continue;
      const looked = files.lookup(path);
      if (looked.kind === "file") return path;
    }
    return undefined;
  }

  #host(how: How): Host {
    const { files, parse, steps } = this.#at;
    return {
      parse: (text) => {
        this.#parsed += text.length;
        if (this.#parsed <= MOST_PARSED) return parse(text);
        this.#unmodelled();
        return parse("");
      },
      step: (cost) => {
        steps.spend(cost);
        this.#steps += cost;
        if (this.#steps > MOST_STEPS) this.#unmodelled();
        return this.#steps <= MOST_STEPS;
      },
      start: (start: Start) =>
        this.#command(start.words, {
          environment: start.environment,
          cwd: start.cwd,
          stdin: start.stdin,
          sure: start.sure,
          prints: start.prints,
          depth: how.depth + 1,
        }),
      unknown: () => this.#unmodelled(),
      absent: () => {},
      ...pathsIn(files),
      read(path) {
        const text = files.text(path);
        if (text !== undefined) return { text };
        const looked = files.lookup(path);
        return looked.kind === "missing" && looked.mayCome === undefined ? "missing" : undefined;
      },
      names: (folder) => files.names(folder),
      which: (word, path, cwd) => {
        const environment =
          path === undefined ? how.environment : new Map([...how.environment, ["PATH", path]]);
        // What is not there for sure may be: builds ask for tools that their packages bring.
        return this.#find(word, { ...how, environment, cwd });
      },
      write: (path, text, appends) => {
        const piped = this.#archives.get("-");
        if (piped !== undefined) this.#archives.set(path, piped);
        const before = appends
          ? (files.text(path) ?? (files.lookup(path).kind === "missing" ? "" : HOLE))
          : "";
        if (!path.startsWith("/dev/"))
          this.#effects(how.sure).write(path, text === undefined ? undefined : before + text);
      },
      connects: () => {},
    };
  }
}

/** How a command runs. */
interface How {
  readonly environment: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly stdin: string | undefined;
  readonly sure: boolean;
  readonly prints?: boolean;
  readonly depth: number;
}
