/** The rule for names that no resolver finds, because A is denied too. Must stay a pure function. */
import type { ClusterFault, ClusterProfile, NameScope } from "../model/cluster-profile.ts";
import { bothDenied } from "../model/dns.ts";
import type { Place } from "../model/place.ts";
import type { Remedy } from "../model/report.ts";
import { pairOf, namesText, SCOPES } from "./pair-effect.ts";
import type { ClusterContext, ClusterRule, Rule, RuleContext } from "./rule.ts";
import { corefileSays, faultVerdict, scopesText } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "address-denied";
const SOURCES = [
  "coredns plugin/template and plugin/hosts, README: without `fallthrough` no plugin behind them is asked",
  "measured: with both halves denied musl 1.1.24 to 1.2.5 and glibc 2.36 fail alike",
];

const INFO = {
  id: ID,
  title: "Names get no address, whatever the libc",
  description:
    "A Corefile that answers A with an error, or with nothing, and AAAA as well leaves every container without those " +
    "names: musl, glibc and programs with a resolver of their own.",
  explanation: [
    "Common causes: `hosts` without `fallthrough` before `forward` (every name that is not listed ends there), `template ANY ANY`,",
    "and a zone whose server block has no plugin that answers. What is denied in a zone of its own, such as that of an",
    "advertiser, is denied on purpose and not reported.",
  ].join("\n"),
  mend: [
    "Let another plugin answer what is not meant to be denied; `muslgate corefile FILE --fix` adds a missing `fallthrough`,",
    "and takes out a template that denies every name:",
    "",
    "```corefile",
    "hosts {",
    "    192.0.2.10 registry.example.com",
    "    fallthrough",
    "}",
    "```",
  ].join("\n"),
  see: [
    "`muslgate corefile FILE` shows what A and AAAA get. On the cluster neither prints an address:",
    "",
    "```sh",
    "dig @SERVER NAME A +noall +comments +answer",
    "dig @SERVER NAME AAAA +noall +comments +answer",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
} as const;

/** Where every name outside, or every Service, is denied: each container is hit. */
export const addressDenied: Rule = { ...INFO, check };

/** The same said of the cluster, for containers that are not in sight, and for a zone that answers with failures. */
export const addressDeniedThere: ClusterRule = {
  ...INFO,
  checkCluster: ({ cluster, containersNamed }: ClusterContext) =>
    cluster.faults
      .filter(({ kind }) => kind === ID && !containersNamed)
      .map((fault) =>
        faultVerdict(fault, {
          level: fault.scopes === undefined ? "warning" : "error",
          summary: `On ${cluster.name} ${whichNames(fault)} get no address, from A and AAAA alike: ${fault.because}.`,
          concerns: fault.zones,
          evidence: [corefileSays(fault)],
          remedies: remedies(fault),
        }),
      ),
};

function check({ workload, cluster }: RuleContext): Finding | undefined {
  if (workload.usesClusterDns === false) return undefined;
  const denied = SCOPES.filter((scope) => bothDenied(pairOf(cluster, scope)));
  if (denied.length === 0) return undefined;
  const { a } = pairOf(cluster, denied[0]!);
  const fault =
    cluster.faults.find(
      ({ kind, scopes }) => kind === ID && scopes?.some((scope) => denied.includes(scope)),
    ) ?? cluster.faults.find(({ kind, at }) => kind === "match-without-fallthrough" && isInside(at, a.at));
  const effect = (scope: NameScope) => (denied.includes(scope) ? "fails" : "resolves");
  const which = scopesText(denied);
  const known = workload.usesClusterDns === true;
  return {
    ruleId: ID,
    outcome: known ? "affected" : "unknown",
    level: known ? "error" : "warning",
    confidence: cluster.confidence,
    summary: (who) =>
      known
        ? `${who} finds no address for ${which} on ${cluster.name}, whatever its libc: ${a.because}.`
        : `Whether ${who} resolves names on ${cluster.name} is not known: there ${which} get no address, and whether it asks there cannot be told from its manifest.`,
    names: { internal: effect("internal"), external: effect("external") },
    evidence: cluster.evidence,
    remedies: known ? remedies(fault) : [],
    at: a.at ?? workload.at,
    related: workload.at === undefined || a.at === undefined ? [] : [workload.at],
  };
}

/** A rule about one half has no say where no resolver gets either. */
export function unlessAddressDenied(rule: Rule): Rule {
  return {
    ...rule,
    check: (context) => {
      const verdict = rule.check(context);
      const { workload, cluster } = context;
      if (verdict === undefined || workload.usesClusterDns === false) return verdict;
      return onlyTheirs(cluster) ? undefined : verdict;
    },
  };
}

/** Whether something is denied to every libc, and nothing else is. */
function onlyTheirs(cluster: ClusterProfile): boolean {
  const pairs = SCOPES.map((scope) => pairOf(cluster, scope));
  const fine = ["NODATA", "address", "passed-on"];
  return (
    pairs.some(bothDenied) &&
    pairs.every((pair) => bothDenied(pair) || (fine.includes(pair.aaaa.kind) && fine.includes(pair.a.kind)))
  );
}

function whichNames({ names, scopes }: ClusterFault): string {
  return scopes === undefined ? namesText(names ?? []) : scopesText(scopes);
}

const isInside = (inner: Place | undefined, outer: Place | undefined) =>
  inner !== undefined &&
  inner.file === outer?.file &&
  outer.line <= inner.line &&
  inner.line <= outer.endLine;

function remedies(fault: ClusterFault | undefined): readonly Remedy[] {
  if (fault?.kind === "match-without-fallthrough") {
    return [
      {
        id: "add-fallthrough",
        title: "Add `fallthrough` to the template",
        cost: "One line, in a Corefile that is yours.",
        preferred: true,
      },
    ];
  }
  if (fault?.directive === "hosts") {
    return [
      {
        id: "add-fallthrough",
        title:
          "Add `fallthrough` to `hosts`: what it does not list is then answered by the plugins behind it",
        cost: "One line, in a Corefile that is yours.",
        preferred: true,
      },
    ];
  }
  if (fault?.directive === "template") {
    return [
      {
        id: "take-out",
        title: "Take the template out, or give it the zones that are meant to be denied",
        cost: "One stanza, in a Corefile that is yours.",
        preferred: true,
      },
    ];
  }
  return [
    {
      id: "correct-corefile",
      title:
        "Let a plugin of that server block answer: `forward`, or `fallthrough` in the one that ends there",
      cost: "A few lines, in a Corefile that is yours.",
      preferred: true,
    },
  ];
}
