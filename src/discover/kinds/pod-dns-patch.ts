/** Puts what a patch says of a pod's DNS and hosts over a workload that is read already. Must not choose whom the patch is for. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { HostLine, ResolverSettings } from "../../model/pod.ts";
import type { SearchList, Workload } from "../../model/workload.ts";
import type { Source } from "../../text/source.ts";
import { entryOf, valueAt, type YamlEntry, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";
import type { Operation } from "./json-patch.ts";
import { podDns } from "./pod-dns.ts";
import { hostLines } from "./pod-resolver.ts";

/** A part of a PodSpec with `dnsPolicy`, `dnsConfig` or `hostAliases` in it. */
export interface DnsPatch {
  readonly file: Source;
  readonly pod: YamlMap;
  /** What is there before is not kept (`replace`), or the options are added to it. */
  readonly how: "merged" | "whole" | "appended";
  /** Those of its `hostAliases`, read once for all pods; absent where it says nothing of them. */
  readonly lines?: readonly HostLine[];
}

function patchOf(file: Source, whole: YamlMap, how: DnsPatch["how"]): DnsPatch {
  const pod = short(whole);
  const lines = valueAt(pod, "hostAliases") === undefined ? undefined : hostLines(file, pod);
  return { file, pod, how, lines };
}

const KEYS: ReadonlySet<string> = new Set(["dnsPolicy", "dnsConfig", "hostAliases"]);
const POLICIES = { cluster: "ClusterFirst", node: "Default", none: "None" } as const;
type Policy = keyof typeof POLICIES;

/** The patch that a map is, as part of an object; nothing where it says nothing of DNS. */
export function dnsPatchOf(file: Source, pod: YamlMap): DnsPatch | undefined {
  const entries = pod.entries.filter(({ key }) => KEYS.has(key));
  return entries.length === 0 ? undefined : patchOf(file, { ...pod, entries }, "merged");
}

/** The patch that an operation of a JSON patch is; nothing where it is none of DNS, `unknown` where it is one that is not modelled. */
export function dnsOperation(file: Source, operation: Operation): DnsPatch | "unknown" | undefined {
  const { op, path, start, end } = operation;
  const at = path.findIndex((key) => KEYS.has(key));
  if (path.at(-1) === "hostNetwork") return "unknown";
  if (at < 1 || path[at - 1] !== "spec") return undefined;
  const [key = "", list, ...rest] = path.slice(at);
  // What is taken away leaves a pod's usual.
  const gone: YamlNode | undefined =
    key === "dnsConfig" && list === undefined && op === "remove"
      ? { kind: "map", entries: [], start, end }
      : undefined;
  const value = gone ?? operation.value;
  if (value === undefined || !(gone !== undefined || op === "add" || op === "replace")) return "unknown";
  const within = (inner: YamlNode, how: DnsPatch["how"]) => patchOf(file, mapOf(key, inner), how);
  if (list === undefined) return within(value, key === "dnsPolicy" ? "merged" : "whole");
  const items: YamlNode = { kind: "list", items: [value], start: value.start, end: value.end };
  if (key === "hostAliases" && list === "-" && op === "add") return within(items, "appended");
  if (key !== "dnsConfig" || !["nameservers", "searches", "options"].includes(list)) return "unknown";
  if (rest.length === 0) return within(mapOf(list, value), "merged");
  if (list !== "options" || rest.join("/") !== "-" || op !== "add") return "unknown";
  return within(mapOf(list, items), "appended");
}

function mapOf(key: string, value: YamlNode): YamlMap {
  const { start, end } = value;
  return { kind: "map", entries: [entryOf(key, value)], start, end };
}

/** Items of one list that are looked at. */
const MOST = 64;

/** The same with lists that are no longer: a patch is read for every pod that it is for. */
function short(map: YamlMap): YamlMap {
  const within = (node: YamlNode): YamlNode => {
    if (node.kind === "list") return { ...node, items: node.items.slice(0, MOST) };
    return node.kind === "map" ? short(node) : node;
  };
  const entries = map.entries.slice(0, MOST).map((entry) => ({ ...entry, value: within(entry.value) }));
  return { ...map, entries };
}

/** What comes of it. */
interface Patched {
  readonly workload: Workload;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lists of dnsConfig are replaced as a whole (kubernetes.io, PodDNSConfig: atomic), entries of hostAliases by their address;
 * what is not said stays as it is.
 */
export function withDnsPatch(workload: Workload, patch: DnsPatch): Patched {
  const hosts = withHostLines(workload, patch);
  return patch.pod.entries.some(({ key }) => key !== "hostAliases")
    ? withResolver(hosts, patch)
    : { workload: hosts, diagnostics: [] };
}

function withHostLines(workload: Workload, { how, lines: more }: DnsPatch): Workload {
  if (more === undefined) return workload;
  // A file that is mounted over /etc/hosts hides them all.
  if (workload.surroundings?.mounts?.some(({ path }) => path === "/etc/hosts" || path === "/etc"))
    return workload;
  const own = how === "whole" ? [] : (workload.pod?.hostLines ?? []);
  const said = new Set(how === "merged" ? more.map(({ address }) => address) : []);
  const all = [...own.filter(({ address }) => !said.has(address)), ...more];
  return { ...workload, pod: { ...workload.pod, hostLines: all } };
}

function withResolver(workload: Workload, { file, pod, how }: DnsPatch): Patched {
  // What is mounted over resolv.conf stands for all that the pod says.
  const isHidden = workload.surroundings?.mounts?.some(({ path }) => path === "/etc/resolv.conf");
  if (isHidden) return { workload, diagnostics: [] };
  const before = policyOf(workload);
  const policy = valueAt(pod, "dnsPolicy");
  const given = policy === undefined ? { ...pod, entries: [...pod.entries, policyEntry(pod, before)] } : pod;
  const dns = podDns(file, given, () => undefined);
  const isWhole = how === "whole" && valueAt(pod, "dnsConfig") !== undefined;
  const says = (key: string) => isWhole || valueAt(pod, "dnsConfig", key) !== undefined;
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
  const { usesClusterDns, dnsBecause, asks } = isWhom || isWhole ? dns : workload;
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
  return entryOf("dnsPolicy", value);
}
