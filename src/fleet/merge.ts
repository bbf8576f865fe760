/** Judges a fleet from its plan and what shards left in stores. Must ask nobody, and come to the same whatever order and number the stores have. */
import { cachedReader, NO_STORE } from "../image/cache.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MuslgateError } from "../model/error.ts";
import type { Report } from "../model/report.ts";
import { imagesFrom } from "../run/images.ts";
import { limitsWith } from "../run/limits.ts";
import { run } from "../run/run.ts";
import { join } from "./join.ts";
import { keptReader, type Lacking } from "./kept-reader.ts";
import { type FleetPorts, memberRun } from "./members.ts";
import type { Plan } from "./plan.ts";
import { plannedSource, plannedTree } from "./recorded.ts";
import type { Store } from "./store.ts";

/** The outside. */
export type MergePorts = Omit<FleetPorts, "images" | "platform">;

/** Bytes of facts that are held: bases that many images have. The store has the others, a read away. */
const MOST_HELD = 32 * 2 ** 20;

/** The report on all of it. Rejects with MuslgateError (`input`) where stores have two different facts of one layer. */
export async function merge(plan: Plan, stores: readonly Store[], ports: MergePorts): Promise<Report> {
  const { signal } = ports;
  const { platform, members } = plan;
  const limits = limitsWith(ports.limits).image;
  const source = plannedSource(plan.references, plan.layers);
  const kept = keptReader(plan, stores);
  const reading = {
    sources: [source],
    registries: [source],
    reader: cachedReader(kept.reader, NO_STORE, { mostHeld: MOST_HELD }),
    signal,
    limits,
  };
  const images = imagesFrom(reading, { platform });
  const trees = plan.trees.map(plannedTree);
  const reports: Report[] = [];
  for (const member of members) {
    const tree = trees[member.tree];
    if (tree === undefined)
      throw new MuslgateError("input", `the plan has no tree ${member.tree}`, "Make the plan anew.");
    const [configured, given] = await memberRun(member, tree, { ...ports, platform, images });
    reports.push(await run(configured, given));
    kept.refuse();
  }
  const joined = join(reports);
  return { ...joined, diagnostics: [...lackingIn(plan, kept.lacking), ...joined.diagnostics] };
}

function lackingIn(plan: Plan, { missing, unread }: Lacking): readonly Diagnostic[] {
  const failed = [...unread.values()].map(
    ({ problem, layers: { size } }): Diagnostic => ({
      code: "fleet-store-unread",
      message: `A store could not be read for ${counted(size)}, so that whatever they could have changed is unknown: ${problem.message}`,
      hint: problem.hint,
      weight: "gap",
    }),
  );
  return [...missingShards(plan, missing), ...failed];
}

function counted(layers: number): string {
  return `${layers} ${layers === 1 ? "layer" : "layers"}`;
}

function missingShards({ shards }: Plan, missing: Lacking["missing"]): readonly Diagnostic[] {
  return [...missing]
    .filter(([shard]) => shard > 0)
    .toSorted(([one], [other]) => one - other)
    .map(([shard, { size }]) => ({
      code: "fleet-shard-missing",
      message: `No store has the facts of ${counted(size)} of shard ${shard}/${shards}: whatever they could have changed is unknown`,
      hint: `Run muslgate fleet read with --shard ${shard}/${shards}, and merge again; what it could not read it says.`,
      weight: "gap",
      subject: `shard ${shard}/${shards}`,
    }));
}
