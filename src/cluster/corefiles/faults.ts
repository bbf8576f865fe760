/** Finds what is wrong with a Corefile whoever asks. Must not judge what it does to a container. */
import { inWords } from "../../corefile/brief.ts";
import type { Effective, EffectiveBlock } from "../../corefile/effective.ts";
import type { DiagnosticCode } from "../../model/diagnostic-codes.ts";
import { missingFallthrough } from "../../corefile/missing-fallthrough.ts";
import { placeOf } from "../../corefile/tree.ts";
import type { ClusterFault, NamePart, NameScope, ZoneAnswer } from "../../model/cluster-profile.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { groupBy } from "../../model/group-by.ts";
import { setsInWords } from "../../model/name-parts.ts";
import { type Answer, bothDenied, DENIALS, type PairAnswers, type QueryType } from "../../model/dns.ts";
import { type Place, samePlace } from "../../model/place.ts";

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
  /** The cluster's names and those outside. */
  readonly scopes: Readonly<Record<NameScope, PairAnswers>>;
  /** Names that fare otherwise than the rest. */
  readonly parts: readonly NamePart[];
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
  const whole = [...denials(judged), ...missing(effective, domain)];
  return [...whole, ...denialsOfSome(judged.parts, whole), ...withoutAddress(judged, whole)];
}

/**
 * Names that no resolver finds: all names outside or all of the cluster's, and a zone whose names are all answered with
 * a failure. What is denied in a zone of its own is denied on purpose.
 */
function withoutAddress(
  { effective, scopes, parts }: JudgedCorefile,
  whole: readonly ClusterFault[],
): readonly ClusterFault[] {
  const failing = parts.filter(({ aaaa, a, sets }) => {
    const failed = [aaaa, a].some(({ kind }) => kind === "SERVFAIL" || kind === "no-reply");
    // A zone in which other names are found serves these, and no others.
    const found = (zone: string) =>
      parts.some((other) => !DENIALS.has(other.a.kind) && other.sets.some((set) => set.zone === zone));
    return bothDenied({ a, aaaa }) && failed && sets.every(({ how, zone }) => how === "zone" && !found(zone));
  });
  // Where a template's pattern leaves them out, that is said already.
  const told = ({ at }: Answer) =>
    at !== undefined && whole.some((fault) => fault.at?.file === at.file && inside(fault.at.line, at));
  const denied = (["internal", "external"] as const).filter(
    (scope) => bothDenied(scopes[scope]) && !told(scopes[scope].a),
  );
  const byLine = groupBy(denied, (scope) => JSON.stringify(scopes[scope].a.at));
  return [
    ...[...byLine.values()].map((together) => ({ ...scopes[together[0]].a, scopes: together, zones: [] })),
    ...failing
      .filter(({ a }) => !told(a))
      .map(({ a, sets }) => ({
        ...a,
        names: setsInWords(sets),
        zones: sets.map(({ zone }) => zone),
      })),
  ].map(({ kind: answer, because, at, ...which }) => {
    const directive = directiveAt(effective, at);
    return { kind: "address-denied", because, type: "ANY", ...which, answer, directive, at };
  });
}

/** Which directive a place is of, where its own lines can be mended. */
function directiveAt({ blocks }: Effective, at: Place | undefined): "hosts" | "template" | undefined {
  if (at === undefined) return undefined;
  for (const { directives } of blocks) {
    for (const name of ["hosts", "template"] as const) {
      for (const directive of directives.get(name) ?? []) {
        if (samePlace(placeOf(directive.name), at)) return name;
      }
    }
  }
  return undefined;
}

/** Names that have an address and whose AAAA fails, by line, where no fault of whole zones says that already. */
function denialsOfSome(parts: readonly NamePart[], whole: readonly ClusterFault[]): readonly ClusterFault[] {
  const failing = parts.filter(({ aaaa: { at, kind }, a }) => {
    if (at === undefined || !DENIALS.has(kind) || DENIALS.has(a.kind) || a.kind === "unknown") return false;
    return !whole.some((fault) => fault.at?.file === at.file && inside(fault.at.line, at));
  });
  return [...groupBy(failing, ({ aaaa }) => JSON.stringify(aaaa.at)).values()].map((together) => {
    const { because, at, by, kind } = together[0].aaaa;
    const sets = together.flatMap((part) => part.sets);
    const zones = [...new Set(sets.map(({ zone }) => zone))];
    return {
      kind: "aaaa-denied",
      because,
      type: "AAAA",
      zones,
      names: setsInWords(sets),
      answer: kind,
      by,
      at,
    };
  });
}

const inside = (line: number, at: Place) => at.line <= line && line <= at.endLine;

/** A zone whose A is denied too has no such names; below arpa nobody looks for addresses. */
function denials({ zones, ask }: JudgedCorefile): readonly ClusterFault[] {
  const byPlace = new Map<string, ClusterFault & { readonly zones: string[] }>();
  for (const { zone, answer } of zones) {
    if (answer.kind !== "NXDOMAIN" || answer.at === undefined || /(?:^|\.)arpa\.$/.test(zone)) continue;
    if (DENIALS.has(ask(zone, "A").kind)) continue;
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
