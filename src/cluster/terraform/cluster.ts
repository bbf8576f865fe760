/** Makes a cluster's settings of the arguments of a `google_container_cluster`. Must not know where they were read. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { DiagnosticCode } from "../../model/diagnostic-codes.ts";
import type { Place } from "../../model/place.ts";
import { type ClusterSettings, isChannel, versionNotSaid } from "../gcloud.ts";

/** One argument of a resource. */
export type TerraformArgument =
  /** Not set; `at` is the deepest part of its path that is there. */
  | { readonly kind: "absent"; readonly at: Place }
  | { readonly kind: "known"; readonly value: string | boolean; readonly at: Place }
  /** `because` completes "... is not known: ". */
  | { readonly kind: "hidden"; readonly because: string; readonly at: Place };

/** A resource of the type `google_container_cluster`, wherever it was read. */
export interface TerraformCluster {
  /** As Terraform calls it, such as `module.gke.google_container_cluster.primary`. */
  readonly address: string;
  /** The argument at a path of blocks, such as `addons_config`, `dns_cache_config`, `enabled`. */
  argument(...path: readonly string[]): TerraformArgument;
  /** What it means that NodeLocal DNSCache is not set: GKE decides (`auto`), or it is off. */
  readonly nodeLocalAbsent: "auto" | "disabled";
  /** The resource is an Autopilot cluster whatever its arguments say. */
  readonly autopilot?: true;
  /** It follows a release channel where none is set. */
  readonly channelAbsent?: true;
}

/** The settings, and what could not be known of them. */
export function terraformSettings(cluster: TerraformCluster): {
  readonly settings: ClusterSettings;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const tell = (argument: TerraformArgument, path: readonly string[]) => {
    if (argument.kind !== "hidden") return;
    diagnostics.push({
      code: HIDDEN[path.join(".")] ?? "terraform-value-hidden",
      message: `${path.join(".")} of ${cluster.address} is not known: ${argument.because}`,
      hint: "Give what terraform show -json prints of a plan or the state, name the .tfvars file too, or say the value with an option.",
      weight: "gap",
      subject: cluster.address,
      at: argument.at,
    });
  };
  const text = (...path: readonly string[]): string | undefined => {
    const argument = cluster.argument(...path);
    tell(argument, path);
    return argument.kind === "known" && argument.value !== "" ? String(argument.value) : undefined;
  };
  const auto = asBoolean(cluster.argument("enable_autopilot"));
  const autopilot = cluster.autopilot ?? (auto.kind === "hidden" ? "unknown" : auto.value === true);
  if (autopilot === "unknown") tell(auto, ["enable_autopilot"]);
  const cache = asBoolean(cluster.argument(...CACHE));
  // Autopilot has the cache whatever the addon says.
  if (autopilot !== true) tell(cache, CACHE);
  const channel = cluster.argument("release_channel", "channel");
  const follows = channel.kind === "absent" ? cluster.channelAbsent === true : followsChannel(channel);
  const version = versionOf(cluster, autopilot === true || follows);
  diagnostics.push(...version.diagnostics);
  const provider = text("dns_config", "cluster_dns");
  const domain = text("dns_config", "cluster_dns_domain");
  const stack = text("ip_allocation_policy", "stack_type");
  const settings: ClusterSettings = {
    input: {
      nodeLocalDns: nodeLocalOf(cache, cluster.nodeLocalAbsent),
      autopilot,
      channel: follows,
      at: cache.at,
      name: nameOf(cluster),
      gkeVersion: version.exact,
      gkeVersionAtLeast: version.least,
      clusterDomain: domain,
      dualStack: stack === undefined ? undefined : stack === "IPV4_IPV6",
      dnsProvider: provider,
    },
    nodeLocalAt: cache.at,
    versionAt: version.at,
  };
  return { settings, diagnostics };
}

const CACHE = ["addons_config", "dns_cache_config", "enabled"];

/** Values that an option can say instead. */
const HIDDEN: Readonly<Record<string, DiagnosticCode>> = {
  "addons_config.dns_cache_config.enabled": "node-local-hidden",
  enable_autopilot: "autopilot-hidden",
  "dns_config.cluster_dns_domain": "cluster-domain-hidden",
};

/** UNSPECIFIED is Terraform's word for none, as GKE's API has it. */
function followsChannel(channel: TerraformArgument): boolean {
  return channel.kind === "known" && isChannel(String(channel.value));
}

type BooleanArgument =
  | { readonly kind: "absent"; readonly at: Place; readonly value?: undefined }
  | { readonly kind: "known"; readonly at: Place; readonly value: boolean }
  | { readonly kind: "hidden"; readonly at: Place; readonly because: string };

/** Terraform takes "true" and "1" for true (go-cty, convert/conversion_primitive.go). */
function asBoolean(argument: TerraformArgument): BooleanArgument {
  if (argument.kind !== "known") return argument;
  const { value, at } = argument;
  if (value === true || value === "true" || value === "1") return { kind: "known", at, value: true };
  if (value === false || value === "false" || value === "0") return { kind: "known", at, value: false };
  return { kind: "hidden", at, because: `"${value.slice(0, 80)}" is neither true nor false` };
}

function nodeLocalOf(
  cache: BooleanArgument,
  absent: "auto" | "disabled",
): ClusterSettings["input"]["nodeLocalDns"] {
  if (cache.kind === "hidden") return "unknown";
  if (cache.kind === "absent") return absent;
  return cache.value ? "enabled" : "disabled";
}

interface Version {
  readonly exact?: string;
  readonly least?: string;
  readonly at?: Place;
  readonly diagnostics: readonly Diagnostic[];
}

/** `master_version` is what runs, where Terraform has seen it; `min_master_version` is only a minimum. */
function versionOf(cluster: TerraformCluster, isKept: boolean): Version {
  const running = cluster.argument("master_version");
  const minimum = cluster.argument("min_master_version");
  const least = minimum.kind === "known" && minimum.value !== "" ? String(minimum.value) : undefined;
  // A plan that asks for more than what runs upgrades the control plane: what runs is history then.
  if (running.kind === "known" && (least === undefined || least === running.value)) {
    return { exact: String(running.value), at: running.at, diagnostics: [] };
  }
  const said =
    least !== undefined
      ? `names ${least} as the least version`
      : minimum.kind === "hidden"
        ? `hides its version, as ${minimum.because}`
        : "names no version";
  const diagnostic = versionNotSaid(cluster.address, said, isKept && (least ?? "latest") === "latest");
  return {
    least,
    ...(minimum.kind === "absent" ? {} : { at: minimum.at }),
    diagnostics: [{ ...diagnostic, subject: cluster.address, at: minimum.at }],
  };
}

/** As gcloud's clusters are called, or by address where the name is computed. */
function nameOf(cluster: TerraformCluster): string {
  const [name, location] = [cluster.argument("name"), cluster.argument("location")].map((argument) =>
    argument.kind === "known" && argument.value !== "" ? String(argument.value) : undefined,
  );
  if (name === undefined) return cluster.address;
  return location === undefined ? name : `${name} in ${location}`;
}
