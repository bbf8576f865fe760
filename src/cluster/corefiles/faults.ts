/** Finds what is wrong with a Corefile whoever asks. Must not judge what it does to a container. */
import { inWords } from "../../corefile/brief.ts";
import type { Effective, EffectiveBlock } from "../../corefile/effective.ts";
import type { DiagnosticCode } from "../../model/diagnostic-codes.ts";
import { missingFallthrough } from "../../corefile/missing-fallthrough.ts";
import { placeOf } from "../../corefile/tree.ts";
import type { ClusterFault, ZoneAnswer } from "../../model/cluster-profile.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Answer, QueryType } from "../../model/dns.ts";

/** Diagnostics that mean CoreDNS, or node-cache, does not start: each is a fault, and need not be said twice. */
export const NOT_STARTING: readonly DiagnosticCode[] = [
  "corefile-syntax",
  "corefile-refused",
  "node-cache-plugin",
];

/** A Corefile as far as it is understood. */
export interface JudgedCorefile {
  readonly effective: Effective;
  /** The cluster's, without closing dot. */
  readonly domain: string;
  readonly zones: readonly ZoneAnswer[];
  readonly diagnostics: readonly Diagnostic[];
  /** Asks a zone for the name that its answer is about. */
  readonly ask: (zone: string, type: QueryType) => Answer;
}

/** What is wrong with it. */
export function corefileFaults(judged: JudgedCorefile): readonly ClusterFault[] {
  const { effective, domain, diagnostics } = judged;
  const refused = diagnostics.filter(({ code }) => NOT_STARTING.includes(code));
  if (refused.length > 0) {
    return refused.map(({ message, at }) => ({
      kind: "corefile-refused",
      because: message,
      zones: [],
      at,
    }));
  }
  return [...denials(judged), ...missing(effective, domain)];
}

/** A zone whose A is denied too has no such names, but for the cluster's own; below arpa nobody looks for addresses. */
function denials({ zones, domain, ask }: JudgedCorefile): readonly ClusterFault[] {
  const own = `${domain}.`;
  const byPlace = new Map<string, ClusterFault & { readonly zones: string[] }>();
  for (const { zone, answer } of zones) {
    if (answer.kind !== "NXDOMAIN" || answer.at === undefined || /(?:^|\.)arpa\.$/.test(zone)) continue;
    if (zone !== own && ask(zone, "A").kind === "NXDOMAIN") continue;
    const { because, at } = answer;
    const key = JSON.stringify(at);
    const known = byPlace.get(key);
    if (known === undefined) {
      byPlace.set(key, { kind: "aaaa-denied", because, type: "AAAA", zones: [zone], at });
    } else {
      known.zones.push(zone);
    }
  }
  return [...byPlace.values()];
}

function missing(effective: Effective, domain: string): readonly ClusterFault[] {
  const byPlace = new Map<string, { readonly fault: ClusterFault; readonly blocks: EffectiveBlock[] }>();
  for (const block of effective.blocks) {
    for (const directive of block.directives.get("template") ?? []) {
      const found = missingFallthrough(directive, block, domain, effective);
      if (found === undefined) continue;
      const at = placeOf(found.patterns[0] ?? directive.name);
      const key = JSON.stringify(at);
      const known = byPlace.get(key);
      if (known !== undefined) {
        known.blocks.push(block);
        continue;
      }
      const because = `the template matches ${inWords(found.patterns.map(({ raw }) => raw))} and has no fallthrough`;
      const fault = { kind: "match-without-fallthrough", because, type: found.type, zones: [], at } as const;
      byPlace.set(key, { fault, blocks: [block] });
    }
  }
  // One block's zones may be thousands, and thousands of stanzas may stand in it: they share the list.
  return [...byPlace.values()].map(({ fault, blocks }) => {
    const [only, ...more] = blocks.map(({ zones }) => zones);
    return { ...fault, zones: more.length === 0 ? (only ?? []) : blocks.flatMap(({ zones }) => zones) };
  });
}
