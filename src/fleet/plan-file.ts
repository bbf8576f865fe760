/** Writes a plan and reads it again, all of it or one shard. Must hold of a shard no more than its own layers. */
import { createHash } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Digest } from "../model/digest.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { Member, Plan, PlanHead, PlannedFile, PlannedLayer, PlannedReference } from "./plan.ts";
import { planLines, readPlanLines, unusable } from "./plan-lines.ts";

/** Writes it, whole or not at all; returns its digest, which is the run's name. Throws MuslgateError (`usage`). */
export function writePlan(file: string, plan: Plan): Digest {
  const hash = createHash("sha256");
  const part = `${file}.part`;
  try {
    // What a killed run left, or a link that somebody put there: neither is written through.
    rmSync(part, { force: true });
    const opened = openSync(part, "wx");
    try {
      for (const line of planLines(plan)) {
        const bytes = Buffer.from(line);
        hash.update(bytes);
        for (let at = 0; at < bytes.length; ) at += writeSync(opened, bytes, at);
      }
    } finally {
      closeSync(opened);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw new MuslgateError(
      "usage",
      `the plan ${file} cannot be written: ${messageOf(error)}`,
      "Choose another path with --out.",
      error,
    );
  }
  return `sha256:${hash.digest("hex")}`;
}

/** A plan, and the run's name. */
export interface NamedPlan {
  readonly run: Digest;
  readonly plan: Plan;
}

/** Reads all of it. Rejects with MuslgateError. */
export async function loadPlan(file: string, schema: string): Promise<NamedPlan> {
  let head: PlanHead | undefined;
  const trees: { paths: readonly string[]; diagnostics: readonly Diagnostic[]; files: PlannedFile[] }[] = [];
  const members: Member[] = [];
  const layers: PlannedLayer[] = [];
  const references: PlannedReference[] = [];
  const run = await readPlanLines(file, {
    head: (one) => {
      refuseOther(file, one, schema);
      head = one;
    },
    tree: (one: Omit<Plan["trees"][number], "files">) => trees.push({ ...one, files: [] }),
    file: (one: PlannedFile) => trees.at(-1)?.files.push(one),
    member: (one: Member) => members.push(one),
    layer: (one: PlannedLayer) => layers.push(one),
    reference: (one: PlannedReference) => references.push(one),
  });
  // Of nothing nothing is found, which would look as if all were well.
  if (members.length === 0) throw unusable(file, "it names no cluster");
  return { run, plan: { ...(head as unknown as PlanHead), trees, members, layers, references } };
}

/** What one shard is to read. */
export interface Shard {
  readonly run: Digest;
  readonly number: number;
  readonly shards: number;
  readonly layers: readonly PlannedLayer[];
}

/** Reads one shard; `chosen` says which, knowing how many there are. Rejects with MuslgateError. */
export async function loadShard(
  file: string,
  schema: string,
  chosen: (shards: number) => number,
): Promise<Shard> {
  let number = 0;
  let shards = 0;
  const layers: PlannedLayer[] = [];
  const run = await readPlanLines(file, {
    head: (one) => {
      refuseOther(file, one, schema);
      shards = one.shards;
      number = chosen(shards);
    },
    layer: (one: PlannedLayer) => {
      if (one.shard === number) layers.push(one);
    },
  });
  return { run, number, shards, layers };
}

function refuseOther(file: string, head: PlanHead, schema: string): void {
  if (head.schema === schema) return;
  throw new MuslgateError(
    "usage",
    `the plan ${file} was made by a muslgate that reads layers otherwise`,
    "Make it anew, or use the same version for plan, read and merge.",
  );
}
