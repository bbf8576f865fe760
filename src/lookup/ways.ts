/** Follows every way in which something can go. Must not know what goes. */
import type { Choose } from "./question.ts";

/** Runs `one` for every sequence of choices it can be given, up to `most`; nothing where there are more. */
export function waysOf<T>(most: number, one: (choose: Choose) => T): readonly T[] | undefined {
  const results: T[] = [];
  let path: { taken: number; of: number }[] | undefined = [];
  while (path !== undefined) {
    if (results.length === most) return undefined;
    const taken: { taken: number; of: number }[] = path;
    let at = 0;
    results.push(
      one((count) => {
        if (count < 2) return 0;
        taken[at] ??= { taken: 0, of: count };
        return taken[at++]!.taken;
      }),
    );
    path = next(taken);
  }
  return results;
}

function next(path: readonly { taken: number; of: number }[]): { taken: number; of: number }[] | undefined {
  const last = path.findLastIndex(({ taken, of }) => taken + 1 < of);
  const end = path[last];
  return end === undefined ? undefined : [...path.slice(0, last), { ...end, taken: end.taken + 1 }];
}
