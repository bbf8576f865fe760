/** What a cluster's profile is made of. Must stay plain data. */
import type { ProviderId } from "../knowledge/provider-ids.ts";
import type { DnsImages } from "../model/dns-images.ts";
import type { Place } from "../model/place.ts";
import type { CorefileInputs } from "./corefiles/collected.ts";

/** What the user says of a cluster. */
export interface ClusterProfileInput {
  /** As written: `1.22.6-gke.1000`, `1.22`, `latest`, ... */
  readonly gkeVersion?: string;
  /** The least version it runs, where only that is known; GKE may run any newer one. */
  readonly gkeVersionAtLeast?: string;
  /** `auto`: it is not set and GKE decides; `unknown`: it is set, but to what could not be read. */
  readonly nodeLocalDns: "enabled" | "disabled" | "auto" | "unknown";
  /** Why it is on or off, where nobody said so outright. */
  readonly nodeLocalBecause?: string;
  readonly autopilot: boolean | "unknown";
  /** It follows a release channel, by which it is kept on releases of today. */
  readonly channel?: boolean;
  /** Files with Corefiles of this one cluster, such as that of node-local-dns and the cluster's own, and their texts. */
  readonly corefiles?: readonly { readonly file: string; readonly text: string }[];
  /** The same, read already. */
  readonly inputs?: CorefileInputs;
  /** Who keeps the Corefile that the given ones are parts of, as somebody said it. */
  readonly provider?: ProviderId;
  /** The same as files near them show it. */
  readonly shownProvider?: ProviderId;
  /** Without closing dot. */
  readonly clusterDomain?: string;
  /** Where the settings stand, when they were read from a file. */
  readonly at?: Place;
  /** It has IPv6 addresses too. */
  readonly dualStack?: boolean;
  /** As gcloud writes it. */
  readonly dnsProvider?: string;
  /** What its DNS servers are, where that was seen. */
  readonly dnsImages?: DnsImages;
  /** How a report should call the cluster, when it has a name. */
  readonly name?: string;
}
