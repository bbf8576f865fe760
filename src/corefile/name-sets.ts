/** Finds the sets of names that a Corefile tells apart, each with a name of its own to ask for. Must not ask. */
import { isIP } from "node:net";
import type { NameSet } from "../model/cluster-profile.ts";
import { brief } from "./brief.ts";
import { linesOf } from "./missing-fallthrough.ts";
import type { Effective, EffectiveBlock } from "./effective.ts";
import { isDomainName, isSubdomain, normalName, parentOf } from "./names.ts";
import { zonesOfArgument } from "./zones.ts";
import type { Directive, Token } from "./tree.ts";

/** An ordinary zone outside the cluster, to which patterns of the root are put. */
const OUTSIDE = "example.com.";
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

/**
 * The sets, each once: zones of keys and arguments, patterns of templates and rewrites in each zone they hold for, names
 * of hosts and rewrites. `domain` is the cluster's, without closing dot. Each name is charged to the Corefile's budget:
 * throws OverBudget.
 */
export function* nameSets(effective: Effective, domain: string): Iterable<NameSet> {
  const seen = new Set<string>();
  for (const set of allSets(effective, domain)) {
    const key = `${set.how} ${set.zone} ${set.text ?? ""}`;
    if (seen.has(key) || !isDomainName(set.witness)) continue;
    seen.add(key);
    effective.budget.spend("corefileNames");
    yield set;
  }
}

function* allSets(effective: Effective, domain: string): Iterable<NameSet> {
  for (const { zone } of effective.zones) yield* zoneSet(zone.toLowerCase());
  for (const block of effective.blocks) {
    if (block.hidden !== undefined) continue;
    for (const [name, directives] of block.directives) {
      for (const directive of directives) {
        if (name !== "rewrite") yield* zonesIn(directive);
        if (name === "template") yield* templateSets(directive, block, domain, effective);
        if (name === "rewrite") yield* rewriteSets(directive, block, domain, effective);
        if (name === "hosts") yield* hostsSets(directive);
      }
    }
  }
}

/** A zone but the root, which is the rest; below arpa nobody looks for addresses. */
function* zoneSet(zone: string): Iterable<NameSet> {
  if (zone === "." || zone.endsWith(".arpa.") || zone === "arpa." || !isDomainName(zone)) return;
  yield { how: "zone", zone, witness: `name.${zone}`, says: `names under ${shown(zone)}` };
}

/** Every word that can be a zone; one that is none is a name like any other, and nothing is said of it. */
function* zonesIn({ rest }: Directive): Iterable<NameSet> {
  for (const [i, line] of linesOf(rest).entries()) {
    const property = line[0]?.text ?? "";
    if (NO_ZONES.has(property)) continue;
    const zonesOnly = i === 0 || property === "fallthrough" || property === "except";
    for (const { text, unknownEnv } of line) {
      // A word without a dot is a zone only where zones stand; capitals are types and classes.
      if (!text.includes(".") && (!zonesOnly || text === property || text === text.toUpperCase())) continue;
      if (unknownEnv !== undefined || !/^[\w-]+(?:\.[\w-]+)*\.?$/.test(text) || isIP(text) !== 0) continue;
      for (const zone of zonesOfArgument(text)) yield* zoneSet(zone);
    }
  }
}

function* templateSets(
  { rest }: Directive,
  block: EffectiveBlock,
  domain: string,
  effective: Effective,
): Iterable<NameSet> {
  const lines = linesOf(rest);
  const args = (lines[0] ?? []).slice(2).flatMap(({ text }) => zonesOfArgument(text));
  const zones = args.length > 0 ? args : block.zones;
  for (const line of lines) {
    if (line[0]?.text !== "match") continue;
    for (const token of line.slice(1)) yield* patternSets(token, zones, domain, effective);
  }
}

/** The names a pattern matches in each zone; in the root those outside the cluster and those of the cluster. */
function* patternSets(
  { text, raw }: Token,
  zones: readonly string[],
  domain: string,
  { patterns }: Effective,
): Iterable<NameSet> {
  const matcher = patterns.compile(text);
  if (matcher.kind !== "pattern") return;
  const first = (places: readonly string[]): string | undefined => {
    for (const place of places) {
      const name = matcher.witness(place);
      if (name !== undefined) return name;
    }
    return undefined;
  };
  const matching = `that match ${brief(raw)}`;
  const own = `${domain}.`;
  for (const zone of zones) {
    if (zone.endsWith(".arpa.")) continue;
    const outside = first(zone === "." ? [OUTSIDE, zone] : [zone]);
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

function* rewriteSets(
  { rest }: Directive,
  block: EffectiveBlock,
  domain: string,
  effective: Effective,
): Iterable<NameSet> {
  const words = rest.filter(({ text }) => text !== "{" && text !== "}");
  const moded = /^(?:continue|stop)$/i.test(words[0]?.text ?? "");
  const [type, ...args] = moded ? words.slice(1) : words;
  const kind = type?.text.toLowerCase();
  if (kind !== "name" && kind !== "rcode") return;
  const full = args.length > (kind === "name" ? 2 : 3);
  const how = full ? args[0]!.text.toLowerCase() : "exact";
  const from = args[full ? 1 : 0];
  if (from === undefined) return;
  if (how === "regex") return yield* patternSets(from, block.zones, domain, effective);
  const text = normalName(from.text);
  for (const zone of block.zones) {
    const place = zone === "." ? OUTSIDE : zone;
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
