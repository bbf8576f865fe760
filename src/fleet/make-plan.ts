/** Makes a plan: asks clusters, folders and registries once, and writes down what they answer. Must read no layer. */
import { statSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import type { Kubectl } from "../live/kubectl.ts";
import { clusterOfLists, readCluster } from "../live/read-cluster.ts";
import type { LiveState } from "../live/state.ts";
import { Budget } from "../model/budget.ts";
import type { Digest } from "../model/digest.ts";
import { MuslgateError } from "../model/error.ts";
import type { Report } from "../model/report.ts";
import { parseReference } from "../image/source/registry/reference.ts";
import type { Source } from "../image/source/source.ts";
import { imagesFrom } from "../run/images.ts";
import { limitsWith } from "../run/limits.ts";
import { run } from "../run/run.ts";
import { folderTree } from "../tree/folder-tree.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { readText } from "../tree/read-text.ts";
import { prefixedTree } from "../tree/views.ts";
import type { Fleet, FleetCluster } from "./fleet-file.ts";
import { type FleetPorts, memberRun } from "./members.ts";
import { bySize, pack } from "./pack.ts";
import type { Member, Plan, PlannedLayer, PlannedReference } from "./plan.ts";
import { type Recorded, type RecordedTree, recordedSource, recordedTree } from "./recorded.ts";

/** The outside. */
export interface PlanningPorts extends Omit<FleetPorts, "images"> {
  /** Who asks a cluster's API through a context. */
  readonly kubectl: (context: string) => Kubectl;
  readonly registry: Source;
  /** What facts are read: of `factsSchema`. */
  readonly schema: string;
  /** The user's environment, for git in a folder. */
  readonly env: NodeJS.ProcessEnv;
}

/** A plan, and what there is to say of it. */
export interface Made {
  readonly plan: Plan;
  /** The report as far as it is known without a layer, for its diagnostics. */
  readonly reports: readonly Report[];
}

/** Characters of files that a plan may hold. */
const MOST_KEPT = 512 * 2 ** 20;
/** What kubectl printed of one cluster. */
const MOST_LISTS = 256 * 2 ** 20;

/** Plans it. Paths are relative to `folder`, that of the fleet's file. Rejects with MuslgateError. */
export async function makePlan(
  fleet: Fleet,
  folder: string,
  shards: number,
  ports: PlanningPorts,
): Promise<Made> {
  const kept = new Budget("planCharacters", MOST_KEPT);
  const source = recordedSource(ports.registry);
  const reader = { read: () => Promise.reject(NOT_READ), close: async () => {} };
  const { signal, platform } = ports;
  const limits = limitsWith(ports.limits).image;
  const sources = [source.source];
  const images = imagesFrom({ sources, registries: sources, reader, signal, limits }, { platform });
  const trees: RecordedTree[] = [];
  const byFolder = new Map<string, number>();
  const members: Member[] = [];
  const reports: Report[] = [];
  for (const cluster of fleet.clusters) {
    const { tree, live } = await opened(cluster, folder, kept, trees, byFolder, ports);
    for (const target of [undefined, ...fleet.targets]) {
      const options = { ...cluster.options, ...target?.options };
      const member: Member = {
        name: target === undefined ? cluster.name : `${cluster.name} to ${target.name}`,
        tree,
        live: live && withoutTree(live),
        options,
        without:
          live && target?.options["gke-version"] !== undefined ? await keptByGke(live.tree) : undefined,
        named: namedIn(options.corefile, folder),
      };
      members.push(member);
      const [configured, given] = await memberRun(member, (trees[tree] as RecordedTree).tree, {
        ...ports,
        images,
      });
      reports.push(await run(configured, given));
      if (kept.isOver) throw tooLarge(kept.most);
    }
  }
  const { layers, references } = planned(source.recorded(), shards);
  const recorded = await Promise.all(trees.map((one) => one.recorded()));
  return {
    plan: { schema: ports.schema, shards, platform, trees: recorded, members, layers, references },
    reports,
  };
}

const NOT_READ = new MuslgateError("input", "a plan reads no layers", "Run muslgate fleet read.");

/** Opens a cluster's state; a folder that several name is one tree. */
async function opened(
  { name, source, line }: FleetCluster,
  folder: string,
  kept: Budget,
  trees: RecordedTree[],
  byFolder: Map<string, number>,
  { kubectl, env }: PlanningPorts,
): Promise<{ readonly tree: number; readonly live?: LiveState }> {
  if ("repository" in source) {
    const path = join(folder, source.repository);
    const known = byFolder.get(path);
    if (known !== undefined) return { tree: known };
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
    byFolder.set(path, tree);
    return { tree };
  }
  const live =
    "lists" in source
      ? clusterOfLists(readText(join(folder, source.lists), MOST_LISTS), source.lists)
      : await readCluster(kubectl(source.context), source);
  const state = recordedTree(live.tree, kept);
  return { tree: trees.push(state) - 1, live };
}

/** GKE writes these anew with each version: what stands there now says nothing of the next. */
async function keptByGke(tree: FileTree): Promise<readonly string[]> {
  const { paths } = await tree.list();
  return paths.filter((path) => /^kube-system\/configmap-(?:node-local-dns|coredns)\.yaml$/.test(path));
}

function withoutTree({
  pods,
  dnsAddresses,
  gkeVersion,
  nodeLocalDns,
  diagnostics,
}: LiveState): Member["live"] {
  const plain = [...pods].map(([path, { owner, pods: some, ofPods, variant }]) => {
    const { kind, namespace, name } = owner;
    return [path, { owner: { kind, namespace, name }, pods: some, ofPods, variant }] as const;
  });
  return { pods: plain, dnsAddresses: [...dnsAddresses], gkeVersion, nodeLocalDns, diagnostics };
}

function namedIn(
  corefile: Member["options"][string & keyof Member["options"]],
  folder: string,
): Member["named"] {
  const files = [corefile ?? []].flat().filter((one) => typeof one === "string");
  return Object.fromEntries(
    files.map((file) => [
      file,
      readText(
        join(folder, file),
        undefined,
        "Check the path, which is from the folder of the fleet's file.",
      ),
    ]),
  );
}

/** Each layer once, largest first, with the repository whose name comes first. */
function planned(
  recorded: readonly Recorded[],
  shards: number,
): { readonly layers: readonly PlannedLayer[]; readonly references: readonly PlannedReference[] } {
  const known = new Map<Digest, Omit<PlannedLayer, "shard">>();
  for (const { reference, images } of recorded) {
    const from = repositoryOf(reference);
    for (const { digest, blob } of images.flatMap((image) => image.layers)) {
      if (digest === undefined || from === undefined) continue;
      const size = blob.size ?? 0;
      // A layer that its maker keeps elsewhere has no part that could be asked for.
      const isThere = blob.kind === "stream" && blob.readRange !== undefined;
      const before = known.get(digest);
      if (before === undefined || (isThere && (before.from === "" || from < before.from)))
        known.set(digest, { digest, size, from: isThere ? from : "" });
    }
  }
  const sorted = [...known.values()].toSorted(bySize);
  const there = sorted.filter(({ from }) => from !== "");
  const numbers = pack(there, shards);
  const shardOf = new Map(there.map(({ digest }, i) => [digest, numbers[i] as number]));
  const layers = sorted.map((one) => ({ ...one, shard: shardOf.get(one.digest) ?? 0 }));
  const indexOf = new Map(layers.map(({ digest }, i) => [digest, i]));
  const references = recorded.map(({ images, ...one }) => ({
    ...one,
    images: images.map(({ digest, config, layers: own }) => ({
      digest,
      config,
      layers: own.map((layer) => indexOf.get(layer.digest as Digest) as number),
    })),
  }));
  return { layers, references };
}

function repositoryOf(reference: string): string | undefined {
  try {
    const { registry, repository } = parseReference(reference.replace(/^registry:(?:\/\/)?/, ""), reference);
    return `${registry}/${repository}`;
  } catch {
    return undefined;
  }
}

function tooLarge(most: number): MuslgateError {
  return new MuslgateError(
    "limit",
    `the files of this fleet have more than ${most} characters (limit planCharacters)`,
    "Plan some of its clusters as another fleet.",
  );
}
