/** Turns Corefiles into zone answers and answers by scope. Must not know GKE's version table. */
import { answer } from "../../corefile/answer.ts";
import { type Effective, effectiveCorefile } from "../../corefile/effective.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import { listenersWithAddresses } from "../../corefile/listeners.ts";
import { partition } from "../../corefile/partition.ts";
import { Budget, OverBudget, within } from "../../corefile/budget.ts";
import { type Corefile, placeOf, type ServerBlock } from "../../corefile/tree.ts";
import type { ClusterFault, NamePart, NameScope, ZoneAnswer } from "../../model/cluster-profile.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Answer, QueryType } from "../../model/dns.ts";
import type { CoreDnsVersion } from "../../version/coredns.ts";
import { corefileFaults } from "./faults.ts";
import { type CorefileInput, type CorefileInputs, isForPods } from "./collected.ts";
import { nodeCacheDiagnostics, startDiagnostics } from "./not-starting.ts";
import { type KubeDnsSettings, stubDomainsSource } from "./kube-dns.ts";

/** What the names a pod asks for get, of all listeners together or of one. */
export interface Seen {
  /** The addresses that are asked, as `bind` has them; absent where any is. */
  readonly on?: readonly string[];
  readonly zones: readonly ZoneAnswer[];
  readonly answers: Readonly<Record<NameScope, Answer>>;
  /** The same for A. */
  readonly addresses: Readonly<Record<NameScope, Answer>>;
  /** Names that fare otherwise. */
  readonly parts: readonly NamePart[];
  /** Asks for another name, with its closing dot; `apart` as in AnswerOptions. */
  readonly ask: (name: string, type: QueryType, apart?: boolean) => Answer;
}

/** One Corefile, understood: as a pod sees it of which no more is known. */
export interface CorefileAnswers extends Seen {
  readonly input: CorefileInput;
  readonly effective: Effective;
  readonly domain: string;
  readonly faults: readonly ClusterFault[];
  /** Each listener by itself, where any has addresses of its own. */
  readonly listeners: readonly Seen[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is known besides the Corefile. */
export interface Given {
  /** Without closing dot; taken from the Corefile when nobody gave one. */
  readonly domain?: string;
  readonly version?: CoreDnsVersion;
  /** What all Corefiles of the file may cost together. */
  readonly budget?: Budget;
}

/** Judges one Corefile of a file. */
export function corefileAnswers(input: CorefileInput, inputs: CorefileInputs, given: Given): CorefileAnswers {
  const budget = given.budget ?? new Budget();
  const readImport = (pattern: string) => importedFrom(inputs, input.configMap, pattern);
  const { corefile, diagnostics: parsed } = parseCorefile(input.source, { readImport, budget });
  const domain = given.domain?.replace(/\.$/, "") ?? domainOf(corefile);
  const kubeDns = input.role === "node-local-dns" ? inputs.kubeDns : undefined;
  const options = { clusterDomain: domain, port: input.assumed?.port, budget };
  const own = effectiveCorefile(corefile, parsed, options);
  const effective =
    kubeDns === undefined
      ? own
      : withStubDomains(own, kubeDns, budget, (blocks) =>
          effectiveCorefile({ ...corefile, blocks: [...corefile.blocks, ...blocks] }, parsed, options),
        );
  const diagnostics = [
    ...effective.diagnostics,
    ...(effective.problem === undefined ? startDiagnostics(effective, given.version) : []),
    ...(input.role === "node-local-dns" ? nodeCacheDiagnostics(effective) : []),
  ];
  const faults = new Map<string, ClusterFault>();
  const seen = (on?: readonly string[]): Seen => {
    const address = on === undefined ? undefined : (on[0] ?? "");
    const ask = (name: string, type: QueryType, zone?: string, apart = true): Answer => {
      const asked = answer(effective, name, type, given.version, { zone, address, apart });
      return withUpstreams(asked, kubeDns?.upstreamNameservers ?? []);
    };
    const found = partition([effective], domain, (name, type) => ask(name, type), address);
    const askZone = (zone: string, type: QueryType) => ask(found.nameIn(zone), type, zone);
    const zones = zonesOn(effective, on).map((zone) => ({
      zone,
      answer: askZone(zone, "AAAA"),
      address: askZone(zone, "A"),
    }));
    const judged = { effective, domain, zones, scopes: found, parts: found.parts, diagnostics, ask: askZone };
    for (const fault of corefileFaults(judged)) {
      const key = JSON.stringify([fault.kind, fault.at, fault.type]);
      if (!faults.has(key)) faults.set(key, fault);
    }
    return {
      on,
      zones,
      answers: { internal: found.internal.aaaa, external: found.external.aaaa },
      addresses: { internal: found.internal.a, external: found.external.a },
      parts: found.parts,
      ask: (name, type, apart = false) => ask(name, type, undefined, apart),
    };
  };
  const addresses = listenersWithAddresses(effective);
  const several = addresses.length > 1 ? addresses.map(seen) : [];
  const asked = several.find(({ on }) => on !== undefined && isForPods(on)) ?? seen();
  // One that is alone answers as all together.
  const listeners = several.length > 0 ? several : addresses.map((on) => ({ ...asked, on }));
  const told = diagnostics.some(({ code }) => code === "corefile-too-large");
  const tooLarge = told ? undefined : budget.exceeded?.diagnostic(input.source.toPlace(0, 0));
  return {
    ...asked,
    input,
    effective,
    domain,
    faults: [...faults.values()],
    listeners,
    diagnostics: tooLarge === undefined ? diagnostics : [...diagnostics, tooLarge],
  };
}

/** The zones that one listener serves, or all. */
function zonesOn({ zones }: Effective, on: readonly string[] | undefined): readonly string[] {
  const served = zones.filter(({ block: { bind } }) => {
    if (on === undefined) return true;
    return on.length === 0 ? bind.length === 0 : bind.some((address) => on.includes(address));
  });
  return [...new Set(served.map(({ zone }) => zone))];
}

/** With node-cache's own server blocks for the stub domains, behind those of the Corefile. */
function withStubDomains(
  own: Effective,
  kubeDns: KubeDnsSettings,
  budget: Budget,
  withBlocks: (blocks: readonly ServerBlock[]) => Effective,
): Effective {
  const root = own.zones.find(({ zone }) => zone === ".") ?? own.zones[0];
  const bind = root?.block.bind ?? [];
  const blocks = within(() => {
    // Every stub domain is bound to all of them, and that in words.
    budget.spend("corefileListeners", kubeDns.stubDomains.size * Math.max(1, bind.length));
    const source = stubDomainsSource(kubeDns, bind);
    if (source === undefined) return [];
    const { corefile } = parseCorefile(source, { budget });
    if (budget.exceeded !== undefined) throw budget.exceeded;
    return corefile.blocks;
  });
  if (!(blocks instanceof OverBudget)) return blocks.length === 0 ? own : withBlocks(blocks);
  const at = own.blocks[0] === undefined ? undefined : placeOf(own.blocks[0].block.keys[0]!);
  if (own.problem !== undefined || at === undefined) return own;
  return { ...own, problem: { because: blocks.because, at } };
}

/** node-cache puts the upstream name servers in for their placeholder. */
function withUpstreams(given: Answer, upstreams: readonly string[]): Answer {
  if (upstreams.length === 0) return given;
  const replace = (text: string) => text.replaceAll("__PILLAR__UPSTREAM__SERVERS__", upstreams.join(" "));
  return {
    ...given,
    because: replace(given.because),
    detail: given.detail && replace(given.detail),
  };
}

/** The zone of the kubernetes plugin, or cluster.local. */
function domainOf(corefile: Corefile): string {
  const zones = corefile.blocks
    .flatMap(({ directives }) => directives.filter(({ name }) => name.text === "kubernetes"))
    .flatMap(({ rest, name }) => rest.filter((token) => token.line === name.line).map(({ text }) => text))
    .filter((text) => text !== "{" && !text.endsWith(".arpa") && /^[\w.-]+$/.test(text));
  const found = zones.find((zone) => zone.includes(".")) ?? "cluster.local";
  return zones.includes("cluster.local") ? "cluster.local" : found.replace(/\.$/, "");
}

/**
 * What `import custom/*.server` means when the ConfigMap coredns-custom is in the same file: its keys that match; and
 * what another key of the Corefile's own ConfigMap is, or of one that a part stands in. Without either nothing is known.
 */
function importedFrom(inputs: CorefileInputs, configMap: string | undefined, pattern: string) {
  const name = pattern.slice(pattern.lastIndexOf("/") + 1);
  const matches = (key: string) => {
    const [before = "", after] = name.split("*");
    if (after === undefined) return key === before;
    return key.length >= before.length + after.length && key.startsWith(before) && key.endsWith(after);
  };
  const near = new Set([configMap ?? "", ...inputs.extras.map((part) => part.configMap)]);
  const own = (inputs.siblings ?? []).filter((one) => near.has(one.configMap) && matches(one.key));
  const found = [...own, ...inputs.extras.filter(({ key }) => matches(key))];
  // A ConfigMap in sight may have no key of a pattern; one file that is named is somewhere.
  if (found.length === 0 && (inputs.extras.length === 0 || !name.includes("*"))) return undefined;
  return found.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ source }) => source);
}
