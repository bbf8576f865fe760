/** What a plan comes to, in numbers, for people and for a workflow's matrix. Must print nothing. */
import type { Plan } from "../fleet/plan.ts";
import { jsonText } from "../report/json.ts";
import { printable } from "../report/text.ts";

/** They. */
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

/** Counts. */
export function numbersOf(run: string, { shards, members, references, layers }: Plan): Numbers {
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

/** As JSON, or as lines that name the plan's file. */
export function renderNumbers(numbers: Numbers, kind: "table" | "json", out: string): string {
  return kind === "json" ? jsonText(numbers) : tableOf(numbers, out);
}

function tableOf(
  { run, shards, clusters, references, layers, bytes, unopened }: Numbers,
  out: string,
): string {
  const lost = unopened.length;
  return [
    `run      ${run}`,
    `plan     ${printable(out)}`,
    `to judge ${numbered(references, "image reference")} on ${clusters === 1 ? "1 cluster" : `${clusters} clusters and targets`}`,
    ...(lost === 0 ? [] : [`         ${lost} of them could not be opened: what they run is not known`]),
    `to read  ${numbered(layers, "layer")}, ${sizeOf(bytes)}, in ${numbered(shards, "shard")}`,
    "",
  ].join("\n");
}

function sizeOf(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function numbered(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
