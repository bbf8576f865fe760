/** What options and files say of a cluster besides its Corefile. Must not judge it. */
import type { ClusterProfileInput } from "./input.ts";
import { defined } from "../model/defined.ts";
import type { OneCluster } from "../settings/settings.ts";

/** What the options say of every cluster. */
type Said = Partial<
  Pick<
    ClusterProfileInput,
    "gkeVersion" | "clusterDomain" | "autopilot" | "nodeLocalDns" | "provider" | "dnsImages"
  >
>;

export function said(settings: OneCluster): Said {
  const { gkeVersion, clusterDomain, autopilot, nodeLocalDns, provider, dnsImages } = settings;
  return defined({
    gkeVersion,
    clusterDomain,
    dnsImages,
    autopilot: autopilot ? true : undefined,
    provider: provider === "auto" ? undefined : provider,
    nodeLocalDns: nodeLocalDns === "auto" ? undefined : nodeLocalDns,
  });
}

export const NOTHING_SAID = { nodeLocalDns: "auto", autopilot: false } as const;
