/** Finds the sets of names that a Corefile tells apart, each with a name of its own to ask for. Must not ask. */
import { isIP } from "node:net";
import type { NameSet } from "../model/cluster-profile.ts";
import { brief } from "./brief.ts";
import { linesOf } from "./missing-fallthrough.ts";
import type { Effective, EffectiveBlock } from "./effective.ts";
import { isDomainName, isSubdomain, normalName, parentOf } from "./names.ts";
import { zonesOfArgument } from "./zones.ts";
import type { Directive, Token } from "./tree.ts";

/** Ordinary zones outside the cluster, to which patterns of the root are put: the first that nothing else is said of. */
const OUTSIDE = ["example.com.", "example.net.", "gnu.org.", "kernel.org.", "host.invalid."];
/** Patterns that are tried to find names that few of them match. */
const MOST_TRIED = 200;
/** First labels of a zone's witness: the first that no pattern tells apart. */
const LABELS = ["name", "host", "x1", "other"] as const;
/** Properties whose words are no zones. */
const NO_ZONES = new Set([
  "answer",
  "additional",
  "authority",
  "rcode",
  "ederror",
  "match",
  "upstream",
  "ttl",
]);

/** What the sets of one listener are found by. */
interface Finder {
  readonly effective: Effective;
  /** The cluster's, without closing dot. */
  readonly domain: string;
  /** Blocks that serve a zone, by it. */
  readonly served: ReadonlyMap<string, ReadonlySet<EffectiveBlock>>;
  /** A zone outside the cluster of which nothing is said but by the root. */
  readonly outside: string;
  /** What a zone's witness begins with. */
  readonly label: string;
}

/**
 * The sets, each once: zones of keys and arguments, patterns of templates and rewrites in each zone they hold for, names
 * of hosts and rewrites. `domain` is the cluster's, without closing dot; `on` has one address of the listener that is
 * asked, where there are several. Each name is charged to the Corefile's budget: throws OverBudget.
 */
export function* nameSets(effective: Effective, domain: string, on?: string): Iterable<NameSet> {
  const blocks = effective.blocks.filter(({ bind, hidden }) => {
    if (hidden !== undefined) return false;
    return on === undefined || (on === "" ? bind.length === 0 : bind.includes(on));
  });
  const served = new Map<string, Set<EffectiveBlock>>();
  for (const { zone, block } of effective.zones) {
    if (on !== undefined && !blocks.includes(block)) continue;
    const name = zone.toLowerCase();
    const others = served.get(name);
    if (others === undefined) served.set(name, new Set([block]));
    else others.add(block);
  }
  const said = new Set<string>();
  for (const { zone } of zoneSets(served.keys(), blocks, "")) said.add(zone);
  for (const { zone } of exactSets(blocks)) said.add(zone);
  const isFree = (zone: string) => !said.has(zone) && !said.has(parentOf(zone));
  const finder = {
    effective,
    domain,
    served,
    ...plainest(OUTSIDE.filter(isFree), patternsOf(blocks), effective),
  };
  const seen = new Set<string>();
  for (const set of allSets(finder, blocks)) {
    const key = `${set.how} ${set.zone} ${set.text ?? ""}`;
    if (seen.has(key) || !isDomainName(set.witness)) continue;
    seen.add(key);
    effective.budget.spend("corefileNames");
    yield set;
  }
}

function* allSets(finder: Finder, blocks: readonly EffectiveBlock[]): Iterable<NameSet> {
  yield* zoneSets(finder.served.keys(), blocks, finder.label);
  for (const block of blocks) {
    for (const directive of block.directives.get("template") ?? [])
      yield* templateSets(directive, block, finder);
    for (const directive of block.directives.get("rewrite") ?? [])
      yield* rewriteSets(directive, block, finder);
    for (const directive of block.directives.get("hosts") ?? []) yield* hostsSets(directive);
  }
}

/** Those of the keys, and of the arguments of whatever directive has zones. */
function* zoneSets(
  served: Iterable<string>,
  blocks: readonly EffectiveBlock[],
  label: string,
): Iterable<NameSet> {
  for (const zone of served) yield* zoneSet(zone, label);
  for (const block of blocks) {
    for (const [name, directives] of block.directives) {
      if (name === "rewrite") continue;
      for (const directive of directives) yield* zonesIn(directive, label);
    }
  }
}

/** The names that are written whole: of hosts, and of rewrites. */
function* exactSets(blocks: readonly EffectiveBlock[]): Iterable<NameSet> {
  for (const { directives } of blocks) {
    for (const directive of directives.get("hosts") ?? []) yield* hostsSets(directive);
    for (const { rest } of directives.get("rewrite") ?? []) {
      for (const { text } of rest) {
        const name = normalName(text);
        if (/^[\w.-]+$/.test(text) && isDomainName(name)) yield exactSet(name);
      }
    }
  }
}

/** Up to so many as are tried. */
function patternsOf(blocks: readonly EffectiveBlock[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { directives } of blocks) {
    for (const directive of directives.get("template") ?? []) {
      for (const [property, ...words] of linesOf(directive.rest)) {
        if (found.size >= MOST_TRIED) return found;
        if (property?.text === "match") for (const { text } of words) found.add(text);
      }
    }
  }
  return found;
}

/** The zone outside, and the label before it and other zones, that the fewest patterns match. */
function plainest(
  outsides: readonly string[],
  tried: ReadonlySet<string>,
  { patterns }: Effective,
): Pick<Finder, "outside" | "label"> {
  let best: Pick<Finder, "outside" | "label"> = { outside: outsides[0] ?? OUTSIDE[0]!, label: LABELS[0] };
  let fewest = Number.POSITIVE_INFINITY;
  for (const outside of outsides) {
    for (const label of LABELS) {
      let hits = 0;
      for (const text of tried) {
        const matcher = patterns.compile(text);
        if (matcher.kind === "pattern" && matcher.find(`${label}.${outside}`) !== undefined) hits++;
      }
      if (hits < fewest) [best, fewest] = [{ outside, label }, hits];
      if (hits === 0) return best;
    }
  }
  return best;
}

/** Whether a block is asked for a name: it serves the longest zone that holds it. */
function serves(block: EffectiveBlock, name: string, { served }: Finder): boolean {
  for (let rest = name; ; rest = parentOf(rest)) {
    const blocks = served.get(rest);
    if (blocks !== undefined) return blocks.has(block);
    if (rest === "." || rest === "") return block.zones.length === 0;
  }
}

/** A zone but the root, which is the rest; below arpa nobody looks for addresses. */
function* zoneSet(zone: string, label: string): Iterable<NameSet> {
  if (zone === "." || zone.endsWith(".arpa.") || zone === "arpa." || !isDomainName(zone)) return;
  yield { how: "zone", zone, witness: `${label}.${zone}`, says: `names under ${shown(zone)}` };
}

/** Every word that can be a zone; one that is none is a name like any other, and nothing is said of it. */
function* zonesIn({ rest }: Directive, label: string): Iterable<NameSet> {
  const first = rest[0];
  for (const line of linesOf(rest)) {
    // Behind the directive's own name there is none.
    const property = line[0] === first ? "" : (line[0]?.text ?? "");
    if (NO_ZONES.has(property)) continue;
    const zonesOnly = property === "" || property === "fallthrough" || property === "except";
    for (const { text, unknownEnv } of line) {
      // A word without a dot is a zone only where zones stand; capitals are types and classes.
      if (!text.includes(".") && (!zonesOnly || text === property || !/[a-z]/.test(text))) continue;
      if (unknownEnv !== undefined || !/^[\w-]+(?:\.[\w-]+)*\.?$/.test(text) || isIP(text) !== 0) continue;
      for (const zone of zonesOfArgument(text)) yield* zoneSet(zone, label);
    }
  }
}

function* templateSets({ rest }: Directive, block: EffectiveBlock, finder: Finder): Iterable<NameSet> {
  const lines = linesOf(rest);
  const args = (lines[0] ?? []).slice(2).flatMap(({ text }) => zonesOfArgument(text));
  const zones = args.length > 0 ? args : block.zones;
  for (const line of lines) {
    if (line[0]?.text !== "match") continue;
    for (const token of line.slice(1)) yield* patternSets(token, zones, block, finder);
  }
}

/** The names a pattern matches in each zone; in the root those outside the cluster and those of the cluster. */
function* patternSets(
  { text, raw }: Token,
  zones: readonly string[],
  block: EffectiveBlock,
  finder: Finder,
): Iterable<NameSet> {
  const matcher = finder.effective.patterns.compile(text);
  if (matcher.kind !== "pattern") return;
  const first = (places: readonly string[]): string | undefined => {
    for (const place of places) {
      const name = matcher.witness(place);
      // Where another block is asked for it, the pattern is not.
      if (name !== undefined && serves(block, name, finder)) return name;
    }
    return undefined;
  };
  const matching = `that match ${brief(raw)}`;
  const own = `${finder.domain}.`;
  for (const zone of zones) {
    if (zone.endsWith(".arpa.")) continue;
    const outside = first(zone === "." ? [finder.outside, zone] : [zone]);
    if (outside !== undefined) {
      const says = zone === "." ? `names ${matching}` : `names under ${shown(zone)} ${matching}`;
      yield { how: "pattern", zone, text, witness: outside, says };
    }
    if (!isSubdomain(zone, own)) continue;
    const inside = first([`default.svc.${own}`, own]);
    if (inside !== undefined) {
      yield { how: "pattern", zone: own, text, witness: inside, says: `cluster-internal names ${matching}` };
    }
  }
}

function* rewriteSets({ rest }: Directive, block: EffectiveBlock, finder: Finder): Iterable<NameSet> {
  const words = rest.filter(({ text }) => text !== "{" && text !== "}");
  const moded = /^(?:continue|stop)$/i.test(words[0]?.text ?? "");
  const [type, ...args] = moded ? words.slice(1) : words;
  const kind = type?.text.toLowerCase();
  if (kind !== "name" && kind !== "rcode") return;
  const full = args.length > (kind === "name" ? 2 : 3);
  const how = full ? args[0]!.text.toLowerCase() : "exact";
  const from = args[full ? 1 : 0];
  if (from === undefined) return;
  if (how === "regex") return yield* patternSets(from, block.zones, block, finder);
  const text = normalName(from.text);
  for (const zone of block.zones) {
    const place = zone === "." ? finder.outside : zone;
    switch (how) {
      case "exact":
        yield exactSet(text);
        break;
      case "prefix":
        yield { how, zone, text, witness: text + place, says: `names that start with ${brief(text)}` };
        break;
      case "suffix":
        yield {
          how,
          zone,
          text,
          witness: text.startsWith(".") ? `name${text}` : `name.${text}`,
          says: `names that end in ${shown(text)}`,
        };
        break;
      case "substring":
        yield {
          how,
          zone,
          text,
          witness: (text.startsWith(".") ? `name${text}` : text) + place,
          says: `names that contain ${brief(text)}`,
        };
    }
  }
}

function exactSet(name: string): NameSet {
  return { how: "exact", zone: parentOf(name), text: name, witness: name, says: `the name ${shown(name)}` };
}

function* hostsSets({ rest }: Directive): Iterable<NameSet> {
  for (const [address, ...names] of linesOf(rest)) {
    if (isIP(address?.text ?? "") === 0) continue;
    for (const { text } of names) yield exactSet(normalName(text));
  }
}

function shown(name: string): string {
  return brief(name.length > 1 ? name.replace(/\.$/, "") : name);
}

/** Whether a name in lower case, with its closing dot, is one of a set. */
export function holdsName(
  set: NameSet,
  name: string,
  find: (pattern: string, name: string) => boolean,
): boolean {
  const { how, text = "" } = set;
  if (how === "exact") return name === text;
  if (!isSubdomain(set.zone, name)) return false;
  switch (how) {
    case "prefix":
      return name.startsWith(text);
    case "suffix":
      return name.endsWith(text);
    case "substring":
      return name.includes(text);
    case "pattern":
      return find(text, name);
    default:
      return true;
  }
}
