/** Finds each cluster again in an earlier state. Must go by what people call it, not by how it answers. */
import type { ClusterProfile } from "./model/cluster-profile.ts";

/**
 * For each cluster its place in the earlier list: the same name in the same file, the nth of several alike; and the one
 * that is left where just one is on either side, which was moved or called anew. Nothing for one that is new.
 */
export function counterparts(
  now: readonly ClusterProfile[],
  before: readonly ClusterProfile[],
): readonly (number | undefined)[] {
  const free = new Set(before.keys());
  const found = now.map((cluster) => {
    const match = [...free].find((i) => keyOf(before[i]) === keyOf(cluster));
    if (match !== undefined) free.delete(match);
    return match;
  });
  const [left, ...more] = free;
  const open = found.flatMap((match, i) => (match === undefined ? [i] : []));
  return left !== undefined && more.length === 0 && open.length === 1
    ? found.map((match, i) => (i === open[0] ? left : match))
    : found;
}

function keyOf(cluster: ClusterProfile | undefined): string {
  return JSON.stringify([cluster?.name, cluster?.at?.file ?? ""]);
}
