/** The dns64 plugin: makes AAAA records out of A records. Must follow coredns plugin/dns64. */
import { isIPv4 } from "node:net";
import { CORE_DNS_FACTS } from "../../knowledge/coredns.ts";
import {
  either,
  type Handler,
  type Plugin,
  type Question,
  type Reply,
  refuse,
  type SetupContext,
  wrongArguments,
} from "../chain.ts";
import { DENIALS } from "../../model/dns.ts";
import { placeOf, type Token } from "../tree.ts";

/** coredns plugin/dns64, v1.7.0 to v1.15.0. */
export const dns64: Plugin = {
  name: "dns64",
  setup(words, context) {
    let allowIpv4 = false;
    let translateAll = false;
    let token: Token | undefined;
    while (words.next()) {
      token ??= words.token!;
      const args = words.remaining();
      const [prefix] = args;
      if (args.length === 1 && prefix !== undefined) {
        if (!isPrefix(prefix.text)) return refuse(`invalid CIDR address: ${prefix.text}`, prefix);
        continue;
      }
      if (args.length > 0) return wrongArguments(words);
      while (words.nextInBlock()) {
        switch (words.value) {
          case "prefix":
            if (!words.nextArgument()) return wrongArguments(words);
            if (!isPrefix(words.value)) return refuse(`invalid CIDR address: ${words.value}`, words.token);
            break;
          case "translate_all":
            translateAll = true;
            break;
          case "allow_ipv4":
            if (!context.holds(CORE_DNS_FACTS.dns64AllowIpv4)) {
              return refuse(`unknown property 'allow_ipv4' before CoreDNS 1.8.7`, words.token);
            }
            allowIpv4 = true;
            break;
          default:
            return refuse(`unknown property '${words.value}'`, words.token);
        }
      }
    }
    return handler(token!, allowIpv4, translateAll, context);
  },
};

/** An IPv6 network of whole octets between 32 and 96 bits (RFC 6052, 2.2). */
function isPrefix(text: string): boolean {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text);
  const bits = Number(match?.[2]);
  return match?.[1]?.includes(":") === true && bits >= 32 && bits <= 96 && bits % 8 === 0;
}

function handler(token: Token, allowIpv4: boolean, translateAll: boolean, context: SetupContext): Handler {
  const onlyIpv4 = context.bind.length > 0 && context.bind.every((address) => isIPv4(address));
  return (question, next) => {
    if (question.type !== "AAAA" || question.class !== "IN") return next(question);
    const original = next(question);
    // Over IPv4 it takes no part unless told to.
    if (!allowIpv4 && onlyIpv4) return original;
    const translated = translate(original, question, token, translateAll, context);
    if (allowIpv4) return translated;
    return either([original, translated], "dns64 takes part only where the question comes over IPv6");
  };
}

function translate(
  original: Reply,
  question: Question,
  token: Token,
  translateAll: boolean,
  context: SetupContext,
): Reply {
  const { kind, message } = original;
  if (kind === "unknown") return original;
  if (kind === "passed-on") {
    // Whatever denial comes back is replaced, as long as it is no name error; by nothing where A is denied here.
    const found = context.lookup(original.asked ?? question.name, "A");
    if (found.recordType !== undefined) return rewritten(found, token);
    if (!DENIALS.has(found.kind) && found.kind !== "NODATA") {
      return { ...original, because: `${original.because}; dns64 makes AAAA records of its A records` };
    }
    return withoutA(found, token, context);
  }
  if (message === undefined) return original;
  const nameError =
    kind === "NXDOMAIN" &&
    message.answers.length === 0 &&
    (message.soa || context.holds(CORE_DNS_FACTS.bareNxdomainIsNameError));
  if (nameError) return original;
  if (!translateAll && message.answers.includes("AAAA")) return original;
  const found = context.lookup(original.asked ?? question.name, "A");
  const at = placeOf(token);
  if (found.recordType !== undefined) return rewritten(found, token);
  switch (found.kind) {
    case "unknown":
      return { kind: "unknown", because: `dns64 asks for A; ${found.because}`, at };
    case "address":
    case "passed-on":
      return {
        kind: "address",
        because: `dns64 makes AAAA records of the name's A records`,
        at,
        fromRecords: found.kind === "passed-on" ? true : found.fromRecords,
        message: { answers: ["AAAA"], soa: false, records: 1 },
      };
    default:
      return withoutA(found, token, context);
  }
}

/** Its question for A was made another on the way. */
function rewritten(found: Reply, token: Token): Reply {
  return { kind: "unknown", because: `dns64 asks for A; ${found.because}`, at: placeOf(token) };
}

/** What is left to say where the name has no A record. */
function withoutA(found: Reply, token: Token, context: SetupContext): Reply {
  const at = placeOf(token);
  if (found.kind === "no-reply") {
    return { kind: "SERVFAIL", because: `dns64 asks for A and gets no reply; ${found.because}`, at };
  }
  if (found.kind !== "NODATA" && context.holds(CORE_DNS_FACTS.dns64KeepsRcode)) {
    return { ...found, because: `dns64 asks for A and passes its answer on; ${found.because}`, at };
  }
  return {
    kind: "NODATA",
    because: `dns64 asks for A and finds none; ${found.because}`,
    at,
    message: { answers: [], soa: false, records: found.message?.records ?? 0 },
  };
}
