/** Puts what a patch says of a pod's DNS over a workload that is read already. Must not choose whom the patch is for. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { ResolverSettings } from "../../model/pod.ts";
import type { SearchList, Workload } from "../../model/workload.ts";
import type { Source } from "../../text/source.ts";
import { valueAt, type YamlEntry, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";
import type { Operation } from "./json-patch.ts";
import { podDns } from "./pod-dns.ts";

/** A part of a PodSpec with `dnsPolicy` or `dnsConfig` in it. */
export interface DnsPatch {
  readonly file: Source;
  readonly pod: YamlMap;
  /** What is there before is not kept (`replace`), or the options are added to it. */
  readonly how: "merged" | "whole" | "appended";
}

const POLICIES = { cluster: "ClusterFirst", node: "Default", none: "None" } as const;
type Policy = keyof typeof POLICIES;

/** The patch that a map is, as part of an object; nothing where it says nothing of DNS. */
export function dnsPatchOf(file: Source, pod: YamlMap): DnsPatch | undefined {
  const entries = pod.entries.filter(({ key }) => key === "dnsPolicy" || key === "dnsConfig");
  return entries.length === 0 ? undefined : { file, pod: { ...pod, entries }, how: "merged" };
}

/** The patch that an operation of a JSON patch is; nothing where it is none of DNS, `unknown` where it is one that is not modelled. */
export function dnsOperation(file: Source, operation: Operation): DnsPatch | "unknown" | undefined {
  const { op, value, path } = operation;
  const at = path.findIndex((key) => key === "dnsConfig" || key === "dnsPolicy");
  if (path.at(-1) === "hostNetwork") return "unknown";
  if (at < 1 || path[at - 1] !== "spec") return undefined;
  if (value === undefined || (op !== "add" && op !== "replace")) return "unknown";
  const [key = "", list, ...rest] = path.slice(at);
  if (list === undefined)
    return { file, pod: mapOf(key, value), how: key === "dnsConfig" ? "whole" : "merged" };
  if (key !== "dnsConfig" || !["nameservers", "searches", "options"].includes(list)) return "unknown";
  if (rest.length === 0) return { file, pod: mapOf(key, mapOf(list, value)), how: "merged" };
  if (list !== "options" || rest.join("/") !== "-" || op !== "add") return "unknown";
  const items: YamlNode = { kind: "list", items: [value], start: value.start, end: value.end };
  return { file, pod: mapOf(key, mapOf(list, items)), how: "appended" };
}

function mapOf(key: string, value: YamlNode): YamlMap {
  const { start, end } = value;
  return { kind: "map", entries: [{ key, value, start, end, merged: false }], start, end };
}

/** What comes of it. */
interface Patched {
  readonly workload: Workload;
  readonly diagnostics: readonly Diagnostic[];
}

/** Lists of dnsConfig are replaced as a whole (kubernetes.io, PodDNSConfig: atomic); what is not said stays as it is. */
export function withDnsPatch(workload: Workload, { file, pod, how }: DnsPatch): Patched {
  // What is mounted over resolv.conf stands for all that the pod says.
  const isHidden = workload.surroundings?.mounts?.some(({ path }) => path === "/etc/resolv.conf");
  if (isHidden) return { workload, diagnostics: [] };
  const before = policyOf(workload);
  const policy = valueAt(pod, "dnsPolicy");
  const given = policy === undefined ? { ...pod, entries: [...pod.entries, policyEntry(pod, before)] } : pod;
  const dns = podDns(file, given, () => undefined);
  const says = (key: string) => how === "whole" || valueAt(pod, "dnsConfig", key) !== undefined;
  const own = workload.pod?.resolver;
  const now = dns.resolver?.before ?? (policy === undefined ? before : policyIn(policy)) ?? before;
  const options =
    how === "appended" ? [...(own?.options ?? []), ...(dns.resolver?.options ?? [])] : undefined;
  const resolver: ResolverSettings = {
    before: now,
    servers: (says("nameservers") ? dns.resolver : own)?.servers ?? [],
    options: options ?? (says("options") ? dns.resolver : own)?.options ?? [],
  };
  const searches = says("searches") ? dns.searches : workload.searches;
  const isWhom = policy !== undefined || valueAt(pod, "dnsConfig", "nameservers") !== undefined;
  const { usesClusterDns, dnsBecause, asks } = isWhom || how === "whole" ? dns : workload;
  const isSet = resolver.servers.length + resolver.options.length > 0;
  return {
    workload: {
      ...workload,
      usesClusterDns,
      dnsBecause,
      asks,
      searches: searches && ({ ...searches, afterCluster: now === "cluster" } satisfies SearchList),
      pod: { ...workload.pod, resolver: isSet ? resolver : undefined },
    },
    diagnostics: isWhom || says("searches") ? dns.diagnostics : [],
  };
}

/** Whose servers it asks, by what was read of it. */
function policyOf({ pod, asks, usesClusterDns }: Workload): Policy {
  if (pod?.resolver !== undefined) return pod.resolver.before;
  if (asks === "node") return "node";
  return asks === undefined && usesClusterDns !== false ? "cluster" : "none";
}

function policyIn(node: YamlNode): Policy | undefined {
  const keys = Object.keys(POLICIES) as Policy[];
  return keys.find((key) => node.kind === "text" && node.text.startsWith(POLICIES[key]));
}

function policyEntry({ start }: YamlMap, policy: Policy): YamlEntry {
  const text = POLICIES[policy];
  const value: YamlNode = { kind: "text", text, style: "plain", templated: false, start, end: start };
  return { key: "dnsPolicy", value, start, end: start, merged: false };
}
