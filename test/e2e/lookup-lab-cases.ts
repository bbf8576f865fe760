/** Makes lookups up at random: resolv.conf, hosts, answers and names that tell resolvers apart. Must not know what comes of them. */
import type { Family, Heard, Question, Reply } from "../../src/lookup/question.ts";
import type { QueryType } from "../../src/model/dns.ts";

/** A row of the answer table. */
export interface Row {
  /** 0 to 2. */
  readonly server: number;
  readonly name: string;
  readonly type: QueryType;
  readonly heard: Reply | "nothing";
}

/** One lookup; `{0}` to `{2}` stand for the addresses of its servers. */
export interface LabCase {
  readonly id: number;
  readonly name: string;
  readonly family: Family;
  readonly resolvConf: string;
  readonly hosts: string;
  /** Other files of the root, by path, in place of what it has there. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of the program that looks up. */
  readonly env?: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** By server. */
  readonly tcp: readonly ("open" | "closed" | "silent")[];
}

/** The case as the function under test is asked. What is not in the table does not exist. */
export function questionOf(one: LabCase): Question {
  const rows = new Map(one.rows.map((row) => [`${row.server} ${row.name} ${row.type}`, row.heard]));
  const answers = (server: string, name: string, type: QueryType): Heard => {
    const index = Number(/\d$/.exec(server)?.[0]) - 1;
    const heard = rows.get(`${index} ${name} ${type}`) ?? { rcode: "NXDOMAIN", addresses: [] };
    return typeof heard === "string" ? heard : { ...heard, tcp: one.tcp[index] };
  };
  const { name, family, hosts } = one;
  return { name, family, hosts, resolvConf: withServers(one.resolvConf, "127.0.0"), answers };
}

/** The text with the three servers' addresses in it. */
export function withServers(text: string, prefix: string): string {
  return text.replace(/\{([012])\}/g, (_, index: string) => `${prefix}.${Number(index) + 1}`);
}

/** Numbers from 0 to 1, the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Names by the shapes that resolvers tell apart. */
const NAMES = [
  ..."db api.shop api.shop.svc api.shop.svc.cluster.local www.example.com www.example.com. db. a_b.c a.b.c.d.e.f".split(
    " ",
  ),
  ..."api.shop db www.example.com api.shop.svc.cluster.local API.shop x-1".split(" "),
  ..."10.1.2.3 10.1 0x7f.1 08.1 1.2.3.4.5 ::1 fd00::7 ::ffff:10.0.0.1 10.256".split(" "),
  ..."a..b db.. .db -x".split(" "),
  `${"l".repeat(63)}.x`,
  `${"l".repeat(64)}.x`,
  "n.".repeat(120).slice(0, -1),
  `${"m.".repeat(126)}m`,
  `${"m.".repeat(126)}mm`,
];
const DOMAINS = [
  ..."shop.svc.cluster.local svc.cluster.local cluster.local corp.example corp.example. lan".split(" "),
  ..."shop.svc.cluster.local svc.cluster.local cluster.local".split(" "),
  ".",
  "#",
  `${"d".repeat(64)}.example`,
  `${"e".repeat(60)}.${"e".repeat(60)}.${"e".repeat(60)}.example`,
];
const OPTIONS =
  "rotate single-request single-request-reopen use-vc edns0 no-aaaa trust-ad inet6 foondots:3 attempts:x no-check-names".split(
    " ",
  );
/** Which of them leave the number of ways small and the lab quick is not asked: all do. */
const SLOW_SHARE = 0.12;

/** So many cases of a seed. */
export function labCases(count: number, seed: number): LabCase[] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, id) => labCase(id, random));
}

function labCase(id: number, random: () => number): LabCase {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const chance = (share: number): boolean => random() < share;
  const many = (most: number): number => Math.floor(random() * (most + 1));
  const slow = chance(SLOW_SHARE);
  const family: Family = chance(0.75) ? "any" : chance(0.5) ? "inet" : "inet6";
  const name = chance(0.75) ? NAMES[many(13)]! : pick(NAMES);
  const servers = chance(0.55) ? 1 : 2 + many(1);
  const domains = Array.from({ length: many(4) }, () => (chance(0.8) ? DOMAINS[many(8)]! : pick(DOMAINS)));
  const resolvConf = resolvText();
  const names = [...new Set([...domains.map((domain) => join(name, domain)), name.replace(/\.$/, "")])];
  const tcp = Array.from({ length: 3 }, () => (chance(0.15) ? "closed" : chance(0.03) ? "silent" : "open"));
  return { id, name, family, resolvConf, hosts: hostsText(), rows: rows(), tcp: tcp as LabCase["tcp"] };

  function resolvText(): string {
    const padded = chance(0.03) ? [`${"p".repeat(10)}.`.repeat(20).slice(0, 225 + many(8))] : [];
    const search = [chance(0.9) ? "search" : "domain", ...domains, ...padded].join(chance(0.95) ? " " : "\t");
    const options = [
      `timeout:${slow && chance(0.2) ? 2 : 1}`,
      ...(chance(0.7) ? [`ndots:${pick([0, 1, 1, 2, 3, 5, 5, 16])}`] : []),
      ...(chance(0.5) ? [`attempts:${pick([1, 1, 2, 3])}`] : []),
      ...(chance(0.02) ? ["attempts:0"] : []),
      ...(chance(0.01) ? ["timeout:0"] : []),
      ...Array.from({ length: chance(0.25) ? 1 + many(1) : 0 }, () => pick(OPTIONS)),
    ];
    const lines = [
      ...Array.from({ length: servers }, (_, i) => `nameserver {${i}}`),
      ...(domains.length + padded.length > 0 ? [search] : []),
      `options ${options.join(" ")}`,
      ...(chance(0.05) ? ["; a comment", "# another", "nameserver none", "sortlist 10.0.0.0"] : []),
      ...(chance(0.04) ? ["search"] : []),
      ...(chance(0.04) ? ["search other.example"] : []),
    ];
    if (chance(0.1)) lines.reverse();
    return `${lines.join("\n")}${chance(0.97) ? "\n" : ""}`;
  }

  function hostsText(): string {
    const words = () =>
      pick(["localhost", "other", "xdb", "db.", name, name.toUpperCase(), `x${name}`, "# gone"]);
    const lines = Array.from({ length: chance(0.25) ? 1 + many(2) : 0 }, () => {
      const address = pick(["10.9.9.9", "10.9.9.8", "fd00::9", "::1", "10.9", "none", "::ffff:10.0.0.9"]);
      const long = chance(0.1) ? [`${"h".repeat(20)} `.repeat(23 + many(3)).trim()] : [];
      const line = [address, ...long, ...Array.from({ length: 1 + many(2) }, words)].join(
        chance(0.8) ? " " : "\t",
      );
      return chance(0.05) ? ` ${line}` : line;
    });
    return lines.length === 0 ? "" : `${lines.join("\n")}${chance(0.9) ? "\n" : ""}`;
  }

  function rows(): Row[] {
    const apart = servers > 1 && chance(0.4);
    const all: Row[] = [];
    for (const [i, whole] of names.entries()) {
      // Names of the search list are mostly denied: that is how it goes on.
      if (i < names.length - 1 && chance(0.45)) continue;
      const makeUp = (): readonly [Row["heard"], Row["heard"]] => {
        if (chance(0.3)) return [reply("A"), { rcode: "NOERROR", addresses: [] }];
        if (chance(0.15)) return [reply("A"), { rcode: "NXDOMAIN", addresses: [] }];
        return [answer("A"), answer("AAAA")];
      };
      let [a, aaaa] = makeUp();
      for (let server = 0; server < servers; server++) {
        if (apart && server > 0) [a, aaaa] = makeUp();
        all.push(
          { server, name: whole, type: "A", heard: a },
          { server, name: whole, type: "AAAA", heard: aaaa },
        );
      }
    }
    return all;
  }

  function answer(type: QueryType): Row["heard"] {
    if (slow && chance(0.15)) return "nothing";
    const code = random();
    if (code < 0.5) return reply(type);
    const empty = { addresses: [], afterMs: after() };
    if (code < 0.68) return { rcode: "NOERROR", ...empty };
    if (code < 0.85) return { rcode: "NXDOMAIN", ...empty };
    return {
      rcode: slow ? pick(["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"] as const) : "NOERROR",
      ...empty,
    };
  }

  function after(): number {
    if (chance(slow ? 0.5 : 0.97)) return 0;
    return slow && chance(0.3) ? 1400 : 250;
  }

  function reply(type: QueryType): Reply {
    const large = chance(0.12);
    const count = large ? 25 + many(50) : 1 + many(2);
    const wrong = chance(0.05);
    const six = (type === "AAAA") !== wrong;
    const addresses = Array.from({ length: count }, (_, i) =>
      six
        ? `fd00::${(many(0xfffe) + 1).toString(16)}:${(i + 1).toString(16)}`
        : `10.${many(255)}.${many(255)}.${i + 1}`,
    );
    // What a server puts into 512 bytes: all of it, as much as fits, or nothing but the mark.
    const fits = Math.floor((512 - 12 - 6 - 260) / (six ? 28 : 16));
    const cut = large || chance(0.05);
    const udp = !cut ? undefined : chance(0.5) ? 0 : Math.min(count, fits);
    return { rcode: "NOERROR", addresses, udp, afterMs: after() };
  }
}

function join(name: string, domain: string): string {
  return `${name.replace(/\.$/, "")}.${domain}`.replace(/\.$/, "");
}
