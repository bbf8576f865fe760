/** Finds what is wrong with a Corefile whoever asks. Must not judge what it does to a container. */
import type { Effective } from "../corefile/effective.ts";
import { missingFallthrough } from "../corefile/missing-fallthrough.ts";
import { placeOf } from "../corefile/tree.ts";
import type { ClusterFault, ZoneAnswer } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Answer, QueryType } from "../model/dns.ts";

/** Diagnostics that mean CoreDNS, or node-cache, does not start. */
const NOT_STARTING = ["corefile-syntax", "corefile-refused", "node-cache-plugin"];

/** The faults of one Corefile; `ask` asks the zone for the name its answer is about. */
export function corefileFaults(
  effective: Effective,
  domain: string,
  zones: readonly ZoneAnswer[],
  diagnostics: readonly Diagnostic[],
  ask: (zone: string, type: QueryType) => Answer,
): readonly ClusterFault[] {
  const refused = diagnostics.filter(({ code }) => NOT_STARTING.includes(code));
  if (refused.length > 0) {
    return refused.map(({ message, at }) => ({
      kind: "corefile-refused",
      because: message,
      zones: [],
      ...(at === undefined ? {} : { at }),
    }));
  }
  return [...denials(zones, ask), ...missing(effective, domain)];
}

/** A zone whose A is denied too has no such names, and below arpa nobody looks for addresses. */
function denials(
  zones: readonly ZoneAnswer[],
  ask: (zone: string, type: QueryType) => Answer,
): readonly ClusterFault[] {
  const byPlace = new Map<string, ClusterFault>();
  for (const { zone, answer } of zones) {
    if (answer.kind !== "NXDOMAIN" || answer.at === undefined || /(?:^|\.)arpa\.$/.test(zone)) continue;
    if (ask(zone, "A").kind === "NXDOMAIN") continue;
    const key = JSON.stringify(answer.at);
    const before = byPlace.get(key)?.zones ?? [];
    byPlace.set(key, {
      kind: "aaaa-denied",
      because: answer.because,
      type: "AAAA",
      zones: [...before, zone],
      at: answer.at,
    });
  }
  return [...byPlace.values()];
}

function missing(effective: Effective, domain: string): readonly ClusterFault[] {
  const byPlace = new Map<string, ClusterFault>();
  for (const block of effective.blocks) {
    for (const directive of block.directives.get("template") ?? []) {
      const found = missingFallthrough(directive, block, domain);
      if (found === undefined) continue;
      const at = placeOf(found.patterns[0] ?? directive.name);
      const key = JSON.stringify(at);
      byPlace.set(key, {
        kind: "match-without-fallthrough",
        because: `the template matches ${found.patterns.map(({ raw }) => raw).join(" ")} and has no fallthrough`,
        type: found.type,
        zones: [...(byPlace.get(key)?.zones ?? []), ...block.zones],
        at,
      });
    }
  }
  return [...byPlace.values()];
}
