/** Reads layers' facts from the stores of a fleet. Must stop where two stores have different facts of one, and for nothing else that a store has. */
import type { LayerReader } from "../image/layer/reader.ts";
import type { Digest } from "../model/digest.ts";
import { MuslgateError } from "../model/error.ts";
import { entryKey, factsIn } from "./facts-entry.ts";
import type { Plan, PlannedLayer } from "./plan.ts";
import { isUnread, type Store, TwoFacts } from "./store.ts";

/** Layers of which nothing is known. */
export interface Lacking {
  /** Those that are in no store, by shard. */
  readonly missing: ReadonlyMap<number, ReadonlySet<Digest>>;
  /** Those that a store may have and did not give, by what it said. */
  readonly unread: ReadonlyMap<
    string,
    { readonly problem: MuslgateError; readonly layers: ReadonlySet<Digest> }
  >;
}

/** What reads a layer's facts, and what was lacking so far. */
export function keptReader(
  { schema, layers }: Plan,
  stores: readonly Store[],
): { readonly reader: LayerReader; readonly refuse: () => void; readonly lacking: Lacking } {
  const byDigest = new Map<Digest, PlannedLayer>(layers.map((one) => [one.digest, one]));
  const missing = new Map<number, Set<Digest>>();
  const unread = new Map<string, { readonly problem: MuslgateError; readonly layers: Set<Digest> }>();
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
      const failed: { readonly store: Store; readonly problem: MuslgateError }[] = [];
      for (const store of stores) {
        try {
          const entry = await store.get(key);
          if (entry !== undefined && !found.has(entry)) found.set(entry, store);
        } catch (problem) {
          if (!isUnread(problem)) return stopping(problem);
          failed.push({ store, problem });
        }
      }
      if (found.size > 1) return stopping(new TwoFacts(digest, key, [...found.values()]));
      const [entry] = found.keys();
      // What another store has is what this one would have.
      const [first] = failed;
      if (entry === undefined && first !== undefined) {
        for (const { store, problem } of failed) {
          const of = `${store.name}\n${problem.message}`;
          const known = unread.get(of) ?? { problem, layers: new Set() };
          unread.set(of, known);
          known.layers.add(digest);
        }
        throw new MuslgateError(
          "input",
          "a store that may have its facts could not be read",
          first.problem.hint,
        );
      }
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
  return { reader, refuse, lacking: { missing, unread } };
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
