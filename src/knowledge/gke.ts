/** What is known of GKE: which versions carried the stanza, when NodeLocal DNSCache is on, which node-cache runs. Must not judge an image. */
import type { Confidence, Sourced } from "../model/cluster-profile.ts";
import { gke, type GkeVersion, orderGke } from "../version/gke.ts";
import { inRange, type Range } from "../version/range.ts";

/** Whether GKE's own node-local-dns Corefile denies AAAA: `present` means `template ANY AAAA { rcode NXDOMAIN }`. */
export type StanzaState = "present" | "absent" | "unknown";

/** What is held of a stretch of versions. */
export interface StanzaFact {
  readonly range: Range<GkeVersion>;
  readonly state: StanzaState;
  readonly confidence: Confidence;
  readonly text: string;
  readonly source: string;
}

const ARTICLE = "polar3130.hatenablog.com/entry/2022/02/28/143440 (2022-02-28)";
const FOLLOW_UP = "polar3130.hatenablog.com/entry/2022/03/31/222307 (2022-03-31)";

function only(minor: number, patch: number, build: number): Range<GkeVersion> {
  return { from: gke(1, minor, patch, build), below: gke(1, minor, patch, build + 1) };
}

/** First match counts: what was measured stands before what is derived. */
export const STANZA_FACTS: readonly StanzaFact[] = [
  {
    range: only(21, 6, 1500),
    state: "absent",
    confidence: "measured",
    text: "the node-local-dns Corefile of GKE 1.21.6-gke.1500 has no template",
    source: ARTICLE,
  },
  {
    range: only(22, 6, 1000),
    state: "present",
    confidence: "measured",
    text: "the node-local-dns Corefile of GKE 1.22.6-gke.1000 denies AAAA in the zones cluster.local and .",
    source: ARTICLE,
  },
  {
    range: { below: gke(1, 22, 0, 0) },
    state: "absent",
    confidence: "likely",
    text: "no template before GKE 1.22: 1.21.6-gke.1500 has none, and 1.22 is named as the version that brought it",
    source: ARTICLE,
  },
  {
    range: { from: gke(1, 22, 0, 0), below: gke(1, 22, 7, 1500) },
    state: "present",
    confidence: "likely",
    text: "GKE 1.22 before 1.22.7-gke.1500 is likely to deny AAAA: seen in 1.22.6-gke.1000, repaired in 1.22.7-gke.1500",
    source: `${ARTICLE}; ${FOLLOW_UP}`,
  },
  {
    range: { from: gke(1, 22, 7, 1500), below: gke(1, 23, 0, 0) },
    state: "absent",
    confidence: "documented",
    text: "names resolve again on Alpine 3.13 and later with GKE 1.22.7-gke.1500 (2022-R6)",
    source: FOLLOW_UP,
  },
  {
    range: { from: gke(1, 23, 0, 0), below: gke(1, 23, 1, 0) },
    state: "unknown",
    confidence: "likely",
    text: "GKE 1.23.0 was in the rapid channel while 1.22 carried the stanza; whether it did too is not known",
    source: "no report found",
  },
  {
    range: { from: gke(1, 23, 1, 0) },
    state: "absent",
    confidence: "likely",
    text: "no report of the stanza in GKE 1.23.1 and later",
    source: "absence of reports only",
  },
];

/** What holds for every version of a stretch, or for one; facts in table order, without those shadowed by an earlier one. */
export function stanzaFacts(range: { from: GkeVersion; below: GkeVersion }): readonly StanzaFact[] {
  return STANZA_FACTS.filter(({ range: known }) => {
    const startsBefore = known.from === undefined || orderGke(known.from, range.below) < 0;
    const endsAfter = known.below === undefined || orderGke(known.below, range.from) > 0;
    return startsBefore && endsAfter;
  });
}

/** The first fact that covers one version. */
export function stanzaFact(version: GkeVersion): StanzaFact | undefined {
  return STANZA_FACTS.find(({ range }) => inRange(orderGke, range, version));
}

/** What pods get when they ask the cluster's own DNS, without NodeLocal DNSCache. */
export const CLUSTER_DNS: Sourced = {
  text: "without NodeLocal DNSCache kube-dns or Cloud DNS answers AAAA for a name with only an A record with NOERROR and no records",
  confidence: "measured",
  source: ARTICLE,
};

/** The version `CLUSTER_DNS` was measured with. */
export const CLUSTER_DNS_MEASURED: GkeVersion = gke(1, 22, 6, 1000);

const DNS_CACHE_PAGE = "docs.cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache";

/** Whether NodeLocal DNSCache is on when nobody said so. */
export interface NodeLocalDefault {
  readonly range: Range<GkeVersion>;
  readonly state: "enabled" | "disabled";
  readonly because: string;
}

/** Autopilot: always on, at any version. */
export const NODE_LOCAL_ON_AUTOPILOT: Sourced = {
  text: "Autopilot clusters always have NodeLocal DNSCache and it cannot be turned off",
  confidence: "documented",
  source: DNS_CACHE_PAGE,
};

/** What a cluster on a release channel runs whose version nothing names, as every Autopilot cluster is: 1.22 left them long ago. */
export const CHANNEL_TODAY: { readonly from: GkeVersion; readonly text: string; readonly source: string } = {
  from: gke(1, 23, 1, 0),
  text: "nothing names the version of this cluster: it is taken to run a release of today, as it follows a release channel",
  source: "docs.cloud.google.com/kubernetes-engine/docs/concepts/release-channels",
};

/** Standard clusters, by control plane version. */
export const NODE_LOCAL_DEFAULTS: readonly NodeLocalDefault[] = [
  {
    range: { below: gke(1, 33, 1, 0) },
    state: "disabled",
    because: `Standard clusters before 1.33.1 have NodeLocal DNSCache only when it is turned on (${DNS_CACHE_PAGE})`,
  },
  {
    range: { from: gke(1, 33, 1, 0), below: gke(1, 34, 1, 3_720_000) },
    state: "disabled",
    because: `Standard clusters before 1.34.1-gke.3720000 likely have NodeLocal DNSCache only when it is turned on: the current page says so, older copies of it say from 1.33.1 on (${DNS_CACHE_PAGE})`,
  },
  {
    range: { from: gke(1, 34, 1, 3_720_000) },
    state: "enabled",
    because: `Standard clusters from 1.34.1-gke.3720000 have NodeLocal DNSCache unless it is turned off (${DNS_CACHE_PAGE})`,
  },
];

/** The node-local-dns images seen in GKE versions (the article's dumps). */
const NODE_CACHE_IMAGES: readonly { readonly version: GkeVersion; readonly tag: string }[] = [
  { version: gke(1, 21, 6, 1500), tag: "1.21.1-gke.0" },
  { version: gke(1, 22, 6, 1000), tag: "1.21.4-gke.0" },
];

/** The tag of node-cache's image in a GKE version, where one was seen. */
export function nodeCacheTag(version: GkeVersion): string | undefined {
  return NODE_CACHE_IMAGES.find((image) => orderGke(image.version, version) === 0)?.tag;
}
