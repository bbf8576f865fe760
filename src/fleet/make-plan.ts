/** Makes a plan: asks clusters, folders and registries once, and writes down what they answer. Must read no layer. */
import type { Source } from "../image/source/source.ts";
import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";
import { imagesFrom } from "../run/images.ts";
import { limitsWith } from "../run/limits.ts";
import { run } from "../run/run.ts";
import type { Fleet } from "./fleet-file.ts";
import { layersOf } from "./layers-of.ts";
import { type FleetPorts, memberRun } from "./members.ts";
import { keptByGke, namedIn, openCluster, type OpeningPorts, withoutTree } from "./open-cluster.ts";
import type { Member, Plan } from "./plan.ts";
import { type RecordedTree, recordedSource } from "./recorded.ts";

/** The outside. */
export interface PlanningPorts extends Omit<FleetPorts, "images">, OpeningPorts {
  readonly registry: Source;
  /** What facts are read: of `factsSchema`. */
  readonly schema: string;
}

/** Characters of files that a plan may hold. */
const MOST_KEPT = 512 * 2 ** 20;

/** Plans it. Paths are relative to `folder`, that of the fleet's file. Rejects with MuslgateError. */
export async function makePlan(
  fleet: Fleet,
  folder: string,
  shards: number,
  ports: PlanningPorts,
): Promise<Plan> {
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
  for (const cluster of fleet.clusters) {
    const { tree, live } = await openCluster(cluster, folder, kept, trees, byFolder, ports);
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
      // Whatever image it asks for is recorded.
      await run(configured, given);
      if (kept.isOver) throw tooLarge(kept.most);
    }
  }
  const { layers, references } = layersOf(source.recorded(), shards);
  const recorded = await Promise.all(trees.map((one) => one.recorded()));
  return { schema: ports.schema, shards, platform, trees: recorded, members, layers, references };
}

const NOT_READ = new MuslgateError("input", "a plan reads no layers", "Run muslgate fleet read.");

function tooLarge(most: number): MuslgateError {
  return new MuslgateError(
    "limit",
    `the files of this fleet have more than ${most} characters (limit planCharacters)`,
    "Plan some of its clusters as another fleet.",
  );
}
