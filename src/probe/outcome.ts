/** What getaddrinfo of each generation of musl makes of the answers to its pair. Must stay a pure function. */
import { RESOLVER_GENERATIONS, type ResolverGeneration } from "../knowledge/musl.ts";
import { lookup } from "../lookup/lookup.ts";
import type { Heard } from "../lookup/question.ts";
import type { ProbedHalf, ProbedReply, ProbeOutcome } from "../model/probe.ts";

/** The outcome of every generation, oldest first, for a name that is not searched for in other domains. */
export function outcomesOf(a: ProbedHalf, aaaa: ProbedHalf): readonly ProbeOutcome[] {
  return RESOLVER_GENERATIONS.map((generation) => outcomeOf(generation, a, aaaa));
}

function outcomeOf(generation: ResolverGeneration, a: ProbedHalf, aaaa: ProbedHalf): ProbeOutcome {
  const halves = { A: a, AAAA: aaaa };
  // One server that answered once: there is one way.
  const [way] = lookup({ ...ONE_NAME, answers: (_, __, type) => heardOf(halves[type]) }, generation);
  const { addresses, error, tookMs } = way!;
  const misread = generation.ownTypeOnly ? [] : misreadIn(aaaa.udp);
  const slowly = tookMs > 0 ? "-slowly" : "";
  return {
    generation: generation.name,
    strict: generation.pairs === "pairs-strict",
    misread: misread.length === 0 ? undefined : misread,
    effect: error === undefined ? `resolves${slowly}` : `fails${slowly}`,
    error: error as ProbeOutcome["error"],
    // A's first, as they are shown.
    addresses: addresses.toSorted((one, other) => Number(one.includes(":")) - Number(other.includes(":"))),
  };
}

const ONE_NAME = { name: "name.", family: "any", resolvConf: "nameserver 192.0.2.53\n", hosts: "" } as const;

/** What was heard, as lookup() takes it: a connection without an answer is one that says nothing. */
function heardOf({ udp, tcp }: ProbedHalf): Heard {
  if (udp === undefined) return "nothing";
  const texts = (reply: ProbedReply) => reply.addresses.map(({ text }) => text);
  if (!udp.truncated) return { rcode: udp.rcode, addresses: texts(udp) };
  return tcp === undefined
    ? { rcode: udp.rcode, addresses: texts(udp), udp: udp.addresses.length, tcp: "silent" }
    : { rcode: tcp.rcode, addresses: texts(tcp), udp: udp.addresses.length };
}

/**
 * The A records of an answer to AAAA, with their four bytes as the start of an IPv6 address (musl before 41603c77;
 * measured: a60:244a:: for 10.96.36.74).
 */
function misreadIn(reply: ProbedReply | undefined): { readonly address: string; readonly as: string }[] {
  const records = (reply?.addresses ?? []).filter(({ type }) => type === "A");
  return records.map(({ text }) => {
    const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
    const groups = [(a << 8) | b, (c << 8) | d].map((group) => group.toString(16)).join(":");
    return { address: text, as: new URL(`http://[${groups}::]`).hostname.slice(1, -1) };
  });
}
