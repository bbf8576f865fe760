/** The rule for a Corefile that denies AAAA for names which exist. Must stay a pure function. */
import { type KnownRemedy, LEAVE_AAAA_ALONE, UPGRADE_GKE } from "../knowledge/remedies.ts";
import type { ClusterFault, ClusterProfile } from "../model/cluster-profile.ts";
import { namesText } from "./pair-effect.ts";
import { nodataRemedy } from "./nodata-remedy.ts";
import type { ClusterContext, ClusterRule } from "./rule.ts";
import { corefileSays, faultVerdict } from "./verdicts.ts";

const ID = "aaaa-denied";
const SOURCES = [
  "RFC 8020 section 2: NXDOMAIN for a name means that it has no records of any type",
  "RFC 2308 section 2.2: a name without records of the type that is asked for is answered NOERROR, without an answer",
  "musl commit 5cf1ac24 and WHATSNEW 1.2.1",
];

/** NXDOMAIN says that a name does not exist; for a name with an A record that is wrong for every resolver. */
export const aaaaDenied: ClusterRule = {
  id: ID,
  title: "The cluster's DNS denies names that exist",
  description:
    "A Corefile that answers AAAA questions with NXDOMAIN says that the names do not exist at all, although they have an A " +
    "record. That is wrong for every resolver: caches may take it for both types, and containers on musl 1.2.1 or newer " +
    "(Alpine 3.13 and later) fail every lookup.",
  explanation: [
    "The usual cause is a stanza that was meant to keep IPv6 away:",
    "",
    "```",
    "template ANY AAAA {",
    "    rcode NXDOMAIN",
    "}",
    "```",
    "",
    "Where a container is known to be hit, the rule musl-paired-lookup reports it as an error; this rule speaks for the",
    "containers that are not in sight.",
  ].join("\n"),
  mend: [
    "`rcode NOERROR` without an answer means what was meant: the name exists and has no such record.",
    "`muslgate corefile FILE --fix` prints the change:",
    "",
    "```corefile",
    "template ANY AAAA {",
    "    rcode NOERROR",
    "}",
    "```",
    "",
    "On a dual-stack cluster take the stanza out: AAAA answers are wanted there.",
  ].join("\n"),
  see: [
    "Ask for a Service of the cluster. The status must be NOERROR, with or without an answer:",
    "",
    "```sh",
    "dig @SERVER kubernetes.default.svc.cluster.local AAAA +noall +comments",
    "```",
  ].join("\n"),
  level: "warning",
  sources: SOURCES,
  checkCluster: ({ cluster, containersNamed }: ClusterContext) =>
    cluster.faults
      .filter(({ kind }) => kind === ID && !containersNamed)
      .map((fault) =>
        faultVerdict(fault, {
          level: "warning",
          summary: summaryOf(cluster, fault),
          concerns: fault.names ?? fault.zones,
          evidence: [
            corefileSays(fault),
            {
              text: "NXDOMAIN means that a name has no records of any type",
              confidence: "documented",
              source: SOURCES[0] ?? "",
            },
          ],
          remedies: [{ ...remedyFor(cluster, fault).remedy, preferred: true }],
        }),
      ),
};

function summaryOf({ name }: ClusterProfile, fault: ClusterFault): string {
  if (fault.names === undefined) {
    return `${name} answers AAAA with NXDOMAIN in ${zonesText(fault)}, which says that names there do not exist: containers on musl 1.2.1 or newer resolve none of them.`;
  }
  const which = namesText(fault.names);
  const kind = fault.answer === "no-reply" ? "silence" : (fault.answer ?? "NXDOMAIN");
  return `${name} answers AAAA with ${kind} for ${which}: containers on musl 1.2.1 or newer resolve none of these; all others resolve.`;
}

/** `the zones cluster.local and "."`; a dot alone would end the sentence. */
function zonesText({ zones }: ClusterFault): string {
  const names = zones.map((zone) => (zone === "." ? '"."' : zone.replace(/\.$/, "")));
  if (names.length === 1) return `the zone ${names[0]}`;
  return `the zones ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function remedyFor(cluster: ClusterProfile, fault: ClusterFault): KnownRemedy {
  if (cluster.managed) return UPGRADE_GKE;
  return cluster.dualStack === true ? LEAVE_AAAA_ALONE : nodataRemedy(cluster, fault);
}
