/** Reads the layers of one shard into a store. Must read no layer that the store has, nor keep one that was not hashed. */
import type { LayerOf } from "../image/source/registry/registry-source.ts";
import type { LayerReader } from "../image/layer/reader.ts";
import type { Digest } from "../model/digest.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { Layer } from "../model/oci.ts";
import { isHashed } from "../model/proof.ts";
import { entryKey, entryText, factsIn } from "./facts-entry.ts";
import type { PlannedLayer } from "./plan.ts";
import { type Store, TwoFacts } from "./store.ts";

/** The outside. */
export interface ShardPorts {
  readonly store: Store;
  readonly reader: LayerReader;
  /** The way to a layer of a repository. */
  readonly layer: (repository: string, layer: LayerOf, signal: AbortSignal) => Layer;
  readonly schema: string;
  readonly signal: AbortSignal;
  /** Told of each layer that could not be read, in a sentence. */
  readonly tell: (line: string) => void;
}

/** What became of a shard's layers, in numbers. */
export interface ShardRead {
  readonly read: number;
  /** Whose facts were there. */
  readonly known: number;
  readonly failed: number;
}

/** Layers asked for side by side: the reader has fewer going, others are looked up meanwhile. */
const LANES = 4;

/**
 * Reads them. A layer that fails is told, and the others are read all the same; rejects with MuslgateError for a store that
 * fails, or that has other facts of a layer.
 */
export async function readShard(layers: readonly PlannedLayer[], ports: ShardPorts): Promise<ShardRead> {
  const counts = { read: 0, known: 0, failed: 0 };
  const waiting = layers.values();
  const lane = async () => {
    for (const layer of waiting) counts[await readOne(layer, ports)]++;
  };
  await Promise.all(Array.from({ length: Math.min(LANES, layers.length) }, lane));
  return counts;
}

async function readOne(
  { digest, size, from }: PlannedLayer,
  { store, reader, layer, schema, signal, tell }: ShardPorts,
): Promise<keyof ShardRead> {
  const key = entryKey(schema, digest);
  const there = await store.get(key);
  if (there !== undefined) {
    if (factsIn(there, schema, digest) === undefined) throw strange(store, key, digest);
    return "known";
  }
  let entry: string;
  try {
    // Only the stored bytes are hashed, and no image's word for the others is kept.
    const { facts, verified } = await reader.read(
      layer(from, { digest, size, diffId: digest }, signal),
      signal,
    );
    if (!isHashed(verified))
      throw new MuslgateError("internal", `${digest} was not hashed`, "Please report this.");
    entry = entryText(schema, digest, facts);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
    tell(`${digest} of ${from}: ${messageOf(error)}. ${error.hint}`);
    return "failed";
  }
  const other = await store.add(key, entry);
  if (other !== undefined && other !== entry) throw new TwoFacts(digest, key, [store]);
  return other === undefined ? "read" : "known";
}

function strange({ name }: Store, key: string, digest: Digest): MuslgateError {
  return new MuslgateError(
    "input",
    `the entry ${key} of the store ${name} is not what muslgate writes of the layer ${digest}`,
    "Find out who wrote it, take it away, and read the shard again.",
  );
}
