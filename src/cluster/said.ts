/** What options and files say of a cluster besides its Corefile. Must not judge it. */
import type { ClusterProfileInput } from "./input.ts";
import type { OneCluster } from "../settings/settings.ts";

/** What the options say of every cluster. */
type Said = Partial<
  Pick<ClusterProfileInput, "gkeVersion" | "clusterDomain" | "autopilot" | "nodeLocalDns" | "provider">
>;

export function said(settings: OneCluster): Said {
  return {
    ...(settings.gkeVersion === undefined ? {} : { gkeVersion: settings.gkeVersion }),
    ...(settings.clusterDomain === undefined ? {} : { clusterDomain: settings.clusterDomain }),
    ...(settings.autopilot ? { autopilot: true } : {}),
    ...(settings.provider === "auto" ? {} : { provider: settings.provider }),
    ...(settings.nodeLocalDns === "auto" ? {} : { nodeLocalDns: settings.nodeLocalDns }),
  };
}

export const NOTHING_SAID = { nodeLocalDns: "auto", autopilot: false } as const;
