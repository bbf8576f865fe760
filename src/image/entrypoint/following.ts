/** What following one start needs of the whole walk. Must hold no logic. */
import type { ChainLink, StartProcess } from "../../model/image-profile.ts";
import type { FileView } from "../file-view.ts";
import type { Changes } from "./changes.ts";
import type { Parsed } from "./parsed.ts";
import type { Ran } from "./shell/host.ts";

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

/** The walk, as what follows a program, a shell or a script of it sees it. */
export interface Following {
  readonly files: Changes;
  /** Names that /etc/hosts answers, beside those that are in every container. */
  readonly hosts: readonly string[];
  readonly parsed: Parsed;
  /** What would have started but is not there: it counts where nothing else looks names up. */
  readonly absent: StartProcess[];
  /** Paths of the image's programs that have to do with musl. */
  muslPrograms(): readonly string[];
  /** Follows a program with its arguments. */
  run(words: readonly string[], how: Situation): Ran;
  /** The same in a file system of its own, within what is left of this walk's work. */
  runIn(files: FileView, words: readonly string[], how: Situation): void;
  /** What a program came to. */
  add(process: StartProcess, name: string, how: Situation): void;
  /** Something that could not be followed, as a sentence. */
  unknown(reason: string, how: Situation): Ran;
  /** Counts work; false once there was too much. */
  step(cost: number, how: Situation): boolean;
}

/** What nothing is known of that a program leaves behind. */
export const NOTHING: Ran = { status: undefined, output: "" };

/** What starts a program, as words. */
export function starter({ at }: Situation): string {
  return at === undefined ? "the container" : `the script ${at}`;
}
