/** Divides all names by what a Corefile answers to A and to AAAA. Must not judge what that does to anyone. */
import type { NamePart, NameSet } from "../model/cluster-profile.ts";
import { type Answer, DENIALS, type PairAnswers, type QueryType } from "../model/dns.ts";
import { samePlace } from "../model/place.ts";
import { answer } from "./answer.ts";
import { brief } from "./brief.ts";
import { OverBudget, within } from "./budget.ts";
import { type Effective, type EffectiveBlock, zoneAsWritten } from "./effective.ts";
import { holdsName, nameSets } from "./name-sets.ts";
import { isSubdomain } from "./names.ts";
import { placeOf } from "./tree.ts";

/** Asks for a name with its closing dot. */
export type Ask = (name: string, type: QueryType) => Answer;

/** All names: those of the cluster and those outside, and the sets that fare otherwise than these. */
export interface Partition {
  readonly internal: PairAnswers;
  readonly external: PairAnswers;
  readonly parts: readonly NamePart[];
  /** A name to ask a zone for: the scope's own where it belongs there, else one made up in it. */
  readonly nameIn: (zone: string) => string;
}

/** External names to ask for, in order; what most Corefiles tell apart from none. */
const EXTERNAL = ["example.com.", "example.net.", "www.gnu.org.", "kernel.org.", "a.root-servers.net."];

/**
 * The partition that one Corefile makes, or several where one hands on to the next and `ask` follows it; where a budget
 * ends, that of the sets looked at so far. `on` is the address that `ask` asks the first at, where it has several listeners.
 */
export function partition(corefiles: readonly Effective[], domain: string, ask: Ask, on?: string): Partition {
  const own = `${domain}.`;
  const inside = ["kubernetes.default.svc", "web.shop.svc", "db.prod.svc"].map((name) => `${name}.${own}`);
  const pair = (name: string): PairAnswers => ({ aaaa: ask(name, "AAAA"), a: ask(name, "A") });
  const exceeded = () => corefiles.some(({ budget }) => budget.exceeded !== undefined);
  // The two scopes first: what thousands of sets cost is not theirs.
  const first = { internal: pair(inside[0]!), external: pair(EXTERNAL[0]!) };
  const sets: NameSet[] = [];
  for (const [i, effective] of corefiles.entries()) {
    within(() => {
      for (const set of nameSets(effective, domain, i === 0 ? on : undefined)) sets.push(set);
    });
  }
  const rest = (name: string, asked: string, known: PairAnswers): PairAnswers => {
    const found = name === asked ? known : pair(name);
    return exceeded() ? known : found;
  };
  const name = ordinary(EXTERNAL, sets, corefiles);
  const internal = rest(ordinary(inside, sets, corefiles), inside[0]!, first.internal);
  const external = rest(name, EXTERNAL[0]!, first.external);
  const parts = new Map<string, NamePart & { readonly sets: NameSet[] }>();
  for (const set of sets) {
    const scope = isSubdomain(own, set.witness) ? "internal" : "external";
    const answers = pair(set.witness);
    if (exceeded()) break;
    if (alike(answers, scope === "internal" ? internal : external)) continue;
    const { aaaa, a } = answers;
    const key = JSON.stringify([scope, classOf(aaaa), classOf(a), aaaa.at ?? null]);
    const known = parts.get(key);
    if (known === undefined) parts.set(key, { scope, sets: [set], aaaa, a });
    else known.sets.push(set);
  }
  const witnesses = new Map(
    sets.flatMap(({ how, zone, witness }) => (how === "zone" ? [[zone, witness]] : [])),
  );
  const nameIn = (zone: string) => {
    if (zone === ".") return name;
    return isSubdomain(zone, inside[0]!) ? inside[0]! : (witnesses.get(zone) ?? `name.${zone}`);
  };
  return { internal, external, parts: [...parts.values(), ...corefiles.flatMap(partsToCome)], nameIn };
}

/**
 * Names of zones that are yet to be put in. Which they are is not known; how they are answered is, where the server
 * block denies whatever name it is asked for.
 */
function partsToCome(effective: Effective): readonly NamePart[] {
  return effective.unknownKeys.map((block) => {
    const key = block.block.keys.find(({ raw }) => /[$<>%@{]|__/.test(raw)) ?? block.block.keys[0]!;
    const zone = zoneAsWritten(key);
    const unknown: Answer = {
      kind: "unknown",
      because: `the zone ${brief(zone)} is yet to be put in`,
      at: placeOf(key),
    };
    const set: NameSet = {
      how: "zone",
      zone: `${zone}.`,
      witness: `name.${zone}.`,
      says: `names under ${brief(zone)}`,
    };
    const [aaaa, a] = [alikeToAll(effective, block, "AAAA"), alikeToAll(effective, block, "A")];
    const known = [aaaa, a].some((answer) => answer !== undefined && DENIALS.has(answer.kind));
    if (!known) return { scope: "external", sets: [set], aaaa: unknown, a: unknown };
    return { scope: "external", sets: [set], aaaa: aaaa ?? unknown, a: a ?? unknown };
  });
}

/** Names that have nothing in common, which stand for those of a zone that is not known. */
const ANY_NAMES = ["name.to.come.", "www.example.com.", "x1.", "db.default.svc.cluster.local."];

/** How a server block answers whatever it is asked for; nothing where it tells names apart. */
function alikeToAll(effective: Effective, block: EffectiveBlock, type: QueryType): Answer | undefined {
  const [first, ...others] = ANY_NAMES.map((name) => answer(effective, name, type, undefined, { block }));
  const at = first?.at;
  if (first === undefined || at === undefined || first.kind === "unknown") return undefined;
  return others.every((other) => other.kind === first.kind && samePlace(at, other.at)) ? first : undefined;
}

/** The first of the names that the fewest sets hold: what is left when the sets are taken out. */
function ordinary(names: readonly string[], sets: readonly NameSet[], [first]: readonly Effective[]): string {
  if (first === undefined) return names[0]!;
  const { patterns } = first;
  const find = (pattern: string, name: string) => {
    const matcher = patterns.compile(pattern);
    return matcher.kind === "pattern" && matcher.find(name) !== undefined;
  };
  const counted = within(() =>
    names.map((name) => ({ name, hits: sets.filter((set) => holdsName(set, name, find)).length })),
  );
  if (counted instanceof OverBudget) return names[0]!;
  const fewest = Math.min(...counted.map(({ hits }) => hits));
  return counted.find(({ hits }) => hits === fewest)?.name ?? names[0]!;
}

/** What an answer gives a resolver: records or none, or how it is denied. */
function classOf({ kind }: Answer): string {
  return kind === "NODATA" || kind === "address" || kind === "passed-on" ? "fine" : kind;
}

/** A name without an address is told from one with only where AAAA fails too: alone it is like any other. */
function alike(one: PairAnswers, other: PairAnswers): boolean {
  return classOf(one.aaaa) === classOf(other.aaaa) && classOf(one.a) === classOf(other.a);
}
