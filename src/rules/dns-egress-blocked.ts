/** The rule for a NetworkPolicy that lets DNS through to pods alone, where NodeLocal DNSCache answers. Must stay a pure function. */
import type { Verdict } from "../model/report.ts";
import type { Rule, RuleContext } from "./rule.ts";

const ID = "dns-egress-blocked";
const SOURCES = [
  "kubernetes.io, Using NodeLocal DNSCache: pods ask 169.254.20.10, an address of the node, which no podSelector selects",
  "https://github.com/gardener/gardener/issues/2745 and https://github.com/tektoncd/operator/issues/4000",
  "https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache: NetworkPolicy with NodeLocal DNSCache",
];

/** Whether a question to the node is let through is the network plugin's to say. */
export const dnsEgressBlocked: Rule = {
  id: ID,
  title: "A NetworkPolicy lets DNS through to pods alone",
  description:
    "A policy that allows port 53 to the pods of kube-dns does not allow it to NodeLocal DNSCache, which answers at an address " +
    "of the node. Where the network plugin sees that address, every lookup fails, whatever the libc.",
  explanation:
    "Calico sees the address; GKE's Dataplane V2 and Cilium with a local redirect policy send the question to the cache " +
    "themselves. Which one it is stands in no file that is read: it is a note. Clusters get the cache by an upgrade, GKE Standard by " +
    "default from 1.34.1-gke.3720000.",
  mend: [
    "Let the node's address through beside the pods:",
    "",
    "```yaml",
    "egress:",
    "  - to:",
    "      - ipBlock: {cidr: 169.254.20.10/32}",
    "    ports:",
    "      - {protocol: UDP, port: 53}",
    "      - {protocol: TCP, port: 53}",
    "```",
  ].join("\n"),
  see: [
    "It fails after the timeout:",
    "",
    "```sh",
    "kubectl exec POD -- nslookup kubernetes.default",
    "```",
  ].join("\n"),
  level: "note",
  sources: SOURCES,
  check,
};

function check({ workload, cluster }: RuleContext): Verdict | undefined {
  const egress = workload.pod?.dnsEgress;
  if (egress?.udp !== "pods") return undefined;
  if (workload.usesClusterDns !== true || cluster.nodeLocalDns !== "enabled") return undefined;
  return {
    ruleId: ID,
    outcome: "affected",
    level: "note",
    confidence: "likely",
    summary: `${egress.policy} lets ${workload.name} ask pods alone on port 53, and on ${cluster.name} NodeLocal DNSCache answers at an address of the node: every lookup fails where the network plugin sees that address.`,
    names: { internal: "resolves", external: "resolves" },
    evidence: [
      {
        text: cluster.nodeLocalDnsBecause,
        confidence: "documented",
        source: SOURCES[0] ?? "",
      },
    ],
    remedies: [
      {
        id: "allow-dns-egress",
        title: "Let port 53 of the node's address through: `ipBlock: {cidr: 169.254.20.10/32}`",
        cost: "None.",
        snippet: {
          language: "yaml",
          text: "- to:\n    - ipBlock: {cidr: 169.254.20.10/32}\n  ports:\n    - {protocol: UDP, port: 53}\n    - {protocol: TCP, port: 53}",
        },
        preferred: false,
      },
    ],
    at: egress.at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
}
