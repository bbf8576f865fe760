/** Lookups in which musl's generations and glibc part, for docs/musl-dns.md. Must hold no outcome: lookup() has them. */
import type { Answers, Question, Reply } from "../../src/lookup/question.ts";

/** One row. */
export interface Difference {
  readonly group: string;
  /** In Markdown. */
  readonly what: string;
  readonly question: Question;
  /** Where users met it, or what it means for them. */
  readonly note?: string;
}

const SEARCH = "search shop.svc.cluster.local svc.cluster.local cluster.local";
const POD = `nameserver 10.96.0.10\n${SEARCH}\noptions ndots:5\n`;
const DENIED: Reply = { rcode: "NXDOMAIN", addresses: [] };
const NODATA: Reply = { rcode: "NOERROR", addresses: [] };
const found = (...addresses: string[]): Reply => ({ rcode: "NOERROR", addresses });
const V4 = found("192.0.2.1");
const V6 = found("2001:db8::1");

/** Answers by name: for A, and for AAAA where it is not NODATA. What is not listed does not exist. */
function table(
  names: Readonly<Record<string, readonly [ReturnType<Answers>, ReturnType<Answers>?]>>,
): Answers {
  return (_, name, type) => {
    const [a, aaaa = NODATA] = names[name] ?? [DENIED, DENIED];
    return type === "A" ? a : aaaa;
  };
}

const many = (count: number, six: boolean) =>
  Array.from({ length: count }, (_, i) => (six ? `2001:db8::${(i + 1).toString(16)}` : `192.0.2.${i + 1}`));

function ask(name: string, answers: Answers, more: Partial<Question> = {}): Question {
  return { name, family: "any", resolvConf: POD, hosts: "", answers, ...more };
}

const EXTERNAL = "www.example.com";
const external = (a: ReturnType<Answers>, aaaa?: ReturnType<Answers>) => table({ [EXTERNAL]: [a, aaaa] });
const SERVICE = table({ "api.shop.svc.cluster.local": [V4] });
const conf = (...lines: string[]) => `${lines.join("\n")}\n`;

/** All of them. */
export const DIFFERENCES: readonly Difference[] = [
  {
    group: "Pairs of answers",
    what: "A has an address, AAAA is answered `NXDOMAIN`",
    question: ask(EXTERNAL, external(V4, DENIED)),
    note: "a template that denies AAAA: the rule `musl-paired-lookup`",
  },
  {
    group: "Pairs of answers",
    what: "A has an address, AAAA is answered `SERVFAIL`, `REFUSED` or not at all",
    question: ask(EXTERNAL, external(V4, { rcode: "REFUSED", addresses: [] })),
  },
  {
    group: "Pairs of answers",
    what: "A is answered `NXDOMAIN`, AAAA has an address",
    question: ask(EXTERNAL, external(DENIED, V6)),
  },
  {
    group: "Pairs of answers",
    what: "both are answered NODATA",
    question: ask(EXTERNAL, external(NODATA)),
  },
  {
    group: "Pairs of answers",
    what: "AAAA is answered with an A record, and IPv6 alone is wanted",
    question: ask(`${EXTERNAL}.`, external(V4, V4), { family: "inet6" }),
    note: "`rewrite type AAAA A`: the rule `aaaa-rewritten`",
  },
  {
    group: "Search",
    what: "a search domain answers NODATA to the expanded name",
    question: ask(EXTERNAL, table({ [EXTERNAL]: [V4], [`${EXTERNAL}.svc.cluster.local`]: [NODATA] })),
    note: "kubernetes/kubernetes#64924, k3s-io/k3s#6561, rancher/rancher#8180",
  },
  {
    group: "Search",
    what: "a search domain answers `SERVFAIL` or `REFUSED`",
    question: ask(
      EXTERNAL,
      table({
        [EXTERNAL]: [V4],
        [`${EXTERNAL}.svc.cluster.local`]: [
          { rcode: "REFUSED", addresses: [] },
          { rcode: "REFUSED", addresses: [] },
        ],
      }),
    ),
    note: "Cilium's DNS policies refuse so: cilium/cilium#6366, #11034",
  },
  {
    group: "Search",
    what: "a search domain has a wildcard address",
    question: ask(
      EXTERNAL,
      table({ [EXTERNAL]: [V4], [`${EXTERNAL}.cluster.local`]: [found("203.0.113.9")] }),
    ),
  },
  {
    group: "Search",
    what: "`api.shop` with `ndots:1`",
    question: ask("api.shop", SERVICE, { resolvConf: POD.replace("ndots:5", "ndots:1") }),
    note: "kyverno/kyverno#1911, k0sproject/k0s#6416",
  },
  {
    group: "Search",
    what: "`api` with `ndots:0`",
    question: ask("api", table({ "api.shop.svc.cluster.local": [V4] }), {
      resolvConf: POD.replace("ndots:5", "ndots:0"),
    }),
  },
  {
    group: "Search",
    what: "`.` is the last search domain, the name is one outside",
    question: ask(EXTERNAL, external(V4), {
      resolvConf: POD.replace("cluster.local\n", "cluster.local .\n"),
    }),
    note: "Kubernetes 1.25.0, and KEP-4427: the rule `search-dot`",
  },
  {
    group: "Search",
    what: "a `search` line of 255 characters",
    question: ask("api.shop", SERVICE, {
      resolvConf: POD.replace(SEARCH, `${SEARCH} `.padEnd(255, "x")),
    }),
    note: "the rule `search-too-long`",
  },
  {
    group: "Search",
    what: "a search domain with a label of 64 letters",
    question: ask("api.shop", SERVICE, {
      resolvConf: POD.replace("search ", `search ${"x".repeat(64)}.example `),
    }),
  },
  {
    group: "Search",
    what: "a short search domain, and one of 240 letters behind it",
    question: ask("api.shop", SERVICE, {
      resolvConf: POD.replace(SEARCH, `search svc.cluster.local ${"x.".repeat(119)}yy`),
    }),
    note: "an assertion of glibc's own (resolv_conf.c)",
  },
  {
    group: "Servers",
    what: "the first server does not have the name, the second one has",
    question: ask(`${EXTERNAL}.`, (server) => (server.endsWith("2") ? V4 : DENIED), {
      resolvConf: conf("nameserver 10.0.0.1", "nameserver 10.0.0.2"),
      family: "inet",
    }),
    note: "`dnsConfig.nameservers` beside the cluster's: kubernetes/kubernetes#16534",
  },
  {
    group: "Servers",
    what: "the first server has the name, the second one does not",
    question: ask(`${EXTERNAL}.`, (server) => (server.endsWith("1") ? V4 : DENIED), {
      resolvConf: conf("nameserver 10.0.0.1", "nameserver 10.0.0.2"),
      family: "inet",
    }),
    note: "whenever the second one is faster",
  },
  {
    group: "Servers",
    what: "the first server is silent",
    question: ask(
      `${EXTERNAL}.`,
      (server, _, type) => (server.endsWith("1") ? "nothing" : type === "A" ? V4 : NODATA),
      {
        resolvConf: conf("nameserver 10.0.0.1", "nameserver 10.0.0.2"),
      },
    ),
  },
  {
    group: "Options",
    what: "`timeout:0`",
    question: ask(EXTERNAL, external(V4), { resolvConf: POD.replace("ndots:5", "ndots:5 timeout:0") }),
  },
  {
    group: "Options",
    what: "`attempts:0`",
    question: ask(EXTERNAL, external(V4), { resolvConf: POD.replace("ndots:5", "ndots:5 attempts:0") }),
  },
  {
    group: "Options",
    what: "`timeout:1 attempts:3`, and answers take 1.5 s",
    question: ask(`${EXTERNAL}.`, external({ ...V4, afterMs: 1500 }, { ...NODATA, afterMs: 1500 }), {
      resolvConf: POD.replace("ndots:5", "timeout:1 attempts:3"),
    }),
    note: "`timeout` is the whole time in musl, one try's in glibc",
  },
  {
    group: "Options",
    what: "`no-aaaa`, and AAAA is answered `NXDOMAIN`",
    question: ask(`${EXTERNAL}.`, external(V4, DENIED), { resolvConf: POD.replace("ndots:5", "no-aaaa") }),
    note: "musl reads `ndots`, `timeout` and `attempts`, and no other option",
  },
  {
    group: "Large answers",
    what: "40 addresses, 29 of which fit a truncated answer",
    question: ask(`${EXTERNAL}.`, external({ ...found(...many(40, false)), udp: 29 })),
    note: "coredns/coredns#5362, docker-alpine#326",
  },
  {
    group: "Large answers",
    what: "the same, with nothing in the truncated answer",
    question: ask(`${EXTERNAL}.`, external({ ...found(...many(40, false)), udp: 0 })),
  },
  {
    group: "Large answers",
    what: "the same with some in it, and TCP is refused",
    question: ask(`${EXTERNAL}.`, external({ ...found(...many(40, false)), udp: 29, tcp: "closed" })),
    note: "a NetworkPolicy that allows UDP alone",
  },
  {
    group: "Large answers",
    what: "60 A and 60 AAAA over TCP",
    question: ask(
      `${EXTERNAL}.`,
      external({ ...found(...many(60, false)), udp: 0 }, { ...found(...many(60, true)), udp: 0 }),
    ),
    note: "musl keeps 48, those of AAAA first since 1.2.4: no IPv4 is left",
  },
  {
    group: "/etc/hosts",
    what: "a name behind the 511th byte of its line",
    question: ask("api.shop", table({}), {
      hosts: `10.0.0.9 ${"alias ".repeat(85)}api.shop\n`,
    }),
    note: "`hostAliases`: kubelet writes one line for an address",
  },
  {
    group: "/etc/hosts",
    what: "a name in another letter case than asked for",
    question: ask("api.shop", table({}), { hosts: "10.0.0.9 API.shop\n" }),
  },
  {
    group: "/etc/hosts",
    what: "the last name of a file that ends without a line break",
    question: ask("api.shop", table({}), { hosts: "10.0.0.9 api.shop" }),
  },
  {
    group: "/etc/hosts",
    what: "`::1 api.shop`, and IPv4 alone is wanted",
    question: ask("api.shop", table({}), { hosts: "::1 api.shop\n", family: "inet" }),
  },
];
