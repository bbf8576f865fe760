/** The rule for a Corefile that CoreDNS does not start with. Must stay a pure function. */
import { placeText } from "../model/place.ts";
import type { ClusterContext, ClusterRule } from "./rule.ts";
import { faultVerdict } from "./verdicts.ts";

const ID = "corefile-refused";
const SOURCES = [
  "coredns core/dnsserver and plugin/*/setup.go, v1.7.0 to v1.14.7",
  "measured: lower-case classes, types and rcodes, a bare `:53` and a zone that stands twice stop CoreDNS 1.7.0 to 1.14.7",
];

/** A Corefile with an error stops CoreDNS at its next start, and until then keeps the old one in force. */
export const corefileRefused: ClusterRule = {
  id: ID,
  title: "CoreDNS does not start with this Corefile",
  description:
    "CoreDNS, or node-cache, refuses to start with this Corefile. A running one with the plugin `reload` keeps its old " +
    "configuration, so that nothing seems wrong until its pod starts anew: then the cluster, or the node, has no DNS.",
  explanation: [
    "Common causes: `template in aaaa` in lower case, an rcode that is none, `:53` without a zone, a zone that stands in two",
    "server blocks, and in node-local-dns a plugin that node-cache is built without.",
  ].join("\n"),
  mend: [
    "Correct the line that the finding stands on: it says what CoreDNS does not take. A stanza in the form that every release",
    "takes:",
    "",
    "```corefile",
    "template ANY AAAA {",
    "    rcode NOERROR",
    "}",
    "```",
    "",
    "`muslgate corefile FILE` says whether CoreDNS starts with it.",
  ].join("\n"),
  see: [
    "A running CoreDNS keeps its old Corefile and says why in its log; one that is started anew does not come up:",
    "",
    "```sh",
    "kubectl -n kube-system logs deployment/coredns",
    "coredns -conf Corefile",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  checkCluster: ({ cluster }: ClusterContext) =>
    cluster.faults
      .filter(({ kind }) => kind === ID)
      .map((fault) =>
        faultVerdict(fault, {
          level: "error",
          summary: `On ${cluster.name}: ${fault.because.replace(/\.$/, "")}.`,
          names: { internal: "fails", external: "fails" },
          evidence: [
            {
              text: "a running CoreDNS keeps its old configuration until it starts anew",
              confidence: "documented",
              source: fault.at === undefined ? (SOURCES[0] ?? "") : placeText(fault.at),
            },
          ],
          remedies: [
            {
              id: "correct-corefile",
              title: "Correct the line",
              cost: "None: this Corefile is not in force anywhere.",
              preferred: true,
            },
          ],
        }),
      ),
};
