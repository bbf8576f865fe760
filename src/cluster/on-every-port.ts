/** Joins what parts of a Corefile say on each port that they name, where nothing says which one pods ask. Must not choose one. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Answer } from "../model/dns.ts";
import type { AssumedBase, CorefileInputs } from "./corefiles/collected.ts";
import { onPort } from "./corefiles/assumed-base.ts";
import { corefileAnswers, type CorefileAnswers, type Given } from "./corefiles/answers.ts";

/** The most ports that are looked at; that not all were is a gap either way. */
const MOST_PORTS = 4;

/** The answers that are the same on every port; what is not is unknown. */
export function onEveryPort(read: CorefileAnswers, inputs: CorefileInputs, given: Given): CorefileAnswers {
  const { assumed } = read.input;
  const [...ports] = assumed?.otherPorts ?? [];
  if (assumed === undefined || ports.length === 0) return read;
  const others = ports
    .slice(0, MOST_PORTS)
    .map((port) => corefileAnswers(onPort(read.input, port, read.domain), inputs, given));
  const because = portsNotKnown(assumed);
  const unknown = (answer: Answer): Answer => ({ kind: "unknown", because, at: answer.at });
  const joined = (answer: Answer, same: readonly Answer[]) =>
    same.every((one) => one.kind === answer.kind || (resolves(one) && resolves(answer)))
      ? answer
      : unknown(answer);
  const scopes = (key: "answers" | "addresses") => ({
    internal: joined(
      read[key].internal,
      others.map((one) => one[key].internal),
    ),
    external: joined(
      read[key].external,
      others.map((one) => one[key].external),
    ),
  });
  const all = [read, ...others];
  const [answers, addresses] = [scopes("answers"), scopes("addresses")];
  /** What only some have and what resolves there as everything else does is no matter. */
  const isFine = (aaaa: Answer, a: Answer | undefined) =>
    [aaaa, answers.internal, answers.external].every((one) => resolves(one) || one.kind === "NODATA") &&
    [a, addresses.internal, addresses.external].every((one) => one === undefined || resolves(one));
  const gap: Diagnostic = {
    code: "part-port-unknown",
    message: `The Corefile that these parts are for is not in sight: ${because}`,
    hint: "Give the provider's Corefile as well, or say which provider it is (`--provider`).",
    weight: "gap",
    at: read.input.source.toPlace(0, 0),
  };
  const result: CorefileAnswers = {
    ...read,
    zones: inAll(
      all.map((one) => one.zones),
      ({ zone, answer, address }) => [zone, answer.kind, address?.kind],
      (one) =>
        isFine(one.answer, one.address)
          ? undefined
          : { ...one, answer: unknown(one.answer), address: one.address && unknown(one.address) },
    ),
    // What holds on one port only is no finding of its own.
    faults: inAll(
      all.map((one) => one.faults),
      ({ kind, zones, names }) => [kind, zones, names],
      () => undefined,
    ),
    answers,
    addresses,
    // One by one they were seen on one port only.
    listeners: [],
    parts: inAll(
      all.map((one) => one.parts),
      ({ scope, sets, aaaa, a }) => [scope, sets, aaaa.kind, a.kind],
      (one) => (isFine(one.aaaa, one.a) ? undefined : { ...one, aaaa: unknown(one.aaaa), a: unknown(one.a) }),
    ),
    ask: (name, type) =>
      joined(
        read.ask(name, type),
        others.map((one) => one.ask(name, type)),
      ),
  };
  const said = [...Object.values(answers), ...Object.values(addresses)];
  const open = [...said, ...result.parts.flatMap(({ aaaa, a }) => [aaaa, a])].some(
    (one) => one.because === because,
  );
  return open || ports.length > MOST_PORTS ? { ...result, diagnostics: [...read.diagnostics, gap] } : result;
}

function resolves({ kind }: Answer): boolean {
  return kind === "address" || kind === "passed-on";
}

/** What every list has, and of what only some have what `open` makes of it. */
function inAll<T>(
  lists: readonly (readonly T[])[],
  keyOf: (one: T) => readonly unknown[],
  open: (one: T) => T | undefined,
): readonly T[] {
  const counted = new Map<string, { readonly one: T; count: number }>();
  for (const list of lists) {
    for (const [key, one] of new Map(list.map((item) => [JSON.stringify(keyOf(item)), item]))) {
      const known = counted.get(key);
      if (known === undefined) counted.set(key, { one, count: 1 });
      else known.count++;
    }
  }
  return [...counted.values()].flatMap(({ one, count }) => {
    const kept = count === lists.length ? one : open(one);
    return kept === undefined ? [] : [kept];
  });
}

/** Why it is not known; follows a colon. */
function portsNotKnown({ port, otherPorts = [] }: AssumedBase): string {
  return `on which of the ports ${[port, ...otherPorts].slice(0, MOST_PORTS + 1).join(", ")} pods reach CoreDNS is not known`;
}
