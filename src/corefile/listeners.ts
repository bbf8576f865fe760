/** Who serves which zone on which address. Must not know what a server block answers. */
import { groupBy } from "../model/group-by.ts";
import type { Effective, ServedZone } from "./effective.ts";

/** Zones by their names: a Corefile may have thousands, and each is asked. */
export type Zones = ReadonlyMap<string, readonly ServedZone[]>;

/** The server blocks that listen together on addresses. */
export interface Listener {
  /** As `bind` has them; empty where it listens on all. */
  readonly on: readonly string[];
  readonly zones: Zones;
}

/** The zones, once for each set of server blocks that listen together on an address a pod may ask. */
export interface Listeners {
  readonly all: Zones;
  readonly groups: readonly Listener[];
  /** The groups that have a zone. */
  readonly byZone: ReadonlyMap<string, readonly Listener[]>;
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
  const groups = [...groupBy(asked, ([, blocks]) => blocks.join()).values()].map((alike) => ({
    on: alike.flatMap(([address]) => (address === "" ? [] : [address])),
    zones: byName(alike[0][1].flatMap((i) => byBlock[i]?.[1] ?? [])),
  }));
  const byZone = new Map<string, Listener[]>();
  for (const group of groups) {
    for (const zone of group.zones.keys()) {
      const others = byZone.get(zone);
      if (others === undefined) byZone.set(zone, [group]);
      else others.push(group);
    }
  }
  return { all: byName(served), groups, byZone };
}

/** Listeners that are told apart; of more it is said that the answer hangs on the address that is asked. */
const MOST = 8;

/** The addresses of each listener, where any has its own and they are few enough to tell apart; else none. */
export function listenersWithAddresses({ zones }: Effective): readonly (readonly string[])[] {
  const { groups } = listenersOf(zones);
  const own = groups.map(({ on }) => on);
  return groups.length > MOST || own.every((on) => on.length === 0) ? [] : own;
}

function byName(zones: readonly ServedZone[]): Zones {
  return groupBy(zones, ({ zone }) => zone);
}
