/** Translates the variables of Google's Terraform module for GKE into the resource's arguments. Must not read files. */

/** How a module that makes one GKE cluster names its settings. */
export interface GkeModule {
  /** The module's variable for an argument of the resource (path joined by dots); absent: same name and shape. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What it means that NodeLocal DNSCache is not set. */
  readonly nodeLocalAbsent: "auto" | "disabled";
  readonly autopilot?: true;
  /** A cluster that sets no release channel follows one. */
  readonly channelAbsent?: true;
}

/** terraform-google-modules/terraform-google-kubernetes-engine, variables.tf @bb176b21. */
const VARIABLES: Readonly<Record<string, string>> = {
  "addons_config.dns_cache_config.enabled": "dns_cache",
  min_master_version: "kubernetes_version",
  "dns_config.cluster_dns": "cluster_dns_provider",
  "dns_config.cluster_dns_domain": "cluster_dns_domain",
  "ip_allocation_policy.stack_type": "stack_type",
  "release_channel.channel": "release_channel",
  name: "name",
  location: "region",
};

/** `dns_cache` is false unless set, and always handed to the resource; `release_channel` is REGULAR. */
const STANDARD: GkeModule = { variables: VARIABLES, nodeLocalAbsent: "disabled", channelAbsent: true };
/** Without the variable: GKE decides. */
const STANDARD_OLD: GkeModule = { variables: VARIABLES, nodeLocalAbsent: "auto" };
/**
 * The first release that is sure to have `dns_cache` outside of the beta modules: 22.1.0 had it not (issue
 * 1378 there), its output came in May 2024 (pull request 1864), before 31.
 */
const DNS_CACHE_SINCE = 31;
/** safer-cluster chooses for the user; what it chooses changed between its versions. */
const SAFER: GkeModule = { variables: VARIABLES, nodeLocalAbsent: "auto" };
const AUTOPILOT: GkeModule = { variables: VARIABLES, nodeLocalAbsent: "auto", autopilot: true };
/** These two take the resource's own blocks as objects. */
const PLAIN: GkeModule = { nodeLocalAbsent: "auto" };
const PLAIN_AUTOPILOT: GkeModule = { nodeLocalAbsent: "auto", autopilot: true };

const REGISTRY =
  /^(?:registry\.terraform\.io\/)?terraform-google-modules\/kubernetes-engine\/google(?:\/\/modules\/([\w-]+))?$/;
const REPOSITORY =
  /[/:]terraform-google-modules\/terraform-google-kubernetes-engine(?:\.git)?(?:\/\/modules\/([\w-]+))?(?:\?.*)?$/;

/** The module a `source` names (with its `version`, where the call has one), when it is Google's for GKE and makes a cluster. */
export function gkeModule(source: string, version?: string): GkeModule | undefined {
  const match = REGISTRY.exec(source) ?? REPOSITORY.exec(source);
  if (match === null) return undefined;
  const part = match[1];
  if (part === "gke-standard-cluster") return PLAIN;
  if (part === "gke-autopilot-cluster") return PLAIN_AUTOPILOT;
  if (part?.startsWith("safer-cluster")) return SAFER;
  if (part?.startsWith("beta-autopilot-")) return AUTOPILOT;
  if (part !== undefined && !/^(?:beta-)?(?:public|private)-cluster(?:-update-variant)?$/.test(part)) {
    return undefined;
  }
  const release = /\d+/.exec(version ?? /\?ref=(.*)$/.exec(source)?.[1] ?? "")?.[0];
  const isOld = release !== undefined && Number(release) < DNS_CACHE_SINCE;
  return isOld && part?.startsWith("beta-") !== true ? STANDARD_OLD : STANDARD;
}
