/** How a Corefile answers a question, as CoreDNS would compute it. Must not look outside the Corefile: what is decided there is passed on or unknown. */
import type { Answer, AnswerKind, QueryType } from "../model/dns.ts";
import type { Place } from "../model/place.ts";
import { CORE_DNS_FACTS, hasPlugin, pluginOrder, REPRESENTATIVE_RELEASES } from "../knowledge/coredns.ts";
import type { CoreDnsVersion } from "../version/coredns.ts";
import {
  either,
  type Handler,
  holds,
  isRefusal,
  passOn,
  type Question,
  type Refusal,
  type Reply,
  type SetupContext,
} from "./chain.ts";
import { DECIDING_PLUGINS, WITHOUT_HANDLER } from "./directives/all.ts";
import { Dispenser } from "./dispenser.ts";
import type { Effective, EffectiveBlock, ServedZone } from "./effective.ts";
import { normalName } from "./names.ts";
import { placeOf } from "./tree.ts";

/** Look-ups inside look-ups that are followed (a CNAME to a CNAME); a loop of them ends there. */
const MAX_LOOKUPS = 8;

/** How to ask. */
export interface AnswerOptions {
  /** Asks the server block of this zone, whatever zone the name belongs to; with closing dot. */
  readonly zone?: string;
  /** The releases it may be when `version` is not given. */
  readonly releases?: readonly CoreDnsVersion[];
}

/**
 * The answer to a question about an existing name that has only an A record. Without a version, the answer
 * that holds for all releases; where they differ, the worst documented one, and `because` says in which.
 */
export function answer(
  effective: Effective,
  name: string,
  type: QueryType,
  version?: CoreDnsVersion,
  options: AnswerOptions = {},
): Answer {
  if (effective.problem !== undefined) return { kind: "unknown", ...effective.problem };
  if (effective.moreZones !== undefined && options.zone === undefined) {
    const { because, at } = effective.moreZones;
    return { kind: "unknown", because: `${because}: a zone of its own may stand there`, at };
  }
  const releases = version === undefined ? (options.releases ?? REPRESENTATIVE_RELEASES) : [version];
  const question: Question = { name: normalName(name), type, class: "IN" };
  const outcomes = releases.map((release) => {
    const server = startServer(effective, release);
    return { release, outcome: isRefused(server) ? server : server.ask(question, options.zone) };
  });
  const started = outcomes.flatMap(({ release, outcome }) =>
    isRefused(outcome) ? [] : [{ release, reply: outcome }],
  );
  if (started.length === 0) {
    const refusal = outcomes.map(({ outcome }) => outcome).find(isRefused);
    return {
      kind: "unknown",
      because: `CoreDNS does not start with this Corefile: ${refusal?.refused ?? "no release is known"}`,
      ...(refusal?.at === undefined ? {} : { at: refusal.at }),
    };
  }
  return overReleases(started);
}

/** Why CoreDNS does not start, release by release; empty when it does with all of them. */
export function startProblems(
  effective: Effective,
  releases: readonly CoreDnsVersion[] = REPRESENTATIVE_RELEASES,
): { readonly release: CoreDnsVersion; readonly because: string; readonly at?: Place }[] {
  return releases.flatMap((release) => {
    const server = startServer(effective, release);
    if (!isRefused(server)) return [];
    return [{ release, because: server.refused, ...(server.at === undefined ? {} : { at: server.at }) }];
  });
}

function isRefused(value: object): value is Refusal {
  return "refused" in value;
}

/** From the worst for a resolver to the best. */
const SEVERITY: readonly AnswerKind[] = [
  "NXDOMAIN",
  "no-reply",
  "SERVFAIL",
  "REFUSED",
  "NOTIMP",
  "other-rcode",
  "unknown",
  "passed-on",
  "NODATA",
  "address",
];

function overReleases(outcomes: readonly { release: CoreDnsVersion; reply: Reply }[]): Answer {
  const kinds = [...new Set(outcomes.map(({ reply }) => reply.kind))];
  const inKind = (kind: AnswerKind) => outcomes.filter(({ reply }) => reply.kind === kind);
  if (kinds.length === 1) return toAnswer(outcomes.at(-1)!.reply);
  const told = kinds
    .map((kind) => {
      const releases = inKind(kind).map(({ release }) => release.text);
      const span = releases.length === 1 ? releases[0] : `${releases[0]} to ${releases.at(-1)}`;
      return `${kind} with CoreDNS ${span}`;
    })
    .join(", ");
  const worst = [...kinds].sort((a, b) => SEVERITY.indexOf(a) - SEVERITY.indexOf(b))[0]!;
  const reply = inKind(kinds.includes("unknown") ? "unknown" : worst).at(-1)!.reply;
  return { ...toAnswer(reply), because: `${reply.because} (${told})` };
}

function toAnswer({ kind, because, detail, recordType, at }: Reply): Answer {
  return {
    kind,
    because,
    ...(detail === undefined ? {} : { detail }),
    ...(recordType === undefined ? {} : { recordType }),
    ...(at === undefined ? {} : { at }),
  };
}

interface Server {
  ask(question: Question, zone?: string): Reply;
}

/** A block's plugins in the order they are asked; nothing when it has none, and is refused by the server. */
type Chain = readonly { readonly name: string; readonly handler: Handler }[];

/** Servers that were started: a Corefile of many zones is asked for each of them. */
const STARTED = new WeakMap<Effective, Map<string, Server | Refusal>>();

function startServer(effective: Effective, version: CoreDnsVersion): Server | Refusal {
  const servers = STARTED.get(effective) ?? new Map<string, Server | Refusal>();
  STARTED.set(effective, servers);
  const known = servers.get(version.text);
  if (known !== undefined) return known;
  const server = start(effective, version);
  servers.set(version.text, server);
  return server;
}

function start(effective: Effective, version: CoreDnsVersion): Server | Refusal {
  const chains = new Map<EffectiveBlock, Chain>();
  const folded = holds(CORE_DNS_FACTS.zonesInCapitals, version);
  const served = effective.zones.map((zone) => (folded ? { ...zone, zone: zone.zone.toLowerCase() } : zone));
  const listening = listenGroups(served);
  let group = byZone(served);
  let depth = 0;

  const ask = (question: Question, only?: string): Reply => {
    const zone = folded ? only?.toLowerCase() : only;
    const groups = zone === undefined ? listening : listening.filter((zones) => zones.has(zone));
    if (groups.length === 0) return askZones(question, zone);
    const outer = group;
    const replies = groups.map((zones) => {
      group = zones;
      return askZones(question, zone);
    });
    group = outer;
    return either(replies, "it depends on the address the pod asks");
  };
  const askZones = (question: Question, zone?: string): Reply => {
    const chosen = zone === undefined ? select(group, question.name) : (group.get(zone) ?? []);
    const replies = chosen.map(({ block }) => askBlock(block, question));
    if (replies.length === 0 || chosen.every(({ block }) => block.directives.has("view"))) {
      replies.push({ kind: "REFUSED", because: `no server block has a zone for ${question.name}` });
    }
    if (zone === undefined) {
      replies.push(...effective.unknownKeys.map((block) => askBlock(block, question)));
      if (effective.unknownKeys.length > 0)
        return either(replies, "a zone depends on an environment variable");
    }
    return either(replies, "views decide by who asks");
  };
  const askBlock = (block: EffectiveBlock, question: Question): Reply => {
    if (block.hidden !== undefined) return { kind: "unknown", ...block.hidden };
    const chain = chains.get(block);
    if (chain === undefined || chain.length === 0) {
      const at = placeOf(block.block.keys[0]!);
      const refused = holds(CORE_DNS_FACTS.zoneWithoutPluginsIsRefused, version) || block.zones.includes(".");
      const kind = refused ? "REFUSED" : "SERVFAIL";
      return { kind, because: "the server block has no plugin that answers", at };
    }
    const step = (i: number, asked: Question): Reply => {
      const link = chain[i];
      if (link !== undefined) return link.handler(asked, (next) => step(i + 1, next));
      const at = placeOf(block.block.keys[0]!);
      return { kind: "SERVFAIL", because: `no plugin of the server block answers ${asked.name}`, at };
    };
    return step(0, question);
  };
  const lookup: SetupContext["lookup"] = (name, type) => {
    if (depth >= MAX_LOOKUPS) return { kind: "SERVFAIL", because: "too many look-ups inside look-ups" };
    depth++;
    const reply = askZones({ name: normalName(name), type, class: "IN" });
    depth--;
    return reply;
  };

  for (const block of effective.blocks) {
    if (block.hidden !== undefined) continue;
    const chain = buildChain(block, version, lookup);
    if (isRefused(chain)) return chain;
    chains.set(block, chain);
  }
  return { ask };
}

function buildChain(
  block: EffectiveBlock,
  version: CoreDnsVersion,
  lookup: SetupContext["lookup"],
): Chain | Refusal {
  const chain: { name: string; handler: Handler }[] = [];
  for (const name of pluginOrder(version)) {
    const directives = block.directives.get(name);
    if (directives === undefined) continue;
    const at = placeOf(directives[0]!.name);
    if (hasPlugin(version, name) === false) return { refused: `Unknown directive '${name}'`, at };
    if (WITHOUT_HANDLER.has(name)) continue;
    const plugin = DECIDING_PLUGINS.get(name);
    if (plugin === undefined) {
      chain.push({ name, handler: passOn });
      continue;
    }
    const tokens = directives.flatMap((directive) => [directive.name, ...directive.rest]);
    if (plugin.readsUnknown !== true && tokens.some((token) => token.unknownEnv !== undefined)) {
      const because = `${name} depends on environment variables that are not known`;
      chain.push({ name, handler: () => ({ kind: "unknown", because, at }) });
      continue;
    }
    const context = { zones: block.zones, version, directives, bind: block.bind, lookup };
    const handler = plugin.setup(new Dispenser(tokens), context);
    if (isRefusal(handler)) return { at, ...handler, refused: `${name}: ${handler.refused}` };
    chain.push({ name, handler });
  }
  return chain;
}

/** Zones by their names: a Corefile may have thousands, and each is asked. */
type Zones = ReadonlyMap<string, readonly ServedZone[]>;

function byZone(zones: readonly ServedZone[]): Zones {
  const found = new Map<string, ServedZone[]>();
  for (const one of zones) {
    const same = found.get(one.zone);
    if (same === undefined) found.set(one.zone, [one]);
    else same.push(one);
  }
  return found;
}

/** The zones by the address they listen on; one group when no address is named. */
function listenGroups(zones: readonly ServedZone[]): readonly Zones[] {
  const addresses = new Set(zones.flatMap(({ block }) => (block.bind.length === 0 ? [""] : block.bind)));
  const outside = [...addresses].filter((address) => !/^(?:127\.|::1$|lo$)/.test(address));
  const asked = outside.length > 0 ? outside : [...addresses];
  return asked.map((address) =>
    byZone(
      zones.filter(({ block }) => (address === "" ? block.bind.length === 0 : block.bind.includes(address))),
    ),
  );
}

/**
 * The server blocks for a name: those of the longest zone that holds it. Blocks with a view may pass the
 * question on, so all up to and including the first without one (coredns core/dnsserver/server.go).
 */
function select(zones: Zones, name: string): readonly ServedZone[] {
  const chosen: ServedZone[] = [];
  let rest = name;
  for (;;) {
    for (const served of zones.get(rest) ?? []) {
      chosen.push(served);
      if (!served.block.directives.has("view")) return chosen;
    }
    if (rest === "." || rest === "") return chosen;
    const dot = rest.indexOf(".");
    rest = dot === rest.length - 1 ? "." : rest.slice(dot + 1);
  }
}
