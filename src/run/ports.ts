/** What a run is given besides its settings. Must stay types. */
import type { Base } from "../tree/base.ts";
import type { LiveState } from "../live/state.ts";
import type { Progress } from "../model/progress.ts";

/** What a run is given besides its settings. */
export interface RunPorts {
  /** Where layer workers start; without it layers are read in this thread. */
  readonly workerUrl: URL | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whose programs, credentials and proxies are used. */
  readonly env: NodeJS.ProcessEnv;
  /** The state to compare a repository with, or a sentence on why there is none although one was wanted. */
  readonly base?: Base;
  /** A live cluster, which is then searched instead of a folder. */
  readonly live?: LiveState;
  /** What it is held against: another cluster, or a folder. */
  readonly against?: LiveState | string;
  readonly progress?: Progress;
}
