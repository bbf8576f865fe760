/** Says which names a part holds, each set once. Must not judge. */
import type { NameSet } from "./cluster-profile.ts";

const OWN = "cluster-internal ";

/** The sets in words; a pattern's names inside the cluster go without saying where those outside are named. */
export function setsInWords(sets: readonly NameSet[]): readonly string[] {
  const all = new Set(sets.map(({ says }) => says));
  return [...all].filter((one) => !one.startsWith(OWN) || !all.has(one.slice(OWN.length)));
}
