/** Finds each cluster again in an earlier state. Must go by what people call it, not by how it answers. */
import type { ClusterProfile } from "../model/cluster-profile.ts";

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
  // Moved with its folder: the same file name, and no other of it.
  for (const [i, match] of found.entries()) {
    if (match !== undefined) continue;
    const alike = [...free].filter((j) => baseName(before[j]) === baseName(now[i]));
    const rivals = found.filter((other, j) => other === undefined && baseName(now[j]) === baseName(now[i]));
    // Several that moved alike keep their order.
    if (alike.length === 0 || alike.length !== rivals.length) continue;
    found[i] = alike[0];
    free.delete(alike[0] as number);
  }
  const [left, ...more] = free;
  const open = found.flatMap((match, i) => (match === undefined ? [i] : []));
  return left !== undefined && more.length === 0 && open.length === 1
    ? found.map((match, i) => (i === open[0] ? left : match))
    : found;
}

function baseName(cluster: ClusterProfile | undefined): string | undefined {
  return cluster?.name.split("/").at(-1);
}

function keyOf(cluster: ClusterProfile | undefined): string {
  return JSON.stringify([cluster?.name, cluster?.at?.file ?? ""]);
}
