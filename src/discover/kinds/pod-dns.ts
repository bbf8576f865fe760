/** Tells from a PodSpec whether the pod asks the cluster's DNS, and what it searches. Must not know how that DNS answers. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { HostLine, PodFacts, ResolverSettings } from "../../model/pod.ts";
import type { Surroundings } from "../../model/surroundings.ts";
import type { SearchList, Workload } from "../../model/workload.ts";
import type { Source } from "../../text/source.ts";
import { isTrue, textAt, valueAt, type YamlMap, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { fileSettings, hostLines, resolverSettings } from "./pod-resolver.ts";
import { labelsAt } from "./selectors.ts";
import { isAddress, isClusters, readResolvConf, resolvConfEdit } from "./servers.ts";

/** Works a template out, where someone knows the values. */
export type Render = (template: string) => string | undefined;

/** Whether a pod asks the cluster's DNS, what it searches, and why either cannot be told. */
export interface PodDns {
  readonly usesClusterDns: boolean | "unknown";
  /** Whom it asks instead, where that is written: "asks 192.0.2.53". */
  readonly dnsBecause?: string;
  /** As in Workload. */
  readonly asks?: Workload["asks"];
  readonly searches?: SearchList;
  readonly resolver?: ResolverSettings;
  readonly hostLines?: readonly HostLine[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `dnsPolicy`, `dnsConfig` and `hostNetwork` (kubernetes.io, DNS for Services and Pods: the default is
 * ClusterFirst, which on the host's network falls back to Default; servers and domains of dnsConfig come after those
 * of the policy).
 */
export function podDns(file: Source, pod: YamlNode, render: Render): PodDns {
  const patch = textAt(pod, "podSpecPatch");
  if (patch !== undefined && /\b(?:dnsPolicy|dnsConfig|hostNetwork)\b/.test(patch.text))
    return {
      ...unsure(file, patch, "a podSpecPatch changes its DNS settings"),
      hostLines: hostLines(file, pod),
    };
  const policy = policyOf(file, pod, render);
  const own = searchesOf(file, pod, render, policy === "cluster");
  const servers = typeof policy === "string" ? asked(file, pod, render, policy) : policy;
  return {
    ...servers,
    searches: own.searches,
    resolver: typeof policy === "string" ? resolverSettings(file, pod, render, policy) : undefined,
    hostLines: hostLines(file, pod),
    diagnostics: [...servers.diagnostics, ...own.diagnostics],
  };
}

/** What is kept of a container's pod, where there is anything; a file mounted over /etc/hosts hides its lines. */
export function podFacts(
  { resolver, hostLines = [] }: PodDns,
  hosts: readonly string[],
  { mounts = [] }: Pick<Surroundings, "mounts"> = {},
  template?: YamlMap,
): PodFacts | undefined {
  const lines = mounts.some(({ path }) => path === "/etc/hosts" || path === "/etc") ? [] : hostLines;
  // No policy selects a pod on the host's network, whose traffic is the node's (kubernetes.io, Network Policies).
  const onHost = isTrue(template && textAt(template, "spec", "hostNetwork")?.text);
  // One without labels is selected all the same, by what selects all.
  const labels = onHost ? undefined : template && labelsAt(template, "metadata", "labels");
  if (resolver === undefined && hosts.length + lines.length === 0 && labels === undefined) return undefined;
  return {
    ...(resolver && { resolver }),
    ...(lines.length > 0 && { hostLines: lines }),
    ...(hosts.length > 0 && { hosts }),
    ...(labels && { labels }),
  };
}

/** Whose servers a pod asks: those of the cluster, of its node, or its own alone; or why that is unknown. */
function policyOf(file: Source, pod: YamlNode, render: Render): "cluster" | "node" | "none" | Servers {
  const policy = written(textAt(pod, "dnsPolicy"), render);
  const host = written(textAt(pod, "hostNetwork"), render);
  switch (policy?.text) {
    case "Default":
      return "node";
    case "None":
      return "none";
    case "ClusterFirstWithHostNet":
      return "cluster";
    case "ClusterFirst":
    case undefined:
      if (host?.templated) {
        return unsure(file, host, "whether it is on the host's network depends on a template");
      }
      return isTrue(host?.text) ? "node" : "cluster";
    default:
      return unsure(file, policy as YamlText, `dnsPolicy is ${policy?.text}`);
  }
}

/** A value with its template worked out, if it can be; an empty one counts as absent. */
function written(node: YamlText | undefined, render: Render): YamlText | undefined {
  const text = node?.templated ? render(node.text) : undefined;
  if (node === undefined || text === undefined) return node;
  return text === "" ? undefined : { ...node, text, templated: false };
}

type Servers = Pick<PodDns, "usesClusterDns" | "dnsBecause" | "asks" | "diagnostics">;

/** Whether the cluster's DNS is among the servers: musl asks all of them at once and takes the first answer. */
function asked(file: Source, pod: YamlNode, render: Render, policy: "cluster" | "node" | "none"): Servers {
  if (policy === "cluster") return known(true);
  const list = valueAt(pod, "dnsConfig", "nameservers");
  const servers = (list?.kind === "list" ? list.items : list === undefined ? [] : [list]).map((node) =>
    node.kind === "text" ? (written(node, render) ?? node) : node,
  );
  const texts = servers.map((server) => (server.kind === "text" && !server.templated ? server.text : ""));
  const whose = whoseServers(texts);
  const asks = policy === "node" ? ("node" as const) : texts;
  if (typeof whose === "object")
    return { ...unsure(file, servers[whose.open] ?? pod, openServer(texts[whose.open], "dnsConfig")), asks };
  if (whose === "none written" && policy === "none") {
    return unsure(file, valueAt(pod, "dnsPolicy") ?? pod, "dnsPolicy is None and no server is written out");
  }
  // Servers of dnsConfig come after those of the node.
  return whose === false && policy === "none"
    ? { ...known(false, `asks ${texts.join(", ")}`), asks }
    : { ...known(whose === true), asks };
}

/** Whether the cluster's DNS is among servers, or which of them leaves that open. */
function whoseServers(servers: readonly string[]): boolean | "none written" | { readonly open: number } {
  if (servers.length === 0) return "none written";
  const answers = servers.map((server) => (isAddress(server) ? isClusters(server) : "unknown"));
  if (answers.includes(true)) return true;
  const open = answers.indexOf("unknown");
  return open < 0 ? false : { open };
}

function openServer(server = "", where: string): string {
  if (!isAddress(server)) return `a server of ${where} is not written out`;
  return `it asks ${server}, which may be the cluster's DNS service`;
}

/**
 * What the container's own resolv.conf makes of it: a file mounted over it stands for all that the pod says. `text` is
 * nothing where what is mounted is not in sight.
 */
export function withResolvConf(dns: PodDns, file: Source, text: string | undefined, at: YamlNode): PodDns {
  const { searches: _, resolver: __, ...before } = dns;
  if (text === undefined) {
    return {
      ...others(before),
      ...unsure(file, at, "what is mounted over its /etc/resolv.conf is not in sight"),
    };
  }
  const { servers, searches } = readResolvConf(text);
  return {
    ...whom(file, servers, at, "the /etc/resolv.conf that is mounted"),
    resolver: fileSettings(text, file.toPlace(at.start, at.end)),
    ...(searches !== undefined &&
      searches.length > 0 && {
        searches: { domains: searches, afterCluster: false, at: file.toPlace(at.start, at.end) },
      }),
  };
}

/** What a command that writes into /etc/resolv.conf makes of it: the file is one for all containers of a pod. */
export function withEdit(dns: PodDns, file: Source, words: readonly string[], at: YamlNode): PodDns {
  const edit = resolvConfEdit(words);
  if (edit === "none") return dns;
  if (edit === "unknown") {
    const why = "a command of its changes /etc/resolv.conf in a way that is not worked out";
    return { ...others(dns), resolver: undefined, ...unsure(file, at, why) };
  }
  const { servers } = readResolvConf(edit.text);
  // A server more: musl asks all of them, and takes the first answer.
  if (!edit.replaces && (servers.length === 0 || dns.usesClusterDns === true)) return dns;
  const said = whom(file, servers, at, "the /etc/resolv.conf that a command of its writes");
  if (edit.replaces || said.usesClusterDns === true) return { ...dns, resolver: undefined, ...said };
  return said.usesClusterDns === "unknown" ? { ...dns, resolver: undefined, ...said } : dns;
}

function whom(file: Source, servers: readonly string[], at: YamlNode, where: string): Servers {
  const whose = whoseServers(servers);
  if (whose === "none written") return unsure(file, at, `${where} names no server`);
  if (typeof whose === "object")
    return { ...unsure(file, at, openServer(servers[whose.open], where)), asks: servers };
  return {
    ...(whose ? known(true) : known(false, `asks ${servers.join(", ")}, by ${where}`)),
    asks: servers,
  };
}

/** Istio's DNS proxy beside the container answers names of the mesh itself, and passes on the others. */
export function withMeshDns(dns: PodDns, file: Source, at: YamlMap): PodDns {
  if (dns.usesClusterDns === false) return dns;
  return {
    ...others(dns),
    ...unsure(file, at, "Istio's DNS proxy (ISTIO_META_DNS_CAPTURE) answers in the cluster's stead"),
  };
}

/** `dnsConfig.searches`, each domain once as kubelet writes it. */
function searchesOf(
  file: Source,
  pod: YamlNode,
  render: Render,
  afterCluster: boolean,
): Pick<PodDns, "searches" | "diagnostics"> {
  const list = valueAt(pod, "dnsConfig", "searches");
  const items = list?.kind === "list" ? list.items : list === undefined ? [] : [list];
  const domains: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const item of items) {
    const domain = item.kind === "text" ? written(item, render) : undefined;
    // Nothing there, or a template that comes to nothing.
    if (item.kind === "text" && (domain === undefined || domain.text === "")) continue;
    if (domain === undefined || domain.templated || !/^[\w.-]+$/.test(domain.text)) {
      diagnostics.push(
        unknownDns(file, item, "a search domain of dnsConfig is not written out", "what the pod searches"),
      );
    } else domains.push(domain.text);
  }
  const [first, last] = [items[0], items.at(-1)];
  if (domains.length === 0 || first === undefined || last === undefined) return { diagnostics };
  return {
    searches: { domains: [...new Set(domains)], afterCluster, at: file.toPlace(first.start, last.end) },
    diagnostics,
  };
}

/** Where others than the servers that are written answer, or may: none of them is known to be asked. */
function others({ asks, ...dns }: PodDns): PodDns {
  return { ...dns, asks: asks && [] };
}

function known(usesClusterDns: boolean, dnsBecause?: string): PodDns {
  return { usesClusterDns, ...(dnsBecause !== undefined && { dnsBecause }), diagnostics: [] };
}

function unsure(file: Source, node: YamlNode, why: string): Servers {
  return {
    usesClusterDns: "unknown",
    diagnostics: [unknownDns(file, node, why, "whether the pod asks the cluster's DNS")],
  };
}

/** Something of whom it asks, `what`, that cannot be told. */
export function unknownDns(file: Source, node: YamlNode, why: string, what: string): Diagnostic {
  return {
    code: "pod-dns-unknown",
    message: `${what} cannot be told: ${why}`,
    hint: "Compare its dnsPolicy and dnsConfig with the address of the cluster's DNS.",
    weight: "gap",
    at: file.toPlace(node.start, node.end),
  };
}
