/** Finds `template` stanzas whose pattern leaves names out that then get no answer. Must not judge what that does to anyone. */
import { pluginOrder, REPRESENTATIVE_RELEASES } from "../knowledge/coredns.ts";
import { startsLine } from "./dispenser.ts";
import type { Effective, EffectiveBlock } from "./effective.ts";
import { OverBudget, within } from "./budget.ts";
import { isSubdomain, normalName } from "./names.ts";
import type { Directive, Token } from "./tree.ts";

/** A stanza with `match`, without `fallthrough`, and with plugins behind it that its other names would need. */
export interface MissingFallthrough {
  readonly type: "A" | "AAAA" | "ANY";
  readonly patterns: readonly Token[];
  /** The last word of the stanza's body: `fallthrough` belongs behind it. */
  readonly last: Token;
}

/**
 * Whether a `template` directive ends names that its patterns do not match (coredns plugin/template: without
 * `fallthrough` they get SERVFAIL, before 1.9.3 no reply at all). `domain` is the cluster's, without closing dot.
 */
export function missingFallthrough(
  { rest, unread }: Directive,
  block: EffectiveBlock,
  domain: string,
  effective: Effective,
): MissingFallthrough | undefined {
  const [stanzaClass, type] = rest;
  if (unread || (stanzaClass?.text !== "ANY" && stanzaClass?.text !== "IN")) return undefined;
  if (type?.text !== "A" && type?.text !== "AAAA" && type?.text !== "ANY") return undefined;
  const lines = linesOf(rest);
  const patterns = lines.filter(([property]) => property?.text === "match").flatMap((line) => line.slice(1));
  const last = lines.at(-1)?.at(-1);
  if (patterns.length === 0 || last === undefined || lines.length < 2) return undefined;
  if (lines.some(([property]) => property?.text === "fallthrough") || !hasDataBehind(block)) return undefined;
  // Names outside the stanza's own zones go on to the plugins behind it.
  const named = (lines[0] ?? []).slice(2).map(({ text }) => normalName(text));
  const zones = named.length > 0 ? named : block.zones;
  return leavesNamesOut(patterns, zones, domain, effective) ? { type: type.text, patterns, last } : undefined;
}

/** A directive's words by line, those of its first line included; braces left out. */
export function linesOf(words: readonly Token[]): readonly (readonly Token[])[] {
  const lines: Token[][] = [];
  let previous: Token | undefined;
  for (const word of words) {
    if (previous === undefined || startsLine(previous, word)) lines.push([]);
    if (word.text !== "{" && word.text !== "}") lines.at(-1)?.push(word);
    previous = word;
  }
  return lines.filter((line) => line.length > 0);
}

/** Whether a plugin behind `template` could answer what falls through, or what it does not end. */
export function hasDataBehind(block: EffectiveBlock): boolean {
  const newest = REPRESENTATIVE_RELEASES.at(-1);
  if (newest === undefined) return false;
  const order = pluginOrder(newest);
  const without = new Set(["transfer", "loop", "on", "startup", "shutdown", "sign", "view"]);
  return order
    .slice(order.indexOf("template") + 1)
    .some((name) => !without.has(name) && block.directives.has(name));
}

/** Whether some ordinary name of the zones is matched by none of the patterns; false where that cannot be told. */
function leavesNamesOut(
  patterns: readonly Token[],
  zones: readonly string[],
  domain: string,
  { budget, patterns: known }: Effective,
): boolean {
  const matchers = patterns.map(({ text }) => known.compile(text));
  if (matchers.some(({ kind }) => kind !== "pattern")) return false;
  const isLeftOut = (name: string) =>
    matchers.every((one) => one.kind === "pattern" && one.find(name) === undefined);
  const ordinary = [`kubernetes.default.svc.${domain}.`, "example.com.", "www.gnu.org."];
  const found = within(() =>
    zones.some((zone) => {
      budget.spend("corefileSteps", ordinary.length);
      const own = zone === "." ? [] : [`name.${zone}`];
      return [...ordinary.filter((name) => isSubdomain(zone, name)), ...own].some(isLeftOut);
    }),
  );
  return found instanceof OverBudget ? false : found;
}
