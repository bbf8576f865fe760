/** How a Corefile answers a question, as CoreDNS would compute it. Must not look outside the Corefile: what is decided there is passed on or unknown. */
import type { Answer, AnswerKind, QueryType } from "../model/dns.ts";
import type { Place } from "../model/place.ts";
import { CORE_DNS_FACTS, pluginOrder, REPRESENTATIVE_RELEASES } from "../knowledge/coredns.ts";
import type { CoreDnsVersion } from "../version/coredns.ts";
import { OverBudget, within } from "./budget.ts";
import {
  either,
  type Handler,
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
import { type Listener, listenersOf } from "./listeners.ts";
import { EVERYWHERE, isSubdomain, normalName, parentOf, ZoneSet } from "./names.ts";
import { Release } from "./release.ts";
import { placeOf } from "./tree.ts";

/** Look-ups inside look-ups that are followed (a CNAME to a CNAME); a loop of them ends there. */
const MOST_LOOKUPS = 8;

/** How to ask. */
export interface AnswerOptions {
  /** Asks the server block of this zone, whatever zone the name belongs to; with closing dot. */
  readonly zone?: string;
  /** Asks those server blocks alone that listen on this address, as `bind` has it; `""` where no `bind` stands. */
  readonly address?: string;
  /** Asks this server block, whose zone is yet to be put in. */
  readonly block?: EffectiveBlock;
  /** Takes a name outside the cluster for one that lies in no zone that is yet to be put in. */
  readonly apart?: boolean;
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
  const { zone, address, block, apart } = options;
  if (effective.moreZones !== undefined && zone === undefined && block === undefined) {
    const { because, at } = effective.moreZones;
    return { kind: "unknown", because: `${because}: a zone of its own may stand there`, at };
  }
  const releases = version === undefined ? (options.releases ?? REPRESENTATIVE_RELEASES) : [version];
  const question: Question = { name: normalName(name), type, class: "IN" };
  const asked = within(() => askAll(effective, question, releases, { zone, address, block, apart }));
  if (asked instanceof OverBudget) return { kind: "unknown", because: asked.because };
  const started = asked.flatMap(({ release, outcome }) =>
    isRefused(outcome) ? [] : [{ release, reply: outcome }],
  );
  if (started.length === 0) {
    const refusal = asked.map(({ outcome }) => outcome).find(isRefused);
    return {
      kind: "unknown",
      because: `CoreDNS does not start with this Corefile: ${refusal?.refused ?? "no release is known"}`,
      at: refusal?.at,
    };
  }
  return overReleases(started);
}

interface Asked {
  readonly release: CoreDnsVersion;
  readonly outcome: Reply | Refusal;
}

/** The outcome of every release, worked out once for those that differ in nothing that was looked at. */
function askAll(
  effective: Effective,
  question: Question,
  releases: readonly CoreDnsVersion[],
  whom: Whom,
): readonly Asked[] {
  const before: { readonly server: Server; readonly release: Release; readonly reply: Reply }[] = [];
  return releases.map((version) => {
    const server = startServer(effective, version);
    if (isRefused(server)) return { release: version, outcome: server };
    const same = before.find((one) => one.server === server && one.release.agreesWith(version));
    if (same !== undefined) return { release: version, outcome: same.reply };
    const release = new Release(version);
    const reply = server.ask(question, release, whom);
    before.push({ server, release, reply });
    return { release: version, outcome: reply };
  });
}

/** Why CoreDNS does not start, release by release; empty when it does with all of them, or when a bound was reached. */
export function startProblems(
  effective: Effective,
  releases: readonly CoreDnsVersion[] = REPRESENTATIVE_RELEASES,
): { readonly release: CoreDnsVersion; readonly because: string; readonly at?: Place }[] {
  const servers = within(() =>
    releases.map((release) => ({ release, server: startServer(effective, release) })),
  );
  if (servers instanceof OverBudget) return [];
  return servers.flatMap(({ release, server }) =>
    isRefused(server) ? [{ release, because: server.refused, at: server.at }] : [],
  );
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

function toAnswer({ kind, because, detail, recordType, fromRecords, by, at }: Reply): Answer {
  return { kind, because, detail, recordType, fromRecords, by, at };
}

/** Whom of a Corefile's server blocks to ask; all that serve the name where nothing is said. */
type Whom = Pick<AnswerOptions, "zone" | "address" | "block" | "apart">;

interface Server {
  ask(question: Question, release: Release, whom: Whom): Reply;
}

/** A block's plugins in the order they are asked; nothing when it has none, and is refused by the server. */
type Chain = readonly Handler[];

/** Servers that were started: a Corefile of many zones is asked for each of them. */
const STARTED = new WeakMap<Effective, Map<string, Started>>();

interface Started {
  readonly release: Release;
  readonly server: Server | Refusal | OverBudget;
}

function startServer(effective: Effective, version: CoreDnsVersion): Server | Refusal {
  const servers = STARTED.get(effective) ?? new Map<string, Started>();
  STARTED.set(effective, servers);
  const started =
    servers.get(version.text) ??
    [...servers.values()].find(({ release }) => release.agreesWith(version)) ??
    newServer(effective, version);
  servers.set(version.text, started);
  if (started.server instanceof OverBudget) throw started.server;
  return started.server;
}

const FAILURES: readonly Reply["kind"][] = [
  "NXDOMAIN",
  "SERVFAIL",
  "REFUSED",
  "NOTIMP",
  "other-rcode",
  "no-reply",
];

function isFailure({ kind }: Reply): boolean {
  return FAILURES.includes(kind);
}

function isFine(reply: Reply): boolean {
  return reply.kind !== "unknown" && !isFailure(reply);
}

function newServer(effective: Effective, version: CoreDnsVersion): Started {
  const release = new Release(version);
  return { release, server: within(() => start(effective, release)) };
}

function start(effective: Effective, setUp: Release): Server | Refusal {
  const { budget, patterns } = effective;
  const chains = new Map<EffectiveBlock, Chain>();
  const capitals = effective.zones.some(({ zone }) => zone !== zone.toLowerCase());
  const folded = capitals && setUp.holds(CORE_DNS_FACTS.zonesInCapitals);
  const served = folded
    ? effective.zones.map((zone) => ({ ...zone, zone: zone.zone.toLowerCase() }))
    : effective.zones;
  const listeners = listenersOf(served);
  let group: Pick<Listener, "zones"> & Partial<Listener> = { zones: listeners.all };
  let depth = 0;
  let apart = false;
  // The release that is asked about; handlers look at it anew for every question.
  let release = setUp;

  const ask: Server["ask"] = (question, about, { zone: only, address, block, ...whom }) => {
    release = about;
    apart = whom.apart === true;
    depth = 0;
    const zone = folded ? only?.toLowerCase() : only;
    const serving = zone === undefined ? listeners.groups : (listeners.byZone.get(zone) ?? []);
    const groups = serving.filter((one) => address === undefined || listensOn(one.on, address));
    group = { zones: listeners.all };
    if (block !== undefined) return askBlock(block, question);
    if (groups.length === 0) return askZones(question, zone);
    const replies = groups.map((one) => {
      group = one;
      return askZones(question, zone);
    });
    return either(replies, "it depends on the address the pod asks");
  };
  const askZones = (question: Question, zone?: string): Reply => {
    const chosen = zone === undefined ? select(group.zones, question.name) : (group.zones.get(zone) ?? []);
    const replies = chosen.map(({ block }) => askBlock(block, question));
    if (replies.length === 0 || chosen.every(({ block }) => block.directives.has("view"))) {
      replies.push({ kind: "REFUSED", because: `no server block has a zone for ${question.name}` });
    }
    const unplaced = effective.unknownKeys.filter(
      ({ bind }) => bind.length === 0 || group.on === undefined || group.on.some((one) => bind.includes(one)),
    );
    if (zone === undefined && unplaced.length > 0) {
      const others = unplaced.map((block) => askBlock(block, question));
      // One zone is served once, so that what is not known yet is not `.` where that is: only parts of its names are open.
      const open = isSubdomain(effective.domain, question.name) || !group.zones.has(".");
      const known = either(replies, "views decide by who asks");
      if (isFine(known) && others.every(isFine)) return known;
      if (!open && (apart || isFailure(known) || !others.some(isFailure))) return known;
      replies.push(...others);
      return either(replies, "a zone depends on an environment variable or a placeholder");
    }
    return either(replies, "views decide by who asks");
  };
  const askBlock = (block: EffectiveBlock, question: Question): Reply => {
    budget.spend("corefileSteps");
    if (block.hidden !== undefined) return { kind: "unknown", ...block.hidden };
    const chain = chains.get(block);
    if (chain === undefined || chain.length === 0) {
      const at = placeOf(block.block.keys[0]!);
      const refused = block.zones.includes(".") || release.holds(CORE_DNS_FACTS.zoneWithoutPluginsIsRefused);
      const kind = refused ? "REFUSED" : "SERVFAIL";
      return { kind, because: "the server block has no plugin that answers", at };
    }
    const step = (i: number, asked: Question): Reply => {
      budget.spend("corefileSteps");
      const handler = chain[i];
      if (handler !== undefined) return handler(asked, (next) => step(i + 1, next));
      const at = placeOf(block.block.keys[0]!);
      const because = `no plugin of the server block answers ${asked.name}`;
      return { kind: "SERVFAIL", because, failed: true, at };
    };
    return step(0, question);
  };
  const lookup: SetupContext["lookup"] = (name, type) => {
    if (depth >= MOST_LOOKUPS) return { kind: "SERVFAIL", because: "too many look-ups inside look-ups" };
    depth++;
    const reply = askZones({ name: normalName(name), type, class: "IN" });
    depth--;
    return reply;
  };
  const shared: Pick<SetupContext, "budget" | "patterns" | "holds" | "lookup"> = {
    budget,
    patterns,
    holds: (fact) => release.holds(fact),
    lookup,
  };

  const names = new Set(effective.blocks.flatMap(({ directives }) => [...directives.keys()]));
  const order = setUp.look(pluginOrder, (version) =>
    pluginOrder(version)
      .filter((name) => names.has(name))
      .join(" "),
  );
  for (const block of effective.blocks) {
    if (block.hidden !== undefined) continue;
    const chain = buildChain(block, effective.unknownKeys, order.split(" "), setUp, shared);
    if (isRefused(chain)) return chain;
    chains.set(block, chain);
  }
  return { ask };
}

const listensOn = (on: readonly string[], address: string) =>
  on.length === 0 ? address === "" : on.includes(address);

function buildChain(
  block: EffectiveBlock,
  unplaced: readonly EffectiveBlock[],
  order: readonly string[],
  release: Release,
  shared: Pick<SetupContext, "budget" | "patterns" | "holds" | "lookup">,
): Chain | Refusal {
  const chain: Handler[] = [];
  // Whatever a block is asked for lies in the zone that is yet to be put in.
  const zones = unplaced.includes(block) ? EVERYWHERE : new ZoneSet(block.zones);
  const beside = new Set(block.directives.keys());
  for (const name of order) {
    const directives = block.directives.get(name);
    if (directives === undefined) continue;
    const at = placeOf(directives[0]!.name);
    if (release.hasPlugin(name) === false) return { refused: `Unknown directive '${name}'`, at };
    if (WITHOUT_HANDLER.has(name)) continue;
    const plugin = DECIDING_PLUGINS.get(name);
    if (plugin === undefined) {
      chain.push(passOn);
      continue;
    }
    const tokens = directives.flatMap((directive) => [directive.name, ...directive.rest]);
    if (plugin.readsUnknown !== true && tokens.some((token) => token.unknownEnv !== undefined)) {
      const because = `${name} depends on environment variables that are not known`;
      chain.push(() => ({ kind: "unknown", because, at }));
      continue;
    }
    const context = { ...shared, zones, directives, beside, bind: block.bind };
    const handler = plugin.setup(new Dispenser(tokens), context);
    if (isRefusal(handler)) return { at, ...handler, refused: `${name}: ${handler.refused}` };
    chain.push(handler);
  }
  return chain;
}

/**
 * The server blocks for a name: those of the longest zone that holds it. Blocks with a view may pass the
 * question on, so all up to and including the first without one (coredns core/dnsserver/server.go).
 */
function select(zones: ReadonlyMap<string, readonly ServedZone[]>, name: string): readonly ServedZone[] {
  const chosen: ServedZone[] = [];
  for (let rest = name; ; rest = parentOf(rest)) {
    for (const served of zones.get(rest) ?? []) {
      chosen.push(served);
      if (!served.block.directives.has("view")) return chosen;
    }
    if (rest === "." || rest === "") return chosen;
  }
}
