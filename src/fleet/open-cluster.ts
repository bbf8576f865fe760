/** Opens the state of one cluster of a fleet: through kubectl, from what it printed, or a folder. Must judge nothing. */
import { statSync } from "node:fs";
import { basename, isAbsolute, join, normalize } from "node:path";
import type { Kubectl } from "../live/kubectl.ts";
import { clusterOfLists, readCluster, unreadCluster } from "../live/read-cluster.ts";
import type { LiveState } from "../live/state.ts";
import type { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";
import { listOf } from "../settings/settings.ts";
import { readTargets } from "../settings/targets.ts";
import { folderTree } from "../tree/folder-tree.ts";
import { readText } from "../tree/read-text.ts";
import { prefixedTree } from "../tree/views.ts";
import type { FleetCluster } from "./fleet-file.ts";
import type { Member } from "./plan.ts";
import { type RecordedTree, recordedTree } from "./recorded.ts";

/** The outside. */
export interface OpeningPorts {
  /** Who asks a cluster's API through a context. */
  readonly kubectl: (context: string) => Kubectl;
  /** The user's environment, for git in a folder. */
  readonly env: NodeJS.ProcessEnv;
}

/** Its state. */
export interface OpenedCluster {
  /** Index of its tree. */
  readonly tree: number;
  /** The folder that stands before the paths of its files; empty where none does. */
  readonly prefix: string;
  readonly live?: LiveState;
  /** Why nothing of it was read. */
  readonly problem?: MuslgateError;
}

/** What kubectl printed of one cluster. */
const MOST_LISTS = 256 * 2 ** 20;

/** Opens a cluster's state; a folder that several name is one tree. */
export async function openCluster(
  { name, source, line }: FleetCluster,
  folder: string,
  kept: Budget,
  trees: RecordedTree[],
  byFolder: Map<string, OpenedCluster>,
  { kubectl, env }: OpeningPorts,
): Promise<OpenedCluster> {
  if ("repository" in source) {
    const path = fromFolder(folder, source.repository);
    const known = byFolder.get(path);
    if (known !== undefined) return known;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) {
      throw new MuslgateError(
        "usage",
        `line ${line}: the repository ${source.repository} of ${name} ${stat === undefined ? "does not exist" : "is not a folder"}`,
        "Write its path from the folder of the fleet's file.",
      );
    }
    const below = normalize(source.repository).replace(/\/+$/, "");
    const prefix =
      below.startsWith("..") || below.startsWith("/") ? basename(path) : below === "." ? "" : below;
    const tree = trees.push(recordedTree(prefixedTree(folderTree(path, { env }), prefix), kept)) - 1;
    const opened = { tree, prefix };
    byFolder.set(path, opened);
    return opened;
  }
  const { live, problem } = await liveOrGap(async () =>
    "lists" in source
      ? clusterOfLists(readText(fromFolder(folder, source.lists), MOST_LISTS), source.lists)
      : await readCluster(kubectl(source.context), source),
  );
  const state = recordedTree(live.tree, kept);
  return { tree: trees.push(state) - 1, prefix: "", live, problem };
}

/** A cluster that cannot be asked, or whose Lists are none, has nothing but the gap that says so: others are planned all the same. */
async function liveOrGap(
  read: () => Promise<LiveState>,
): Promise<{ readonly live: LiveState; readonly problem?: MuslgateError }> {
  try {
    return { live: await read() };
  } catch (error) {
    if (!(error instanceof MuslgateError) || error.code === "usage" || error.code === "internal") throw error;
    return { live: unreadCluster(error), problem: error };
  }
}

/** What a plan keeps of a live cluster besides its tree: all that a run about it is given, but for its name, which the fleet gives. */
export function withoutTree({
  name: _name,
  namesPods: _namesPods,
  tree: _tree,
  pods,
  dnsAddresses,
  ...rest
}: LiveState): Member["live"] {
  const plain = [...pods].map(([path, { owner, pods: some, ofPods, variant }]) => {
    const { kind, namespace, name } = owner;
    return [path, { owner: { kind, namespace, name }, pods: some, ofPods, variant }] as const;
  });
  return { ...rest, pods: plain, dnsAddresses: [...dnsAddresses] };
}

/** The texts of the files that options and targets name, which are relative to the folder. */
export function namedIn({ corefile, to }: Member["options"], folder: string): Member["named"] {
  const targets = readTargets(listOf(to), (value, hint) => new MuslgateError("usage", value, hint));
  const files = [listOf(corefile), targets.flatMap((one) => one.corefile ?? [])].flat();
  return Object.fromEntries(
    files.map((file) => [
      file,
      readText(
        fromFolder(folder, file),
        undefined,
        "Check the path, which is from the folder of the fleet's file.",
      ),
    ]),
  );
}

/** A path as the fleet's file has it, which may stand alone. */
function fromFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
