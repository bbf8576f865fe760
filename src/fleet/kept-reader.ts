/** Reads layers' facts from the stores of a fleet. Must stop where two stores have different facts of one. */
import type { LayerReader } from "../image/layer/reader.ts";
import type { Digest } from "../model/digest.ts";
import { MuslgateError } from "../model/error.ts";
import { entryKey, factsIn } from "./facts-entry.ts";
import type { Plan, PlannedLayer } from "./plan.ts";
import { type Store, twoFacts } from "./store.ts";

/** What reads a layer's facts; `missing` is told of those that are nowhere, by shard. */
export function keptReader(
  { schema, layers }: Plan,
  stores: readonly Store[],
  missing: Map<number, Set<Digest>>,
): { readonly reader: LayerReader; readonly refuse: () => void } {
  const byDigest = new Map<Digest, PlannedLayer>(layers.map((one) => [one.digest, one]));
  // Whoever reads an image makes what fails in it unknown; this stops the merge.
  let stop: Error | undefined;
  const stopping = (error: unknown): never => {
    if (stop === undefined && error instanceof Error) stop = error;
    throw error;
  };
  const reader: LayerReader = {
    async read({ digest, diffId }) {
      if (digest === undefined || diffId === undefined)
        throw new MuslgateError("internal", "a planned layer has no digest", "Please report this.");
      const key = entryKey(schema, digest);
      const found = new Map<string, Store>();
      for (const store of stores) {
        const entry = await store.get(key).catch(stopping);
        if (entry !== undefined && !found.has(entry)) found.set(entry, store);
      }
      if (found.size > 1) return stopping(twoFacts(digest, key, [...found.values()]));
      const [entry] = found.keys();
      if (entry === undefined) {
        const { shard = 0 } = byDigest.get(digest) ?? {};
        missing.set(shard, (missing.get(shard) ?? new Set()).add(digest));
        throw notThere(shard);
      }
      const facts = factsIn(entry, schema, digest);
      if (facts === undefined) {
        throw new MuslgateError(
          "input",
          `its entry ${key} in the store is not what muslgate writes`,
          "Find out who wrote it, take it away, and read its shard again.",
        );
      }
      return { facts: { ...facts, schema, diffId }, verified: "stored-digest" };
    },
  };
  const refuse = () => {
    if (stop !== undefined) throw stop;
  };
  return { reader, refuse };
}

function notThere(shard: number): MuslgateError {
  return shard === 0
    ? new MuslgateError(
        "input",
        "it is not in the registry but at an address of its maker's, which is not followed",
        "Push the image with its layers, or leave it out.",
      )
    : new MuslgateError(
        "input",
        "no store has its facts",
        // Which these are is told once for all images.
        "Read the shards that are missing, and merge again.",
      );
}
