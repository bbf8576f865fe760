/** The rule for a NetworkPolicy that lets DNS through to pods alone, where something on the node answers. Must stay a pure function. */
import { LOCAL_DNS } from "../knowledge/providers.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { DnsEgress } from "../model/pod.ts";
import type { Remedy } from "../model/report.ts";
import type { Rule, RuleContext } from "./rule.ts";
import type { Finding } from "./subject.ts";

const ID = "dns-egress-blocked";
const SOURCES = [
  "kubernetes.io, Using NodeLocal DNSCache: pods ask 169.254.20.10, an address of the node, which no podSelector selects",
  "https://github.com/world-federation-of-advertisers/cross-media-measurement/issues/3569: GKE Standard with Dataplane V2, egress to `k8s-app: kube-dns` alone, no name resolves once NodeLocal DNSCache is on",
  "https://github.com/tektoncd/operator/issues/4000: GKE with Cloud DNS, pods ask 169.254.169.254, the same",
  "https://github.com/gardener/gardener/issues/2745 and https://github.com/kubernetes/kubernetes/pull/70555",
  "docs.cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache: NetworkPolicy with NodeLocal DNSCache",
];

/** Where policies hold at all, both of GKE's network plugins drop the question. */
export const dnsEgressBlocked: Rule = {
  id: ID,
  title: "A NetworkPolicy lets DNS through to pods that do not answer",
  description:
    "A policy that allows port 53 to the pods of kube-dns alone does not allow it to NodeLocal DNSCache, Cloud DNS or AKS's " +
    "LocalDNS, which answer on the node. Every lookup then fails after its timeout, whatever the libc.",
  explanation: [
    "| on the cluster | a policy that allows `k8s-app: kube-dns` alone |",
    "|---|---|",
    "| GKE with NodeLocal DNSCache, Dataplane V2 | the question goes to the node's pod of `k8s-app: node-local-dns`, which the policy does not select: error |",
    "| GKE with NodeLocal DNSCache, Calico | the question goes to an address of the node, which no pod selector selects: error |",
    "| GKE with Cloud DNS | pods ask 169.254.169.254, which no pod selector selects: error |",
    "| NodeLocal DNSCache or LocalDNS elsewhere | depends on the network plugin, which stands in no file that is read: note |",
    "",
    "GKE Standard has the cache by default from 1.34.1-gke.3720000, Autopilot always: an upgrade turns it on. A policy that allows",
    "`k8s-app: node-local-dns` too is well on Autopilot, and elsewhere with Dataplane V2.",
  ].join("\n"),
  mend: [
    "Let the cache be asked beside kube-dns, by its address and by its pods:",
    "",
    "```yaml",
    "egress:",
    "  - to:",
    "      - ipBlock: {cidr: 169.254.20.10/32}",
    "      - namespaceSelector: {}",
    "        podSelector: {matchLabels: {k8s-app: node-local-dns}}",
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
  level: "error",
  sources: SOURCES,
  check,
};

/** What answers on the node, and whether a policy for pods alone surely keeps questions from it. */
interface OnNode {
  readonly what: string;
  readonly address: string;
  readonly because: string;
  readonly isKept: boolean;
}

/** Nothing where pods of the cluster's DNS answer, or that is not known. */
function onNode(cluster: ClusterProfile, { cachePods }: DnsEgress): OnNode | undefined {
  const { autopilot, gkeVersion, managed, dnsProvider, nodeLocalDns, listeners = [] } = cluster;
  const isGke = gkeVersion !== undefined || managed || autopilot === true || dnsProvider !== undefined;
  if (nodeLocalDns === "enabled") {
    // Dataplane V2, which Autopilot always has, holds the policy against the pod that the question is sent to.
    if (autopilot === true && cachePods) return undefined;
    const what = "NodeLocal DNSCache";
    const address = "169.254.20.10";
    return { what, address, because: cluster.nodeLocalDnsBecause, isKept: isGke && !cachePods };
  }
  if (dnsProvider === "CLOUD_DNS" && nodeLocalDns === "disabled") {
    const because = "with Cloud DNS pods ask the metadata server of their node";
    return { what: "Cloud DNS", address: "169.254.169.254", because, isKept: true };
  }
  if (listeners.some(({ on }) => on.includes(LOCAL_DNS.pods))) {
    const because = `LocalDNS answers at ${LOCAL_DNS.pods}`;
    return { what: "LocalDNS", address: LOCAL_DNS.pods, because, isKept: false };
  }
  return undefined;
}

/** Beside the address, since with Dataplane V2 it is the pod that counts. */
function remedy({ what, address }: OnNode): Remedy {
  const pods =
    what === "NodeLocal DNSCache"
      ? "    - namespaceSelector: {}\n      podSelector: {matchLabels: {k8s-app: node-local-dns}}\n"
      : "";
  return {
    id: "allow-dns-egress",
    title: `Let port 53 of the node's address through: \`ipBlock: {cidr: ${address}/32}\``,
    cost: "None.",
    snippet: {
      language: "yaml",
      text: `- to:\n    - ipBlock: {cidr: ${address}/32}\n${pods}  ports:\n    - {protocol: UDP, port: 53}\n    - {protocol: TCP, port: 53}`,
    },
    preferred: true,
  };
}

function check({ workload, cluster }: RuleContext): Finding | undefined {
  const egress = workload.pod?.dnsEgress;
  if (egress?.udp !== "pods" || workload.usesClusterDns !== true) return undefined;
  const there = onNode(cluster, egress);
  if (there === undefined) return undefined;
  const { what, isKept, because } = there;
  const fate = isKept
    ? "every lookup fails"
    : "every lookup fails where the network plugin sees that address";
  const effect = isKept ? "fails-slowly" : "resolves";
  return {
    ruleId: ID,
    outcome: "affected",
    level: isKept ? "error" : "note",
    confidence: "likely",
    summary: (who) =>
      `${egress.policy} lets ${who} ask pods alone on port 53, and on ${cluster.name} ${what} answers at an address of the node: ${fate}.`,
    names: { internal: effect, external: effect },
    evidence: [{ text: because, confidence: "documented", source: SOURCES[isKept ? 1 : 0] ?? "" }],
    remedies: [remedy(there)],
    at: egress.at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
}
