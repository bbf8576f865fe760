/** musl's getaddrinfo, step by step as its source has it, for any generation since 1.1.13. Must stay pure. */
import type { ResolverGeneration } from "../knowledge/musl.ts";
import type { QueryType } from "../model/dns.ts";
import { muslHosts } from "./hosts.ts";
import { literal } from "./literal.ts";
import {
  type Asked,
  type Choose,
  type Family,
  type Heard,
  type LookupError,
  type Question,
  type Reply,
  type Step,
  TOGETHER_MS,
  type Way,
} from "./question.ts";
import { muslConfig, type ResolverConfig } from "./resolv-conf.ts";
import { waysOf } from "./ways.ts";
import { addressesWithin, typeOf } from "./wire.ts";

/** MAXADDRS (lookup.h). */
const MOST_ADDRESSES = 48;

/** `__lookup_name` of lookup_name.c: a literal, else /etc/hosts, else name_from_dns_search. Nothing where more than `most` ways are open. */
export function muslLookup(
  question: Question,
  libc: ResolverGeneration,
  most: number,
): readonly Way[] | undefined {
  const { name, family } = question;
  const done = (addresses: readonly string[], error?: LookupError, without?: Way["without"]): Way[] => [
    { addresses: [...new Set(addresses)], error, tookMs: 0, steps: [], without },
  ];
  // strnlen(name, 255) - 1 >= 254
  if (name.length === 0 || name.length > 254) return done([], "EAI_NONAME", "no name");
  const own = literal(name);
  if (own !== undefined) {
    if (family === "any" || own.family === family) return done([own.text], undefined, "literal");
    return done([], libc.noAddress, "literal");
  }
  const hosts = muslHosts(question.hosts, name, family);
  if (hosts === "other-family") return done([], libc.noAddress, "hosts");
  if (hosts === "absent") return search(question, libc, most);
  return done(
    hosts.map(({ text }) => text),
    undefined,
    "hosts",
  );
}

/** `name_from_dns_search`: the search list where the name has fewer than `ndots` dots, then the name itself. */
function search(question: Question, libc: ResolverGeneration, most: number): readonly Way[] | undefined {
  const { name } = question;
  const config = muslConfig(question.resolvConf);
  const bare = name.replace(/\.$/, "");
  if (bare === "" || bare.endsWith(".")) {
    const none: Way = { addresses: [], error: "EAI_NONAME", tookMs: 0, steps: [], without: "no name" };
    if (libc.pairs === "pairs-strict" || bare === "") return [none];
    // 1.1.16 still asks for it, 1.1.24 no longer does.
    const { end = { addresses: [], error: "EAI_NONAME" as const }, step } = oneName(
      name,
      question,
      config,
      libc,
      () => 0,
    );
    return [none, { ...end, tookMs: step.tookMs, steps: [step] }];
  }
  const dots = name.split(".").length - 1;
  const searched = dots < config.ndots && !name.endsWith(".");
  const domains = searched ? config.search.filter((domain) => domain.length < 256 - bare.length - 1) : [];
  const ways: Way[] = [];
  /** Ways that are still open; those that cost and ask the same are one. */
  let open: { readonly tookMs: number; readonly steps: readonly Step[] }[] = [{ tookMs: 0, steps: [] }];
  for (const whole of [...domains.map((domain) => `${bare}.${domain}`), name]) {
    const named = waysOf(most, (choose) => oneName(whole, question, config, libc, choose));
    if (named === undefined) return undefined;
    const next = new Map<string, (typeof open)[number]>();
    for (const before of open) {
      for (const { end, step } of named) {
        const after = { tookMs: before.tookMs + step.tookMs, steps: [...before.steps, step] };
        if (end !== undefined) ways.push({ ...end, ...after });
        else next.set(JSON.stringify([after.tookMs, after.steps.map(({ asked }) => asked)]), after);
      }
    }
    if (ways.length + next.size > most) return undefined;
    open = [...next.values()];
  }
  const through = open.map(({ tookMs, steps }): Way => {
    const last = steps.at(-1)!;
    return {
      addresses: [],
      error: "EAI_NONAME",
      tookMs,
      steps: [...steps.slice(0, -1), { ...last, goesOn: false }],
    };
  });
  return [...ways, ...through];
}

interface End {
  readonly addresses: readonly string[];
  readonly error?: LookupError;
}

interface Named {
  /** Absent where the search goes on. */
  readonly end?: End;
  readonly step: Step;
}

/** `name_from_dns` for one whole name. */
function oneName(
  whole: string,
  question: Question,
  config: ResolverConfig,
  libc: ResolverGeneration,
  choose: Choose,
): Named {
  const name = whole.replace(/\.$/, "");
  const types = typesOf(question.family);
  const form = formOf(whole, libc);
  if (form === "unaskable") {
    const goesOn = libc.unaskable === "goes on";
    const step = {
      name,
      asked: [],
      heard: {},
      tookMs: 0,
      goesOn,
      because: "no question can be made of it",
    };
    return goesOn ? { step } : { step, end: { addresses: [], error: "EAI_NONAME" } };
  }
  // The division comes before anything is sent, and there is no timeout in it.
  if (config.attempts === 0)
    return ended(name, [], {}, 0, { addresses: [], error: "SIGFPE" }, "`attempts:0` is divided by");
  if (config.timeoutS === 0)
    return ended(name, [], {}, 0, { addresses: [], error: "EAI_AGAIN" }, "`timeout:0` leaves no time to ask");
  const answers: Question["answers"] = form === "malformed" ? () => "nothing" : question.answers;
  const { asked, taken, tookMs, unknown } = send(name, types, { ...question, answers }, config, libc, choose);
  const heard = Object.fromEntries(types.map((type, i) => [type, taken[i]?.reply ?? "nothing"]));
  if (unknown) {
    return ended(
      name,
      asked,
      heard,
      0,
      { addresses: [], error: "unknown" },
      "how it is answered is not known",
    );
  }
  const { end, because } =
    libc.pairs === "pairs-strict" ? strict(name, types, taken, libc) : tolerant(name, types, taken, libc);
  if (end !== undefined) return ended(name, asked, heard, tookMs, end, because);
  return { step: { name, asked, heard, tookMs, goesOn: true, because } };
}

function ended(
  name: string,
  asked: readonly Asked[],
  heard: Step["heard"],
  tookMs: number,
  end: End,
  because: string,
): Named {
  return { end, step: { name, asked, heard, tookMs, goesOn: false, because } };
}

function typesOf(family: Family): readonly QueryType[] {
  if (family === "any") return ["A", "AAAA"];
  return family === "inet" ? ["A"] : ["AAAA"];
}

/** What `__res_mkquery` (res_mkquery.c) makes of a name. */
function formOf(whole: string, libc: ResolverGeneration): "fine" | "malformed" | "unaskable" {
  const name = whole.replace(/\.$/, "");
  const empty = name.endsWith(".");
  if (empty && !libc.asksEmptyLabel) return "unaskable";
  if (name.length > 253) return "unaskable";
  const labels = (empty ? name.slice(0, -1) : name).split(".");
  if (labels.some((label) => label.length === 0 || label.length > 63)) return "unaskable";
  return empty ? "malformed" : "fine";
}

/** An answer that was taken, and over what it came. */
interface Taken {
  readonly reply: Reply;
  readonly over: "udp" | "tcp";
  readonly atMs: number;
}

interface Sent {
  readonly asked: readonly Asked[];
  /** By type, in order; absent where it waited in vain. */
  readonly taken: readonly (Taken | undefined)[];
  readonly tookMs: number;
  readonly unknown: boolean;
}

/**
 * `__res_msend_rc` (res_msend.c): every question goes to every server at once, again after each part of the timeout, and
 * the first NOERROR or NXDOMAIN is taken. Whatever else comes is passed over; asking again brings the same.
 */
function send(
  name: string,
  types: readonly QueryType[],
  { answers }: Question,
  config: ResolverConfig,
  libc: ResolverGeneration,
  choose: Choose,
): Sent {
  const timeout = 1000 * config.timeoutS;
  const asked: Asked[] = types.flatMap((type) =>
    config.servers.map((server) => ({ server, type, over: "udp" as const })),
  );
  let unknown = false;
  /** When a connection that is refused ends the whole wait. */
  let broken = Number.POSITIVE_INFINITY;
  const taken = types.map((type): Taken | undefined => {
    const heard = config.servers.map((server) => ({ server, heard: answers(server, name, type) }));
    if (heard.some((one) => one.heard === "unknown")) unknown = true;
    const accepted = heard.flatMap(({ server, heard: reply }) =>
      isAccepted(reply) && (reply.afterMs ?? 0) < timeout
        ? [{ server, reply, atMs: reply.afterMs ?? 0 }]
        : [],
    );
    const first = Math.min(...accepted.map(({ atMs }) => atMs));
    const racing = accepted.filter(({ atMs }) => atMs - first < TOGETHER_MS);
    // Of a truncated answer it matters whose it is: that server is asked again.
    const again = ({ reply }: (typeof racing)[number]) => libc.tcp && reply.udp !== undefined;
    const alike = racing.filter(
      (one, i) => again(one) || racing.findIndex(({ reply }) => same(reply, one.reply)) === i,
    );
    const winner = alike[choose(alike.length)];
    if (winner === undefined) return undefined;
    const { reply, atMs, server } = winner;
    if (!libc.tcp || reply.udp === undefined) return { reply, over: "udp", atMs };
    asked.push({ server, type, over: "tcp" });
    if (reply.tcp === "silent") return undefined;
    if (reply.tcp === "closed") {
      broken = Math.min(broken, atMs);
      return undefined;
    }
    const then = 2 * atMs;
    return then < timeout ? { reply, over: "tcp", atMs: then } : undefined;
  });
  const whole = taken.map((one) => {
    if (one === undefined || one.atMs < broken - TOGETHER_MS || broken === Number.POSITIVE_INFINITY)
      return one;
    // What comes with the refusal may be read before it or never.
    return one.atMs < broken + TOGETHER_MS && choose(2) === 0 ? one : undefined;
  });
  const last = whole.some((one) => one === undefined) ? timeout : Math.max(...whole.map((one) => one!.atMs));
  return { asked, taken: whole, tookMs: Math.min(last, broken), unknown };
}

function isAccepted(heard: Heard): heard is Reply {
  return typeof heard === "object" && (heard.rcode === "NOERROR" || heard.rcode === "NXDOMAIN");
}

function same(a: Reply, b: Reply): boolean {
  return (
    a.rcode === b.rcode &&
    a.udp === b.udp &&
    (a.udp === undefined || a.tcp === b.tcp) &&
    a.addresses.length === b.addresses.length &&
    a.addresses.every((address, i) => address === b.addresses[i])
  );
}

/** Since 5cf1ac24: the first half that is missing or denied decides, A before AAAA. */
function strict(
  name: string,
  types: readonly QueryType[],
  taken: readonly (Taken | undefined)[],
  libc: ResolverGeneration,
): { readonly end?: End; readonly because: string } {
  for (const [i, type] of types.entries()) {
    const one = taken[i];
    if (one === undefined)
      return { end: { addresses: [], error: "EAI_AGAIN" }, because: `no answer to ${type} was taken` };
    if (one.reply.rcode === "NXDOMAIN") return { because: denied(type, taken) };
  }
  return addressesOr(name, types, taken, libc) ?? none(libc);
}

function denied(type: QueryType, taken: readonly (Taken | undefined)[]): string {
  return taken.every((one) => one?.reply.rcode === "NXDOMAIN")
    ? "there is no such name"
    : `${type} is answered NXDOMAIN, which is believed of the whole name`;
}

/** Up to 1.2.0: any address will do, else A's answer decides. */
function tolerant(
  name: string,
  types: readonly QueryType[],
  taken: readonly (Taken | undefined)[],
  libc: ResolverGeneration,
): { readonly end?: End; readonly because: string } {
  const found = addressesOr(name, types, taken, libc);
  if (found !== undefined) return found;
  const [first] = taken;
  if (first === undefined)
    return { end: { addresses: [], error: "EAI_AGAIN" }, because: `no answer to ${types[0]} was taken` };
  return first.reply.rcode === "NXDOMAIN" ? { because: denied(types[0]!, taken) } : none(libc);
}

function none(libc: ResolverGeneration): { readonly end: End; readonly because: string } {
  return {
    end: { addresses: [], error: libc.noAddress },
    because: "the name exists and has no address, which ends the search",
  };
}

/** `dns_parse_callback`: 48 addresses at most, and up to 1.2.3 records of either type in either answer. */
function addressesOr(
  name: string,
  types: readonly QueryType[],
  taken: readonly (Taken | undefined)[],
  libc: ResolverGeneration,
): { readonly end: End; readonly because: string } | undefined {
  const perType = types.map((type, i) => {
    const one = taken[i];
    if (one === undefined || one.reply.rcode !== "NOERROR") return [];
    const sent =
      one.over === "udp" ? (one.reply.udp ?? one.reply.addresses.length) : one.reply.addresses.length;
    if (1 + sent > libc.mostRecords) return [];
    return addressesWithin(one.reply, name, libc.answerBytes, one.over).filter(
      (address) => !libc.ownTypeOnly || typeOf(address) === type,
    );
  });
  const all = (libc.keepsFirst === "A" ? perType : perType.toReversed()).flat().slice(0, MOST_ADDRESSES);
  if (all.length === 0) return undefined;
  return { end: { addresses: [...new Set(all)] }, because: "it has an address" };
}
