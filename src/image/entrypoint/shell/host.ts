/** What a walk through a script needs of the world, and what a builtin needs of the walk. Must hold no logic. */
import type { ParsedScript } from "unbash";
import type { PathKind } from "./conditions.ts";
import type { Source } from "./source.ts";
import type { State } from "./state.ts";

/** A program that a script starts. */
export interface Start {
  /** The program and its arguments; what is not known is marked. */
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Whether variables that are not in `environment` may be set all the same. */
  readonly open: boolean;
  readonly cwd: string;
  /** Text it can read, where that is known. */
  readonly stdin: string | undefined;
  /** It replaces the shell. */
  readonly isExec: boolean;
  readonly sure: boolean;
  /** The script and its line. */
  readonly at: string;
  /** What it prints is wanted. */
  readonly prints: boolean;
}

/** What a program left behind. */
export interface Ran {
  readonly status: boolean | undefined;
  readonly output: string;
}

/** What a shell needs of the world around it. */
export interface Host {
  parse(text: string): ParsedScript;
  /** Counts work; false once there was too much. */
  step(cost: number): boolean;
  start(start: Start): Ran;
  /** Something that could not be followed, as a sentence. */
  unknown(reason: string): void;
  /** Something that would start, but is not there: a sentence. */
  absent(reason: string): void;
  kindOf(path: string): PathKind;
  /** False where a path surely is no link. */
  isLink(path: string): false | undefined;
  /** A text file's content; `missing` where it is surely not there, else nothing. */
  read(path: string): { readonly text: string } | "missing" | undefined;
  names(folder: string): readonly string[] | undefined;
  /** The path a bare name is found at with this PATH; false where there is none, nothing where that is not known. */
  which(name: string, path: string | undefined, cwd: string): string | false | undefined;
  /** A file is written while the container runs; without text where that is not known. */
  write(path: string, text: string | undefined, appends: boolean): void;
  /** A name is looked up by the shell itself (bash's /dev/tcp). */
  connects(host: string, at: string): void;
}

/** A variable and what it is set to before a command. */
export type Assigned = readonly [name: string, value: string | readonly string[]];

/** A shell that walks, as its builtins see it. */
export interface Walker {
  readonly host: Host;
  readonly name: string;
  readonly source: Source;
  text(source: Source, state: State): readonly State[];
  evaluate(text: string, state: State, what: string): readonly State[];
  invoke(
    words: readonly string[],
    assignments: readonly Assigned[],
    at: string,
    state: State,
    skipFunctions?: boolean,
  ): readonly State[];
  start(
    words: readonly string[],
    assignments: readonly Assigned[],
    at: string,
    state: State,
    isExec: boolean,
  ): readonly State[];
  shifted(state: State, count: string): readonly State[];
}
