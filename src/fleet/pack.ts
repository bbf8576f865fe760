/** Packs layers into shards by size. Must give the same shards for the same layers, in whatever order they come. */
import type { Digest } from "../model/digest.ts";

/** What is packed. */
export interface Sized {
  readonly digest: Digest;
  /** Bytes as stored. */
  readonly size: number;
}

/** What a layer costs whatever its size, in bytes that are read meanwhile: a request, an entry of the store. */
const EACH = 256 * 1024;

/** The largest first. */
export function bySize(one: Sized, other: Sized): number {
  return other.size - one.size || (one.digest < other.digest ? -1 : one.digest > other.digest ? 1 : 0);
}

/**
 * The shard of each layer, from 1, in the order of `layers`, which is that of `bySize`: each goes where least is so far,
 * the first of equals. No shard then has more than 4/3 of the best packing's largest (Graham 1969).
 */
export function pack(layers: readonly Sized[], shards: number): readonly number[] {
  // A heap by load, then by number: the least loaded shard is at its top.
  const heap = Array.from({ length: shards }, (_, i) => ({ shard: i + 1, load: 0 }));
  const isBefore = (a: number, b: number) => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return one !== undefined;
    return one.load < other.load || (one.load === other.load && one.shard < other.shard);
  };
  return layers.map(({ size }) => {
    const least = heap[0] as (typeof heap)[number];
    least.load += size + EACH;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = isBefore(right, left) ? right : left;
      if (!isBefore(child, at)) break;
      [heap[at], heap[child]] = [heap[child] as typeof least, heap[at] as typeof least];
      at = child;
    }
    return least.shard;
  });
}
