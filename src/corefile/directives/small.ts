/** The plugins of a few lines each that can still decide an answer. Must follow CoreDNS's plugins of the same names. */
import { type Plugin, type Question, type Reply, refuse, wrongArguments } from "../chain.ts";
import { CORE_DNS_FACTS } from "../../knowledge/coredns.ts";
import { ZoneSet } from "../names.ts";
import { TYPES } from "../record-types.ts";
import { placeOf, type Token } from "../tree.ts";
import { zonesOr } from "../zones.ts";

/** coredns plugin/whoami: NOERROR with nothing in the answer section. */
export const whoami: Plugin = {
  name: "whoami",
  setup(words) {
    words.next();
    const token = words.token!;
    if (words.nextArgument()) return wrongArguments(words);
    const message = { answers: [], soa: false, records: 2 };
    return () => ({
      kind: "NODATA",
      because: "whoami answers with the asker's address in the additional section only",
      at: placeOf(token),
      message,
    });
  },
};

/** coredns plugin/siit, from v1.15.0: makes A records of AAAA records where a name has no A; AAAA goes by. */
export const siit: Plugin = {
  name: "siit",
  setup(words, context) {
    words.next();
    const token = words.token!;
    if (words.nextArgument() && words.value !== "{") return wrongArguments(words);
    const at = placeOf(token);
    return (question, next) => {
      const reply = next(question);
      // An address stays; what is denied or empty may become one, by addresses that are not in the Corefile.
      if (question.type !== "A" || question.class !== "IN") return reply;
      if (reply.kind === "address" || reply.kind === "passed-on" || reply.message === undefined) return reply;
      if (reply.kind === "NXDOMAIN" || (reply.asked === undefined && reply.message.answers.includes("A")))
        return reply;
      // Each asks the other up to a depth; and what becomes of a failure hangs on who writes it, and how often.
      if (context.beside.has("dns64") || reply.kind !== "NODATA") {
        return {
          kind: "unknown",
          because: "what siit makes of a failure, or beside dns64, is not worked out",
          at,
        };
      }
      const found = context.lookup(question.name, "AAAA");
      if (found.kind !== "address" && found.kind !== "passed-on") return { ...found, at };
      const because = "siit makes A records of AAAA records, where their network is one of its own";
      return { kind: "unknown", because, at };
    };
  },
};

/** Plugins before cache to which a written SERVFAIL is another thing than a code without a message. */
const TELL_APART = ["dns64", "siit"];

/** coredns plugin/cache: says what the plugins behind it say, but where it keeps a failure that none of them wrote. */
export const cache: Plugin = {
  name: "cache",
  readsUnknown: true,
  setup(words, context) {
    words.next();
    const token = words.token!;
    const args = words.remaining().map(({ text }) => text);
    const zones = zonesOr(/^\d/.test(args[0] ?? "") ? args.slice(1) : args, context.zones, context.budget);
    let keeps = TELL_APART.some((name) => context.beside.has(name));
    while (words.nextInBlock()) {
      const property = words.value;
      const [first] = words.remaining();
      if (property === "servfail" && /^0[a-z]*$/.test(first?.text ?? "")) keeps = false;
    }
    return (question, next) => {
      const reply = next(question);
      if (!keeps || reply.failed !== true || reply.message !== undefined) return reply;
      if (!zones.holds(question.name) || !context.holds(CORE_DNS_FACTS.cacheKeepsFailures)) return reply;
      const because = `${reply.because}; asked again, cache answers SERVFAIL itself, of which a plugin before it may make an answer`;
      return { kind: "unknown", because, at: placeOf(token) };
    };
  },
};

/** coredns plugin/erratic: drops and delays by a counter; only for tests. */
export const erratic: Plugin = {
  name: "erratic",
  setup(words) {
    words.next();
    const at = placeOf(words.token!);
    return () => ({ kind: "unknown", because: "erratic drops and delays answers by chance", at });
  },
};

const LOCAL_NAMES = ["localhost.", "0.in-addr.arpa.", "127.in-addr.arpa.", "255.in-addr.arpa."];
const LOCAL_ZONES = new ZoneSet(LOCAL_NAMES);

/** coredns plugin/local: names that never leave the machine. */
export const local: Plugin = {
  name: "local",
  setup(words) {
    words.next();
    const at = placeOf(words.token!);
    const reply = (kind: Reply["kind"], answers: readonly string[]): Reply => ({
      kind,
      because: "local answers for names of the machine itself",
      at,
      message: { answers, soa: answers.length === 0, records: 1 },
    });
    return (question, next) => {
      const { name, type } = question;
      const address = type === "A" || type === "AAAA";
      if (name !== "localhost." && name.startsWith("localhost.")) {
        return address ? reply("address", [type]) : reply("NODATA", []);
      }
      if (!LOCAL_ZONES.holds(name)) return next(question);
      if (name === "localhost." && address) return reply("address", [type]);
      const exists = LOCAL_NAMES.includes(name) || name === "1.0.0.127.in-addr.arpa.";
      return reply(exists ? "NODATA" : "NXDOMAIN", []);
    };
  },
};

/** coredns plugin/minimal: strips replies; where nothing was written it fails, and the server says SERVFAIL. */
export const minimal: Plugin = {
  name: "minimal",
  setup(words) {
    words.next();
    const token = words.token!;
    if (words.nextArgument()) return wrongArguments(words);
    return (question, next) => {
      const reply = next(question);
      if (reply.kind === "no-reply") {
        return { kind: "SERVFAIL", because: `${reply.because}; minimal fails on that`, at: placeOf(token) };
      }
      const { message } = reply;
      if (message === undefined || (reply.kind !== "NODATA" && reply.kind !== "address")) return reply;
      return message.soa ? reply : { ...reply, message: { ...message, records: message.answers.length } };
    };
  },
};

/** coredns plugin/tsig: refuses what is not signed, and musl signs nothing. */
export const tsig: Plugin = {
  name: "tsig",
  setup(words, context) {
    let token: Token | undefined;
    let zones = context.zones;
    let required: ReadonlySet<string> | "all" = new Set(["AXFR", "IXFR"]);
    while (words.next()) {
      if (token !== undefined)
        return refuse("this plugin can only be used once per Server Block", words.token);
      token = words.token!;
      const args = words.remaining().map(({ text }) => text);
      zones = zonesOr(args, context.zones, context.budget);
      while (words.nextInBlock()) {
        const property = words.value;
        const args = words.remaining();
        if (property === "secret" || property === "secrets") continue;
        if (property !== "require" || args.length === 0) return wrongArguments(words);
        const first = args[0]!.text;
        if (first === "all") required = "all";
        else if (first === "none") required = new Set();
        else {
          const wrong = args.find(({ text }) => !TYPES.has(text));
          if (wrong !== undefined) return refuse(`unknown query type '${wrong.text}'`, wrong);
          required = new Set(args.map(({ text }) => text));
        }
      }
    }
    const at = placeOf(token!);
    return (question, next) => {
      const asked = required === "all" || required.has(question.type);
      if (!asked || !zones.holds(question.name)) return next(question);
      const message = { answers: [], soa: false, records: 0 };
      return { kind: "REFUSED", because: `tsig requires ${question.type} to be signed`, at, message };
    };
  },
};

/** coredns plugin/autopath: completes a name by the search path, and keeps the first reply when all are denied. */
export const autopath: Plugin = {
  name: "autopath",
  setup(words, context) {
    let token: Token | undefined;
    let zones = context.zones;
    while (words.next()) {
      token = words.token!;
      const args = words.remaining().map(({ text }) => text);
      if (args.length === 0) return refuse("no resolv-conf specified", token);
      zones = zonesOr(args.slice(0, -1), context.zones, context.budget);
    }
    const at = placeOf(token!);
    return (question, next) => {
      const reply = next(question);
      // Any written reply but NXDOMAIN is given as it is.
      const moves = reply.kind === "NXDOMAIN" || (reply.message === undefined && reply.kind === "SERVFAIL");
      if (!moves || !zones.holds(question.name)) return reply;
      const others = completions(question).map((other) => next(other));
      if (others.every(({ kind }) => kind === reply.kind)) return reply;
      const because = "autopath may find another answer by the search path, which is not in the Corefile";
      return { kind: "unknown", because, at };
    };
  },
};

/** The first label under every parent of the name, and alone: what a search path can make of it. */
function completions(question: Question): Question[] {
  const labels = question.name.slice(0, -1).split(".");
  return labels
    .slice(2)
    .map((_, i) => ({
      ...question,
      name: `${[labels[0], ...labels.slice(i + 2)].join(".")}.`,
    }))
    .concat([{ ...question, name: `${labels[0]}.` }]);
}
