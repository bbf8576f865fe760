/** The ways out of a cluster that denies AAAA, with what each costs. Must hold data only. */
import type { Remedy } from "../model/report.ts";
import type { Citation } from "./citation.ts";

/** A way out and where it is known from. */
export interface KnownRemedy {
  readonly remedy: Omit<Remedy, "preferred">;
  readonly citation: Citation;
}

const ARTICLE: Citation = {
  source: "https://polar3130.hatenablog.com/entry/2022/02/28/143440",
  confidence: "documented",
  checked: "2026-11-20",
};

/** For whoever owns the Corefile: answer that the name exists but has no such record. */
export const ANSWER_NODATA: KnownRemedy = {
  remedy: {
    id: "answer-nodata",
    title: "Answer NODATA instead: `rcode NOERROR` in the template that denies AAAA",
    cost: "One line, in a Corefile that is yours; GKE puts its own back after a change.",
    snippet: { language: "corefile", text: "template ANY AAAA {\n    rcode NOERROR\n}" },
  },
  citation: {
    source: "RFC 8020 section 3.1; measured with CoreDNS 1.7.0 and 1.10.0 and Alpine 3.13 to 3.20",
    confidence: "measured",
    checked: "2026-11-20",
  },
};

/** On a dual-stack cluster even NODATA takes addresses away. */
export const LEAVE_AAAA_ALONE: KnownRemedy = {
  remedy: {
    id: "leave-aaaa-alone",
    title: "Take the template out: a dual-stack cluster wants AAAA answers",
    cost: "One stanza, in a Corefile that is yours; the servers behind answer NODATA where a name has no IPv6 address.",
  },
  citation: {
    source: "Tencent Cloud, CoreDNS component: not to be used in IPv4/IPv6 dual-stack clusters",
    confidence: "documented",
    checked: "2026-11-20",
  },
};

/** GKE put it right in the control plane's own version. */
export const UPGRADE_GKE: KnownRemedy = {
  remedy: {
    id: "upgrade-gke",
    title: "Upgrade the control plane to 1.22.7-gke.1500 or later",
    cost: "An upgrade. The control plane's version decides about the ConfigMap, the nodes' does not.",
  },
  citation: {
    source: "https://polar3130.hatenablog.com/entry/2022/03/31/222307",
    confidence: "documented",
    checked: "2026-11-20",
  },
};

/** The article's first way. */
export const NODE_LOCAL_DNS_OFF: KnownRemedy = {
  remedy: {
    id: "node-local-dns-off",
    title: "Turn NodeLocal DNSCache off in the cluster",
    cost: "The nodes' cache is gone: expect slower lookups and more load on the cluster's DNS. Not possible on Autopilot.",
    snippet: {
      language: "shell",
      text: "gcloud container clusters update CLUSTER --update-addons=NodeLocalDNS=DISABLED",
    },
  },
  citation: ARTICLE,
};

/** The article's second way. */
export const BYPASS_NODE_LOCAL_DNS: KnownRemedy = {
  remedy: {
    id: "bypass-node-local-dns",
    title: "Let the pod ask another DNS server through `dnsConfig`",
    cost: "To be done for every workload; loses the node's cache; the server must be reachable and know the cluster's names.",
    snippet: {
      language: "yaml",
      text: [
        "dnsPolicy: None",
        "dnsConfig:",
        "  nameservers: [ADDRESS_OF_ANOTHER_SERVER]",
        "  searches: [NAMESPACE.svc.cluster.local, svc.cluster.local, cluster.local]",
        "  options: [{ name: ndots, value: '5' }]",
      ].join("\n"),
    },
  },
  citation: ARTICLE,
};

/** The article's third way. */
export const LEAVE_MUSL: KnownRemedy = {
  remedy: {
    id: "leave-musl",
    title: "Build the image on a base with glibc, or on Alpine 3.12 or older",
    cost: "A new base image to build and test. Images that others build cannot be changed so.",
  },
  citation: ARTICLE,
};
