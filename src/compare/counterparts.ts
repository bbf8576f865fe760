/** Finds each cluster again in an earlier state. Must go by what it is called and made of, not by how it answers. */
import type { ClusterProfile } from "../model/cluster-profile.ts";
import { groupBy } from "../model/group-by.ts";

/** By what clusters are taken for the same, and how many may be alike in it on either side. */
interface Step {
  readonly marksOf: (cluster: ClusterProfile) => readonly string[];
  readonly fits: (now: number, before: number) => boolean;
}

/** The nth of several alike is the nth. */
const inOrder: Step["fits"] = () => true;
/** Several that moved alike keep their order. */
const asMany: Step["fits"] = (now, before) => now === before;
const onlyOne: Step["fits"] = (now, before) => now === 1 && before === 1;

const STEPS: readonly Step[] = [
  { marksOf: (one) => [JSON.stringify([nameOf(one), one.at?.file, sourcesOf(one)])], fits: inOrder },
  { marksOf: (one) => [JSON.stringify([nameOf(one), one.at?.file])], fits: inOrder },
  // Called anew, or a file of it came or went.
  { marksOf: (one) => sourcesOf(one), fits: onlyOne },
  // Moved with its folder.
  { marksOf: ({ name }) => [baseName(name)], fits: asMany },
  { marksOf: (one) => sourcesOf(one, baseName), fits: onlyOne },
  // The one that is left on either side.
  { marksOf: () => [""], fits: onlyOne },
];

/** For each cluster its place in the earlier list; nothing for one that is new. */
export function counterparts(
  now: readonly ClusterProfile[],
  before: readonly ClusterProfile[],
): readonly (number | undefined)[] {
  const found: (number | undefined)[] = now.map(() => undefined);
  const taken = new Set<number>();
  for (const { marksOf, fits } of STEPS) {
    const open = byMark(now, marksOf, (i) => found[i] === undefined);
    const free = byMark(before, marksOf, (i) => !taken.has(i));
    for (const [mark, here] of open) {
      const there = free.get(mark) ?? [];
      if (!fits(here.length, there.length)) continue;
      for (const [nth, i] of here.entries()) {
        const match = there[nth];
        if (match === undefined || found[i] !== undefined || taken.has(match)) continue;
        found[i] = match;
        taken.add(match);
      }
    }
  }
  return found;
}

function byMark(
  clusters: readonly ClusterProfile[],
  marksOf: Step["marksOf"],
  isOpen: (index: number) => boolean,
): ReadonlyMap<string, readonly number[]> {
  const marks = clusters.flatMap((cluster, index) =>
    isOpen(index) ? [...new Set(marksOf(cluster))].map((mark) => ({ mark, index })) : [],
  );
  const groups = groupBy(marks, ({ mark }) => mark);
  return new Map([...groups].map(([mark, all]) => [mark, all.map(({ index }) => index)]));
}

/** As the cluster of now is called, where it is what that would become. */
function nameOf({ name, target }: ClusterProfile): string {
  return target?.of ?? name;
}

/** Each file with its role: the same file in another role is another source. */
function sourcesOf({ sources }: ClusterProfile, called = (file: string) => file): readonly string[] {
  return sources.map(({ file, role }) => JSON.stringify([role, called(file)]));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
