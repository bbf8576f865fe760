/** Names to ask a live server for, one for each part that a cluster's Corefile tells apart. Must ask nothing. */
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { PartOfNames } from "../model/probe.ts";

/** A name in full, without closing dot, and what the Corefile says of it. */
export interface WitnessName {
  readonly name: string;
  readonly part: PartOfNames;
}

/**
 * Up to `most` names, and how many sets of names are left out. Of a zone its own name, which is more likely to exist
 * than one that is made up below it; what is yet to be put in has none.
 */
export function witnessNames(
  { parts = [] }: ClusterProfile,
  most: number,
): { readonly names: readonly WitnessName[]; readonly left: number } {
  const all = parts.flatMap(({ sets, a, aaaa }) =>
    sets.map(({ how, zone, witness, says }) => ({
      name: (how === "zone" ? zone : witness).replace(/\.$/, ""),
      part: { says, a: a.kind, aaaa: aaaa.kind },
    })),
  );
  const known = all.filter(({ name }) => /^[\w-]+(?:\.[\w-]+)*$/.test(name));
  return { names: known.slice(0, most), left: all.length - Math.min(known.length, most) };
}
