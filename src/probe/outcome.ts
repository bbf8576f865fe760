/** What getaddrinfo of each generation of musl makes of the answers to its pair. Must stay a pure function. */
import { RESOLVER_GENERATIONS, type ResolverGeneration } from "../knowledge/musl.ts";
import type { ProbedHalf, ProbedReply, ProbeOutcome } from "../model/probe.ts";

/** The outcome of every generation, oldest first, for a name that is not searched for in other domains. */
export function outcomesOf(a: ProbedHalf, aaaa: ProbedHalf): readonly ProbeOutcome[] {
  return RESOLVER_GENERATIONS.map((generation) => outcomeOf(generation, a, aaaa));
}

function outcomeOf(generation: ResolverGeneration, a: ProbedHalf, aaaa: ProbedHalf): ProbeOutcome {
  const replies = [takenReply(generation, a), takenReply(generation, aaaa)] as const;
  const slow = replies.includes(undefined);
  const addresses = [a, aaaa].flatMap(({ type }, i) =>
    (replies[i]?.addresses ?? []).filter((one) => !generation.ownTypeOnly || one.type === type),
  );
  const strict = generation.pairs === "pairs-strict";
  const error = strict
    ? // In this order, the first that fails decides (musl name_from_dns since 5cf1ac24).
      (errorOf(replies[0]) ??
      errorOf(replies[1]) ??
      (addresses.length > 0 ? undefined : generation.noAddress))
    : addresses.length > 0
      ? undefined
      : (errorOf(replies[0]) ?? generation.noAddress);
  const misread = generation.ownTypeOnly ? [] : misreadIn(replies[1]);
  const base = {
    generation: generation.name,
    strict,
    misread: misread.length === 0 ? undefined : misread,
  };
  if (error === undefined) {
    const texts = [...new Set(addresses.map(({ text }) => text))];
    return { ...base, effect: slow ? "resolves-slowly" : "resolves", addresses: texts };
  }
  return { ...base, effect: slow ? "fails-slowly" : "fails", error, addresses: [] };
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

/** The reply that counts; nothing where musl waits until the timeout. */
function takenReply(generation: ResolverGeneration, half: ProbedHalf): ProbedReply | undefined {
  return generation.tcp && half.udp?.truncated === true ? half.tcp : half.udp;
}

function errorOf(reply: ProbedReply | undefined): "EAI_AGAIN" | "EAI_NONAME" | undefined {
  if (reply === undefined) return "EAI_AGAIN";
  return reply.rcode === "NXDOMAIN" ? "EAI_NONAME" : undefined;
}
