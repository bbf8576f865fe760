/** The rule for a change that turns NodeLocal DNSCache on. Must stay a pure function. */
import { type KnownRemedy, NODE_LOCAL_DNS_OFF, UPGRADE_GKE } from "../knowledge/remedies.ts";
import type { ClusterProfile, NameScope } from "../model/cluster-profile.ts";
import { nodataRemedy } from "./nodata-remedy.ts";
import { SCOPES } from "./pair-effect.ts";
import type { ClusterContext, ClusterRule } from "./rule.ts";

const ID = "node-local-dns-turned-on";
const SOURCES = [
  "https://polar3130.hatenablog.com/entry/2022/02/28/143440 (the ConfigMap node-local-dns of GKE 1.22 denies AAAA)",
  "https://polar3130.hatenablog.com/entry/2022/03/31/222307 (1.22.7-gke.1500 puts it right)",
];

/** Turning NodeLocal DNSCache on puts another server, with another Corefile, before every pod. */
export const nodeLocalDnsTurnedOn: ClusterRule = {
  id: ID,
  title: "A change turns NodeLocal DNSCache on",
  description:
    "With NodeLocal DNSCache every pod asks a cache on its node, which has a Corefile of its own. Where that Corefile denies " +
    "AAAA, as GKE 1.22's did, the change cuts every container on musl 1.2.1 or newer off, on a cluster where all was well.",
  explanation: [
    "The rule compares a pull request with its base: Terraform, Config Connector resources, what gcloud prints. It says",
    "nothing where the cache is known to answer AAAA properly.",
  ].join("\n"),
  mend: [
    "Say how the cache will answer, so that containers can be judged: give its ConfigMap, or the exact version.",
    "",
    "```yaml",
    "# muslgate.yaml",
    "corefile: [cluster/node-local-dns.yaml]",
    "```",
  ].join("\n"),
  see: [
    "Before the change, look at a cluster of the same version that has the cache:",
    "",
    "```sh",
    "kubectl -n kube-system get configmap node-local-dns -o yaml | muslgate corefile -",
    "muslgate probe --server 169.254.20.10",
    "```",
    "",
    "The second one is for a node, or a pod on it.",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  checkCluster({ cluster, before }: ClusterContext) {
    if (before === undefined || before.nodeLocalDns === "enabled") return [];
    if (cluster.nodeLocalDns !== "enabled") return [];
    // Whoever resolves nothing before the change loses nothing by it; the fault has its own rules.
    const scopes = SCOPES.filter((scope) => before.answers[scope].kind !== "NXDOMAIN");
    const cut = scopes.filter((scope) => cluster.answers[scope].kind === "NXDOMAIN");
    const denied = cut.length > 0;
    const open = scopes.map((scope) => cluster.answers[scope]).find(({ kind }) => kind === "unknown");
    if (!denied && open === undefined) return [];
    const first = mendFor(cluster, cut);
    return [
      {
        ruleId: ID,
        outcome: denied ? "affected" : "unknown",
        level: denied ? "error" : "warning",
        confidence: denied ? cluster.confidence : "likely",
        summary: denied
          ? `This turns NodeLocal DNSCache on for ${cluster.name}, and there it answers AAAA with NXDOMAIN: containers on musl 1.2.1 or newer will resolve no name any more.`
          : `This turns NodeLocal DNSCache on for ${cluster.name}, and how it answers AAAA there is not known: ${(open?.because ?? "").replace(/\.$/, "")}.`,
        restsOn: denied ? undefined : ["cluster"],
        evidence: [
          { text: before.nodeLocalDnsBecause, confidence: "documented", source: "before the change" },
          { text: cluster.nodeLocalDnsBecause, confidence: "documented", source: "after the change" },
          ...cluster.evidence,
        ],
        remedies: [
          ...first.map(({ remedy }) => ({ ...remedy, preferred: true })),
          {
            ...NODE_LOCAL_DNS_OFF.remedy,
            title: "Leave NodeLocal DNSCache off",
            cost: "The nodes stay without their cache.",
            snippet: undefined,
            preferred: first.length === 0,
          },
        ],
        at: cluster.at,
        related: [],
      },
    ];
  },
};

/** What its owner does about the cache's Corefile: GKE's is GKE's; in one's own it is a line, where it is known which. */
function mendFor(cluster: ClusterProfile, [cut]: readonly NameScope[]): readonly KnownRemedy[] {
  if (cluster.managed || cluster.basis !== "corefile") return [UPGRADE_GKE];
  return cut === undefined ? [] : [nodataRemedy(cluster, cluster.answers[cut])];
}
