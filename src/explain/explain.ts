/** Says for every zone of every Corefile in a file how AAAA is answered and what that does to musl. Must not read or write files. */
import { corefileAnswers } from "../cluster/corefiles/answers.ts";
import type { CorefileInputs } from "../cluster/corefiles/collected.ts";
import { answer } from "../corefile/answer.ts";
import { Budget } from "../corefile/budget.ts";
import { normalName } from "../corefile/names.ts";
import { type MuslGeneration, PAIR_BEHAVIOURS } from "../knowledge/musl.ts";
import type { Answer, QueryType } from "../model/dns.ts";
import type { Explained, Explanation } from "../model/explanation.ts";
import type { NameEffect } from "../model/report.ts";
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
    const read = corefileAnswers(input, inputs, given);
    return {
      title: input.configMap ?? input.source.file,
      domain: read.domain,
      zones: read.zones.map(({ zone, answer: found }) => explained(zone, "AAAA", found)),
      names: names.map((name) =>
        explained(normalName(name), type, answer(read.effective, name, type, version)),
      ),
      diagnostics: [...inputs.diagnostics, ...read.diagnostics],
    };
  });
}

function explained(subject: string, type: QueryType, found: Answer): Explained {
  if (type === "A") return { subject, type, answer: found };
  const effects = {
    tolerant: effectOf("pairs-tolerant", found),
    strict: effectOf("pairs-strict", found),
  };
  return { subject, type, answer: found, effects };
}

function effectOf(generation: MuslGeneration, { kind }: Answer): NameEffect {
  if (kind === "unknown") return "unknown";
  // Whoever it is passed on to is trusted to answer NODATA, as any proper server does.
  const known = kind === "passed-on" ? "NODATA" : kind;
  return PAIR_BEHAVIOURS.find((one) => one.generation === generation)?.effects[known] ?? "unknown";
}
