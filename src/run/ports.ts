/** What a run is given besides its settings. Must stay types. */
import type { Progress } from "../model/progress.ts";
import type { Base } from "../tree/base.ts";

/** What a run is given besides its settings. */
export interface RunPorts {
  /** Where layer workers start; without it layers are read in this thread. */
  readonly workerUrl: URL | undefined;
  readonly signal: AbortSignal;
  /** The state to compare a repository with, or a sentence on why there is none although one was wanted. */
  readonly base?: Base;
  readonly progress?: Progress;
}
