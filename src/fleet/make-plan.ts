/** Makes a plan: asks clusters, folders and registries once, and writes down what they answer. Must read no layer. */
import type { Source } from "../image/source/source.ts";
import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";
import { run } from "../run/run.ts";
import { askedImages } from "./asked-images.ts";
import type { Fleet } from "./fleet-file.ts";
import { layersOf } from "./layers-of.ts";
import { type FleetPorts, memberRun } from "./members.ts";
import { namedIn, openCluster, type OpenedCluster, type OpeningPorts, withoutTree } from "./open-cluster.ts";
import type { Member, Plan } from "./plan.ts";
import type { RecordedTree } from "./recorded.ts";
import { optionsWithin } from "./within.ts";

/** The outside. */
export interface PlanningPorts extends Omit<FleetPorts, "images">, OpeningPorts {
  readonly registry: Source;
  /** What facts are read: of `factsSchema`. */
  readonly schema: string;
  /** Told of each cluster of which nothing could be read, in a sentence. */
  readonly tell: (line: string) => void;
}

/** Characters of files that a plan may hold. */
const MOST_KEPT = 512 * 2 ** 20;

/**
 * Plans it. Paths are relative to `folder`, that of the fleet's file. Rejects with MuslgateError; a cluster of which nothing
 * can be read is a gap, unless it is so of all.
 */
export async function makePlan(
  { clusters, targets }: Fleet,
  folder: string,
  shards: number,
  ports: PlanningPorts,
): Promise<Plan> {
  const kept = new Budget("planCharacters", MOST_KEPT);
  const asked = askedImages(ports.registry, ports);
  const trees: RecordedTree[] = [];
  const byFolder = new Map<string, OpenedCluster>();
  const members: Member[] = [];
  const lost: { readonly name: string; readonly problem: MuslgateError }[] = [];
  for (const cluster of clusters) {
    const { tree, prefix, live, problem } = await openCluster(cluster, folder, kept, trees, byFolder, ports);
    if (problem !== undefined) lost.push({ name: cluster.name, problem });
    const images = asked.images();
    const now = optionsWithin(prefix, cluster.options);
    const plain = live && withoutTree(live);
    for (const options of targets.length === 0 ? [now] : [now, { ...now, to: targets }]) {
      const named = namedIn(options, folder);
      const own = prefix === "" ? undefined : prefix;
      const member: Member = { name: cluster.name, tree, folder: own, live: plain, options, named };
      members.push(member);
      const [configured, given] = await memberRun(member, (trees[tree] as RecordedTree).tree, {
        ...ports,
        images,
      });
      // Whatever image it asks for is recorded.
      await run(configured, given);
      if (kept.isOver) throw tooLarge(kept.most);
    }
  }
  const [first] = lost;
  if (first !== undefined && lost.length === clusters.length) throw first.problem;
  for (const { name, problem } of lost) ports.tell(`${name}: ${problem.message}. ${problem.hint}`);
  const { layers, references } = layersOf(asked.recorded(), shards);
  const recorded = await Promise.all(trees.map((one) => one.recorded()));
  const { schema, platform } = ports;
  return { schema, shards, platform, trees: recorded, members, layers, references };
}

function tooLarge(most: number): MuslgateError {
  return new MuslgateError(
    "limit",
    `the files of this fleet have more than ${most} characters (limit planCharacters)`,
    "Plan some of its clusters as another fleet.",
  );
}
