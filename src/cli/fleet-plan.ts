/** `muslgate fleet plan`: a fleet's file becomes a plan, and numbers about it. Must judge nothing. */
import { dirname } from "node:path";
import { readFleet } from "../fleet/fleet-file.ts";
import { makePlan, type Made } from "../fleet/make-plan.ts";
import { openOutside, SCHEMA } from "../fleet/outside.ts";
import { MOST_SHARDS } from "../fleet/plan.ts";
import { writePlan } from "../fleet/plan-file.ts";
import { EXIT } from "../judge/exit-code.ts";
import { kubectl } from "../live/kubectl.ts";
import { MuslgateError } from "../model/error.ts";
import { remark, write } from "../publish/terminal.ts";
import { jsonText } from "../report/json.ts";
import { printable } from "../report/text.ts";
import { saidBy, settingsOf } from "../settings/states.ts";
import type { Written } from "../settings/settings.ts";
import { readText } from "../tree/read-text.ts";
import { chosen } from "./chosen.ts";
import { spelt } from "./spelt.ts";

/** Its own flags. */
export interface PlanFlags {
  readonly out: string;
  readonly shards: string;
  readonly format: string;
}

/** Makes it and returns the exit code. Rejects with MuslgateError. */
export async function planCommand(
  file: string,
  { out, shards, format }: PlanFlags,
  written: Written,
): Promise<number> {
  const kind = chosen("--format", format, ["table", "json"]);
  const number = /^\d{1,5}$/.test(shards) ? Number(shards) : 0;
  if (number < 1 || number > MOST_SHARDS)
    throw new MuslgateError("usage", `--shards is "${shards}"`, `Write a number from 1 to ${MOST_SHARDS}.`);
  const fleet = readFleet(file, readText(file));
  const { platform = "" } = fleet;
  const settings = settingsOf(saidBy({ ...written, platform }, process.env, spelt));
  const { registry, reader } = await openOutside(settings, process.env);
  try {
    const made = await makePlan(fleet, dirname(file), number, {
      kubectl: (context) => kubectl(process.env, context, (line) => remark(`kubectl: ${printable(line)}\n`)),
      registry,
      schema: SCHEMA,
      env: process.env,
      signal: new AbortController().signal,
      now: () => Date.now(),
      limits: settings.limits,
      platform: settings.platform,
    });
    const run = writePlan(out, made.plan);
    const numbers = numbersOf(run, made);
    for (const line of numbers.unopened) remark(`muslgate: ${printable(line)}\n`);
    await write(
      process.stdout,
      kind === "json" ? jsonText(numbers) : tableOf(numbers, out),
      kind === "json" ? "json" : "words",
    );
    return numbers.references > 0 && numbers.unopened.length === numbers.references
      ? EXIT.unreadable
      : EXIT.clean;
  } finally {
    await reader.close();
  }
}

interface Numbers {
  /** The plan's digest. */
  readonly run: string;
  readonly shards: number;
  /** What a matrix is made of: shards as `--shard` takes them. */
  readonly matrix: readonly string[];
  readonly clusters: number;
  readonly references: number;
  readonly layers: number;
  /** Bytes as stored. */
  readonly bytes: number;
  /** Why references led nowhere, a sentence each. */
  readonly unopened: readonly string[];
}

function numbersOf(run: string, { plan: { shards, members, references, layers } }: Made): Numbers {
  return {
    run,
    shards,
    matrix: Array.from({ length: shards }, (_, i) => `${i + 1}/${shards}`),
    clusters: members.length,
    references: references.length,
    layers: layers.length,
    bytes: layers.reduce((sum, { size }) => sum + size, 0),
    unopened: references.flatMap(({ problem }) => problem?.message ?? []),
  };
}

function tableOf({ run, shards, clusters, references, layers, bytes }: Numbers, out: string): string {
  const size = bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
  return [
    `run     ${run}`,
    `plan    ${printable(out)}`,
    `judged  ${references} image references on ${clusters} clusters and targets`,
    `to read ${layers} layers, ${size}, in ${shards} shards`,
    "",
  ].join("\n");
}
