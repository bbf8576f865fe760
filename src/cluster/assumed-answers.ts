/** What may be said of answers from a Corefile that is not in sight but taken from its provider. Must not compute any. */
import { isUnreadCustom } from "./corefiles/assumed-base.ts";
import type { CorefileAnswers, Seen } from "./corefiles/answers.ts";
import type { AssumedBase, CorefileInput, CorefilePart } from "./corefiles/collected.ts";
import { PROVIDERS } from "../knowledge/providers.ts";
import type { Sourced } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type Answer, DENIALS } from "../model/dns.ts";

/** The answers as far as they hold: no place in a text that nobody has, and nothing of a part that may not be read. */
export function ofAssumed(read: CorefileAnswers, parts: readonly CorefilePart[]): CorefileAnswers {
  const { assumed } = read.input;
  if (assumed === undefined) return read;
  if (assumed.alone) return changed({ ...read, faults: [] }, withoutPlace);
  if (!isUnreadCustom(assumed, parts)) return read;
  const because = notImported(assumed);
  const unknown = (answer: Answer): Answer =>
    DENIALS.has(answer.kind) ? { kind: "unknown", because, at: answer.at } : answer;
  return changed({ ...read, faults: [] }, unknown);
}

const withoutPlace = (answer: Answer): Answer => ({ ...answer, at: undefined });

function changed(read: CorefileAnswers, change: (answer: Answer) => Answer): CorefileAnswers {
  const scopes = ({ internal, external }: CorefileAnswers["answers"]) => ({
    internal: change(internal),
    external: change(external),
  });
  const changedSeen = (seen: Seen): Seen => ({
    on: seen.on,
    zones: seen.zones.map((zone) => ({
      ...zone,
      answer: change(zone.answer),
      address: change(zone.address),
    })),
    answers: scopes(seen.answers),
    addresses: scopes(seen.addresses),
    parts: seen.parts.map((part) => ({ ...part, aaaa: change(part.aaaa), a: change(part.a) })),
    ask: (name, type, apart) => change(seen.ask(name, type, apart)),
  });
  return { ...read, ...changedSeen(read), listeners: read.listeners.map(changedSeen) };
}

/** What to tell of it. */
export function assumedDiagnostics(
  { assumed, source }: CorefileInput,
  parts: readonly CorefilePart[],
): readonly Diagnostic[] {
  if (assumed === undefined) return [];
  const { provider, said, alone } = assumed;
  const at = alone ? undefined : source.toPlace(0, 0);
  const name = provider && PROVIDERS[provider].name;
  const whole = "The Corefile that this is a part of is not in sight";
  const hint = "Give the provider's Corefile as well (kubectl -n kube-system get configmap coredns -o yaml).";
  if (alone) {
    const message = `No Corefile is in sight: the one that ${name} keeps is taken for it, without what anybody added in the cluster`;
    return [{ code: "corefile-assumed", message, hint, weight: "notice", at }];
  }
  if (isUnreadCustom(assumed, parts)) {
    const message = `Nothing is known to read this part: ${notImported(assumed)}`;
    return [{ code: "part-not-imported", message, hint, weight: "gap", at }];
  }
  if (name === undefined || PROVIDERS[provider!].base === undefined) {
    const which = name === undefined ? "" : `, and what ${name} keeps is not known`;
    const message = `${whole}${which}: what all known providers' have in common is taken for it`;
    return [{ code: "corefile-assumed", message, hint, weight: "notice", at }];
  }
  const why = said ? "" : ", as the files here show that provider";
  const message = `${whole}: the one that ${name} keeps is taken for it${why}`;
  return [{ code: "corefile-assumed", message, hint, weight: "notice", at }];
}

/** Where what is held of it comes from. */
export function assumedEvidence({ assumed }: CorefileInput): readonly Sourced[] {
  if (assumed?.provider === undefined) return [];
  const { name, base, versions, citation } = PROVIDERS[assumed.provider];
  if (base === undefined) return [];
  const text = assumed.alone
    ? `the Corefile that ${name} keeps denies no AAAA (${versions})`
    : `it stands in the Corefile that ${name} keeps`;
  return [{ text, confidence: "likely", source: citation.source }];
}

function notImported({ provider }: AssumedBase): string {
  return `the Corefile that ${PROVIDERS[provider!].name} keeps does not import the ConfigMap coredns-custom`;
}
