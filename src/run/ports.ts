/** What a run is given besides its settings. Must stay types. */
import type { NamedFiles } from "../cluster/named.ts";
import type { ImageRead } from "../image/reads.ts";
import type { Base } from "../tree/base.ts";
import type { Workload } from "../model/workload.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { LiveState } from "../live/state.ts";
import type { Progress } from "../model/progress.ts";

/** What a run is given besides its settings. */
export interface RunPorts {
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
  /** Files that stand for the disk's. */
  readonly files?: GivenFiles;
  /** Images that several runs share. */
  readonly images?: Images;
}

/** What stands for a folder, and for the files that options name. */
export interface GivenFiles {
  /** What is searched; absent where a live cluster is. */
  readonly tree?: FileTree;
  readonly named: NamedFiles;
  /** What reports call the cluster; several of one state have their own names after it. */
  readonly cluster: string;
  /** Others are asked the same: a target that is nothing for this one is told, and stops nothing. */
  readonly amongOthers?: boolean;
}

/** The images of a run, each read once. */
export interface Images {
  /** Reads the image of each workload, in their order. Rejects with MuslgateError (`usage`), or for an aborted signal. */
  read(workloads: readonly Workload[]): Promise<readonly ImageRead[]>;
  /** The same of a state: the images that it builds are planned from its files. */
  readIn(tree: FileTree | undefined, workloads: readonly Workload[]): Promise<readonly ImageRead[]>;
  /** The packed chart that a reference leads to. Rejects with MuslgateError. */
  packedChart(reference: string): Promise<Uint8Array>;
}
