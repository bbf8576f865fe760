/** Who serves which zone on which address. Must not know what a server block answers. */
import { groupBy } from "../model/group-by.ts";
import type { ServedZone } from "./effective.ts";

/** Zones by their names: a Corefile may have thousands, and each is asked. */
export type Zones = ReadonlyMap<string, readonly ServedZone[]>;

/** The zones, once for each set of server blocks that listen together on an address a pod may ask. */
export interface Listeners {
  readonly all: Zones;
  readonly groups: readonly Zones[];
  /** The groups that have a zone. */
  readonly byZone: ReadonlyMap<string, readonly Zones[]>;
}

/** The listeners of the zones served on one port. */
export function listenersOf(served: readonly ServedZone[]): Listeners {
  const byBlock = [...groupBy(served, ({ block }) => block)];
  const byAddress = new Map<string, number[]>();
  for (const [i, [block]] of byBlock.entries()) {
    for (const address of block.bind.length === 0 ? [""] : new Set(block.bind)) {
      const others = byAddress.get(address);
      if (others === undefined) byAddress.set(address, [i]);
      else others.push(i);
    }
  }
  const outside = [...byAddress].filter(([address]) => !/^(?:127\.|::1$|lo$)/.test(address));
  const asked = outside.length > 0 ? outside : [...byAddress];
  // Addresses with the same blocks behind them answer the same.
  const distinct = new Map(asked.map(([, blocks]) => [blocks.join(), blocks]));
  const groups = [...distinct.values()].map((blocks) => byName(blocks.flatMap((i) => byBlock[i]?.[1] ?? [])));
  const byZone = new Map<string, Zones[]>();
  for (const group of groups) {
    for (const zone of group.keys()) {
      const others = byZone.get(zone);
      if (others === undefined) byZone.set(zone, [group]);
      else others.push(group);
    }
  }
  return { all: byName(served), groups, byZone };
}

function byName(zones: readonly ServedZone[]): Zones {
  return groupBy(zones, ({ zone }) => zone);
}
