/** Says for every zone of every Corefile in a file how AAAA is answered and what that does to musl. Must not read or write files. */
import { assumedDiagnostics, ofAssumed } from "../cluster/assumed-answers.ts";
import { corefileAnswers, type CorefileAnswers, type Seen } from "../cluster/corefiles/answers.ts";
import type { CorefileInputs } from "../cluster/corefiles/collected.ts";
import { Budget } from "../corefile/budget.ts";
import { isSubdomain, normalName } from "../corefile/names.ts";
import type { NamePart } from "../model/cluster-profile.ts";
import { bothDenied, type PairAnswers, type QueryType } from "../model/dns.ts";
import type { Explained, Explanation } from "../model/explanation.ts";
import { setsInWords } from "../model/name-parts.ts";
import { pairEffect } from "../rules/pair-effect.ts";
import type { CoreDnsVersion } from "../version/coredns.ts";

/** What to explain besides the zones. */
export interface ExplainOptions {
  readonly names: readonly string[];
  /** The type asked for the names. */
  readonly type: QueryType;
  /** The cluster's domain, taken from the Corefile unless given. */
  readonly domain?: string;
  /** All releases unless given. */
  readonly version?: CoreDnsVersion;
}

/** One explanation for every Corefile, in file order. */
export function explain(inputs: CorefileInputs, options: ExplainOptions): readonly Explanation[] {
  const { domain, version, names, type } = options;
  const given = { domain, version, budget: new Budget() };
  return inputs.corefiles.map((input) => {
    const read = ofAssumed(corefileAnswers(input, inputs, given), inputs, given);
    return {
      title: input.configMap ?? input.source.file,
      domain: read.domain,
      zones: views(read).flatMap((seen) => zonesOf(read, seen)),
      names: names.map((name) => {
        const ask = (asked: QueryType) => read.ask(name, asked);
        if (type === "A") return { subject: normalName(name), type, answer: ask("A") };
        return explained(normalName(name), { aaaa: ask("AAAA"), a: ask("A") }, false);
      }),
      diagnostics: [...inputs.diagnostics, ...read.diagnostics, ...assumedDiagnostics(input, inputs.extras)],
    };
  });
}

/** Each of several listeners by itself, since whoever reads a Corefile has not said whom they ask. */
const views = (read: CorefileAnswers): readonly Seen[] =>
  read.listeners.length > 1 ? read.listeners : [read];

function zonesOf({ domain }: CorefileAnswers, seen: Seen): readonly Explained[] {
  const { on, zones } = seen;
  const where = on === undefined ? "" : ` on ${on.length === 0 ? "other addresses" : on.join(", ")}`;
  return [
    ...zones.map(({ zone, answer: aaaa, address: a }) =>
      explained(`${zone}${where}`, { aaaa, a }, zone !== "." && !isSubdomain(zone, `${domain}.`)),
    ),
    ...partsOf(seen).map(({ sets, aaaa, a }) =>
      explained(`${setsInWords(sets).join(", ")}${where}`, { aaaa, a }, true),
    ),
  ];
}

/** Parts that no zone speaks for: one that is answered by a zone's own line is told there. */
function partsOf({ zones, parts }: Seen): readonly NamePart[] {
  const told = new Set(zones.map(({ zone }) => `names under ${zone.slice(0, -1)}`));
  return parts.flatMap((part) => {
    const sets = part.sets.filter(({ says }) => !told.has(says));
    return sets.length === 0 ? [] : [{ ...part, sets }];
  });
}

/** `onPurpose`: names that nobody finds there are no fault. */
function explained(subject: string, pair: PairAnswers, onPurpose: boolean): Explained {
  const base = { subject, type: "AAAA", answer: pair.aaaa, address: pair.a } as const;
  if (!bothDenied(pair)) {
    const effects = {
      tolerant: pairEffect("pairs-tolerant", pair) ?? "fails",
      strict: pairEffect("pairs-strict", pair) ?? "fails",
    };
    return { ...base, effects };
  }
  const meant = onPurpose && (pair.a.kind === "NXDOMAIN" || pair.a.kind === "REFUSED");
  const effect = pair.a.kind === "NXDOMAIN" || pair.aaaa.kind === "NXDOMAIN" ? "fails" : "fails-slowly";
  const effects = { tolerant: effect, strict: effect } as const;
  return { ...base, denied: true, effects: meant ? undefined : effects };
}
