/** The rule for a search domain that answers otherwise than "no such name", where musl's search ends. Must stay a pure function. */
import { SEARCH_FROM } from "../knowledge/musl.ts";
import { heardOf, type PlainKind, PLAIN_KINDS } from "../lookup/pair.ts";
import type { Answers } from "../lookup/question.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { AnswerKind, PairAnswers } from "../model/dns.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { effectFor, generationsOf, having, resolvConfOf, waysFor } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { corefileSays, imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding, Subject } from "./subject.ts";

const ID = "search-stops";
const SOURCES = [
  "musl src/network/lookup_name.c, name_from_dns_search, 1.1.13 to 1.2.6: it goes on after NXDOMAIN alone",
  "https://github.com/kubernetes/kubernetes/issues/64924 and https://github.com/k3s-io/k3s/issues/6561",
  "measured: Alpine 3.12 to 3.19 end at NODATA at once, at SERVFAIL and REFUSED after the timeout; glibc 2.36 goes on",
];

/** A name outside is asked for in each search domain first. */
export const searchStops: Rule = {
  id: ID,
  title: "musl's search ends at a domain's NODATA or error",
  description:
    "musl goes on to the next search domain after NXDOMAIN only. Where a domain of the list answers a name that it does " +
    "not have with NODATA, SERVFAIL or REFUSED, the search ends there, and names that stand behind it fail; glibc goes on.",
  explanation: [
    "| a search domain answers | musl | glibc |",
    "|---|---|---|",
    "| NXDOMAIN | goes on | goes on |",
    "| NODATA | fails at once | goes on |",
    "| SERVFAIL, REFUSED | fails after the timeout | goes on |",
    "",
    "Names with fewer than `ndots` dots are searched for before they are asked for as they stand: with the usual `ndots:5`",
    "nearly every name outside of the cluster, and names of Services that are written with `.svc.cluster.local`. Said where",
    "the domain stands in a pod's `dnsConfig` or in settings of nodes (Talos's `searchDomains`, the file that `resolv-conf` of k3s,",
    "RKE2 or kubelet names) and the cluster's Corefile decides what it answers. A domain with an address for every name, a",
    "wildcard, ends the search of any libc: names outside come to that address.",
  ].join("\n"),
  mend: [
    "Let the zone answer NXDOMAIN, or take the domain out of the pod's search list:",
    "",
    "```corefile",
    "corp.example:53 {",
    "    template ANY ANY {",
    "        rcode NXDOMAIN",
    "    }",
    "}",
    "```",
  ].join("\n"),
  see: [
    "The first one fails, the second one resolves:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts www.example.com",
    "kubectl exec POD -- getent ahosts www.example.com.",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

/** Domains that are searched beside the cluster's, and whose they are. */
function searchLists({ searches, pod }: Subject) {
  const hasNodes = pod?.resolver?.before !== "none" && searches?.afterCluster !== false;
  return [
    ...(pod?.nodeSearches && hasNodes ? [{ ...pod.nodeSearches, whose: "its node's" as const }] : []),
    ...(searches ? [{ ...searches, whose: "its" as const }] : []),
  ];
}

/** How names that nobody has are answered in a domain; nothing where that is no decree of the Corefile's. */
function decreed(domain: string, cluster: ClusterProfile): PairAnswers | undefined {
  const name = `${domain.replace(/\.$/, "").toLowerCase()}.`;
  const isIn = (zone: string) => name === zone || name.endsWith(`.${zone}`);
  const parts = (cluster.parts ?? []).flatMap((part) =>
    part.sets.filter(({ how, zone }) => how === "zone" && isIn(zone)).map(({ zone }) => ({ zone, ...part })),
  );
  const zones = cluster.zones.map(({ zone, answer, address }) => ({ zone, aaaa: answer, a: address }));
  const [nearest] = [...parts, ...zones]
    .filter(({ zone }) => zone !== "." && isIn(zone))
    .toSorted((one, other) => other.zone.length - one.zone.length);
  const own = `${cluster.domain}.`;
  // The names of the cluster's own domain are those of its Services.
  if (nearest === undefined || nearest.zone === own || nearest.zone.endsWith(`.${own}`)) return undefined;
  const halves = [nearest.a, nearest.aaaa];
  const isPlain = halves.every(({ kind, fromRecords }) => ENDS.has(kind) && fromRecords !== true);
  return isPlain ? nearest : undefined;
}

const ENDS: ReadonlySet<AnswerKind> = new Set(["NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "address"]);
/** The address of a wildcard. */
const WILD = "192.0.2.99";

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const lists = searchLists(workload);
  if (lists.length === 0 || workload.usesClusterDns === false) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, { from: SEARCH_FROM });
  if (musl === false) return undefined;
  const generations = generationsOf(image?.process.musl);
  const resolvConf = resolvConfOf(workload, cluster);
  const effectsIn = (domain: string, { a, aaaa }: PairAnswers) => {
    const within = (existing: string): Answers => {
      const others = having(existing);
      return (server, name, type) => {
        if (name === existing || !name.endsWith(`.${domain.replace(/\.$/, "")}`))
          return others(server, name, type);
        const { kind } = type === "A" ? a : aaaa;
        return isPlainKind(kind) ? heardOf(kind, type === "A" ? WILD : "2001:db8::99") : "unknown";
      };
    };
    const service = `api.shop.svc.${cluster.domain}`;
    // Only what musl would find but for this domain, and glibc finds all the same.
    const effectOf = (name: string, existing: string) => {
      const without = effectFor(name, resolvConf, having(existing), generations);
      // A wildcard is found by every libc.
      if (a.kind === "address") {
        const ways = waysFor(name, resolvConf, within(existing), generations);
        const isWrong = ways.every(({ addresses }) => addresses.includes(WILD));
        return without === "resolves" && isWrong ? "fails" : "resolves";
      }
      const glibc = effectFor(name, resolvConf, within(existing), ["glibc"]);
      const isOurs = without === "resolves" && glibc === "resolves";
      return isOurs ? effectFor(name, resolvConf, within(existing), generations) : "resolves";
    };
    return {
      internal: effectOf("api.shop", service),
      external: effectOf("www.example.com", "www.example.com"),
    };
  };
  const all = lists.flatMap(({ domains, at, whose }) => domains.map((domain) => ({ domain, at, whose })));
  const [stop] = all.flatMap(({ domain, at, whose }) => {
    const answers = decreed(domain, cluster);
    const names = answers && effectsIn(domain, answers);
    return answers === undefined ||
      names === undefined ||
      Object.values(names).every((one) => one === "resolves")
      ? []
      : [{ domain, at, whose, answers, names }];
  });
  if (stop === undefined) return undefined;
  const { domain, names, answers, whose } = stop;
  const answer = answers.a.kind === "NXDOMAIN" ? answers.aaaa : answers.a;
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: [corefileSays(answer), measured("musl searches on after NXDOMAIN alone", SOURCES[0] ?? "")],
    at: stop.at ?? workload.at,
    related: [workload.at, answer.at].filter((at) => at !== undefined),
  };
  if (musl === "unknown" || workload.usesClusterDns === "unknown") {
    const why =
      musl === "unknown"
        ? whyImageUnknown(context)
        : "whether it asks the cluster's DNS cannot be told from its manifest";
    return imageUnknown(
      base,
      (who) => `${who} gets past its search domain ${domain}, which ${cluster.name} answers ${answer.kind},`,
      why,
      { internal: "unknown", external: "unknown" },
    );
  }
  const which = names.internal === "resolves" ? "names outside the cluster" : "names that are searched for";
  const isWild = answers.a.kind === "address";
  const fate = isWild
    ? `has an address for every name on ${cluster.name}: ${which} come to that one, with glibc too`
    : `is answered ${answer.kind} on ${cluster.name}, where musl's search ends: ${which} fail`;
  return {
    ...base,
    outcome: "affected",
    confidence: answer.at === undefined ? "likely" : "measured",
    summary: (who) => `${who} resolves with musl, and ${whose} search domain ${domain} ${fate}.`,
    names,
    remedies: [
      {
        id: "take-domain-out",
        title:
          whose === "its"
            ? `Take ${domain} out of \`dnsConfig.searches\``
            : `Take ${domain} out of the node's search domains`,
        cost: "Names in that domain have to be written in full.",
        preferred: true,
      },
      {
        id: "answer-nxdomain",
        title: "Answer NXDOMAIN for names that the zone does not have",
        cost: "One line, in a Corefile that is yours.",
        preferred: false,
      },
    ],
  };
}

function isPlainKind(kind: AnswerKind): kind is PlainKind {
  return PLAIN_KINDS.some((one) => one === kind);
}
