/** A command of a RUN instruction, and what it may do to the stage's files. Must not know any command. */
import { HOLE, isKnown } from "../../image/entrypoint/shell/text.ts";
import { absolute } from "../../image/entrypoint/shell/state.ts";
import type { FileFact, Fill } from "../../model/layer-facts.ts";
import type { PlanFiles } from "../files.ts";
import type { BuildLibc } from "./programs.ts";

/** A command. */
export interface Call {
  readonly name: string;
  /** Where the program is, as it was found; where packages would put it else. */
  readonly program: string;
  readonly isFound: boolean;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  readonly stdin: string | undefined;
  readonly to: Effects;
  readonly libc: () => BuildLibc;
  /** Runs further words in the same place, for what wraps a command. */
  readonly run: (words: readonly string[], more?: { readonly cwd?: string; readonly stdin?: string }) => void;
  /** Groups of packages that are installed to be removed together (`apk add --virtual`). */
  readonly groups: Map<string, readonly string[]>;
  /** Archives by their paths, `-` for what goes through a pipe. */
  readonly archives: Map<string, Archive>;
  /** What it prints, where that is known. */
  readonly print: (text: string) => void;
}

/** What is known of an archive that the same instruction makes or fetches. */
export interface Archive {
  /** What it is called where it comes from. */
  readonly name?: string;
  /** What went into it, and under which names. */
  readonly members?: readonly (readonly [from: string, name: string])[];
}

/** Models a command. False where it turns out to be one that is not modelled. */
export type Model = (call: Call) => boolean | undefined;

/** What commands do to files, as sure as it is that they run. */
export class Effects {
  readonly files: PlanFiles;
  readonly #sure: boolean;
  /** A clause, such as `RUN in line 4 may have put it there`. */
  readonly because: string;

  constructor(files: PlanFiles, sure: boolean, because: string) {
    this.files = files;
    this.#sure = sure;
    this.because = because;
  }

  /** The same, of what may do it or not. */
  doubted(): Effects {
    return new Effects(this.files, false, this.because);
  }

  /** A program; without facts one of which nothing is known. */
  program(path: string, facts: readonly FileFact[] | undefined): void {
    if (!isKnown(path)) this.#unnamed(path);
    else if (facts === undefined || !this.#sure) this.unknown(path);
    else this.files.file(path, facts);
  }

  write(path: string, text: string | undefined): void {
    if (!isKnown(path)) this.#unnamed(path);
    else if (text === undefined || !isKnown(text) || !this.#sure) this.unknown(path);
    else {
      const before = this.files.lookup(path);
      this.files.write(path, Buffer.from(text), before.kind === "file" && before.executable);
    }
  }

  unknown(path: string): void {
    if (!isKnown(path)) this.#unnamed(path);
    else if (this.files.lookup(path).kind === "folder") this.mayFill(path);
    else this.files.unknown(path, this.because);
  }

  link(path: string, target: string): void {
    // A link that may lead elsewhere now takes along what is below it.
    if (isKnown(path) && !this.#sure && this.files.isLink(path)) this.files.unknown(path, this.because);
    else if (!isKnown(path) || !isKnown(target) || !this.#sure) this.unknown(path);
    else this.files.link(path, target);
  }

  copy(from: string, to: string): void {
    if (!isKnown(to)) this.#unnamed(to);
    else if (!isKnown(from)) this.unknown(to);
    else if (!this.#sure) this.files.mayCopy(from, to, this.because);
    else if (!this.files.copy(from, to)) this.unknown(to);
  }

  remove(path: string): void {
    if (!isKnown(path)) return;
    if (this.#sure) this.files.remove(path);
    else if (this.files.lookup(path).kind !== "missing") this.unknown(path);
  }

  makeExecutable(path: string, executable: boolean): void {
    if (!isKnown(path)) return;
    const looked = this.files.lookup(path);
    if (!this.#sure && !executable && looked.kind === "file" && looked.executable) this.unknown(path);
    else this.files.setExecutable(path, executable);
  }

  folder(path: string): void {
    if (isKnown(path) && this.files.lookup(path).kind === "missing") this.files.folder(path);
  }

  /** A file whose name is not known: in a folder that is, each that may have that name may be another one now. */
  #unnamed(path: string): void {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const name = path.slice(folder.length + 1);
    const [start = "", ...others] = name.split(/[\uE000-\uE003]+/);
    const end = others.at(-1) ?? "";
    if (isKnown(folder) && folder !== "")
      this.files.mayReplace(folder, (one) => one.startsWith(start) && one.endsWith(end), this.because);
    this.mayFill(folder === "" ? "/" : folder);
  }

  /** Everything in a folder may be another thing now. */
  replace(folder: string): void {
    if (isKnown(folder)) this.files.replace(folder, this.because);
    else this.mayFill(folder);
  }

  /** Files that are not known may come into a folder, and stay what they are where that is told. */
  mayFill(folder: string, as?: Fill["as"]): void {
    const known = isKnown(folder) ? folder : "/";
    this.files.fill({
      folder: known,
      because: this.because,
      as: this.#sure && known === folder ? as : undefined,
    });
  }
}

/** `-at DIR` as `-a -t DIR`, where a letter inside a bundle takes a value (getopt(3)). */
export function unbundled(args: readonly string[], valued: readonly string[]): readonly string[] {
  return args.flatMap((arg) => {
    if (!/^-[a-zA-Z]{2}/.test(arg)) return [arg];
    const place = Array.from(arg).findIndex((letter, index) => index > 1 && valued.includes(`-${letter}`));
    if (place < 0 || valued.includes(arg.slice(0, 2))) return [arg];
    const value = arg.slice(place + 1);
    return [arg.slice(0, place), `-${arg[place]}`, ...(value === "" ? [] : [value])];
  });
}

/** The words that are no options, and the options' values by their names; `valued` are options that take the next word. */
export function operandsOf(
  args: readonly string[],
  valued: readonly string[] = [],
): { readonly operands: readonly string[]; readonly options: ReadonlyMap<string, string> } {
  const operands: string[] = [];
  const options = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") operands.push(arg);
    else if (valued.includes(arg)) options.set(arg, args[++i] ?? "");
    else {
      const equals = arg.indexOf("=");
      const joined = valued.find((one) => one.length === 2 && arg.length > 2 && arg.startsWith(one));
      if (equals > 0) options.set(arg.slice(0, equals), arg.slice(equals + 1));
      else if (joined !== undefined && !arg.startsWith("--")) options.set(joined, arg.slice(2));
      else options.set(arg, "");
    }
  }
  return { operands, options };
}

/** A path from where the command runs; known as far as it is before the first part that is not. */
export function at(call: Pick<Call, "cwd">, path: string): string {
  const isOpen = !isKnown(path.slice(0, 1)) || (!isKnown(path) && /(?:^|\/)\.\.(?:\/|$)/.test(path));
  return isOpen ? HOLE : absolute(call.cwd, path);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/\/+$/, "").replace(/^.*\//, "");
}
