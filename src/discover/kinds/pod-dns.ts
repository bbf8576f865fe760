/** Tells from a PodSpec whether the pod asks the cluster's DNS, and what it searches. Must not know how that DNS answers. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { SearchList } from "../../model/workload.ts";
import type { TextFile } from "../text-file.ts";
import { isTrue, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** The address NodeLocal DNSCache listens on (kubernetes.io, Using NodeLocal DNSCache in Kubernetes Clusters). */
const NODE_LOCAL = "169.254.20.10";

/** Resolvers of clouds at the same address everywhere: Google's metadata server, Amazon's VPC resolver. */
const CLOUD_RESOLVERS = new Set(["169.254.169.254", "169.254.169.253", "fd00:ec2::253"]);

/** Works a template out, where someone knows the values. */
export type Render = (template: string) => string | undefined;

/** Whether a pod asks the cluster's DNS, what it searches, and why either cannot be told. */
export interface PodDns {
  readonly usesClusterDns: boolean | "unknown";
  readonly searches?: SearchList;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `dnsPolicy`, `dnsConfig` and `hostNetwork` (kubernetes.io, DNS for Services and Pods: the default is
 * ClusterFirst, which on the host's network falls back to Default; servers and domains of dnsConfig come after those
 * of the policy).
 */
export function podDns(file: TextFile, pod: YamlNode, render: Render): PodDns {
  const policy = policyOf(file, pod, render);
  const own = searchesOf(file, pod, render, policy === "cluster");
  const servers = typeof policy === "string" ? asked(file, pod, render, policy) : policy;
  return {
    ...servers,
    ...(own.searches === undefined ? {} : { searches: own.searches }),
    diagnostics: [...servers.diagnostics, ...own.diagnostics],
  };
}

/** Whose servers a pod asks: those of the cluster, of its node, or its own alone; or why that is unknown. */
function policyOf(file: TextFile, pod: YamlNode, render: Render): "cluster" | "node" | "none" | Servers {
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

type Servers = Pick<PodDns, "usesClusterDns" | "diagnostics">;

/** Whether the cluster's DNS is among the servers: musl asks all of them at once and takes the first answer. */
function asked(file: TextFile, pod: YamlNode, render: Render, policy: "cluster" | "node" | "none"): Servers {
  if (policy === "cluster") return known(true);
  const list = valueAt(pod, "dnsConfig", "nameservers");
  const servers = (list?.kind === "list" ? list.items : list === undefined ? [] : [list]).map((node) =>
    node.kind === "text" ? (written(node, render) ?? node) : node,
  );
  if (servers.some((server) => server.kind === "text" && server.text === NODE_LOCAL)) return known(true);
  for (const server of servers) {
    if (server.kind !== "text" || server.templated || !/^[\da-fA-F.:]+$/.test(server.text)) {
      return unsure(file, server, "a server of dnsConfig is not written out");
    }
    if (mayBeClusters(server.text)) {
      return unsure(file, server, `it asks ${server.text}, which may be the cluster's DNS service`);
    }
  }
  if (policy === "none" && servers.length === 0) {
    return unsure(file, valueAt(pod, "dnsPolicy") ?? pod, "dnsPolicy is None and no server is written out");
  }
  return known(false);
}

/**
 * Addresses a cluster may give its services, or at which something in the pod passes questions on (RFC 1918, RFC 3927,
 * RFC 4193, RFC 4291, RFC 6598).
 */
function mayBeClusters(address: string): boolean {
  if (CLOUD_RESOLVERS.has(address)) return false;
  return /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab]|::1$)/i.test(
    address,
  );
}

/** `dnsConfig.searches`, each domain once as kubelet writes it. */
function searchesOf(
  file: TextFile,
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
    searches: { domains: [...new Set(domains)], afterCluster, at: file.place(first.start, last.end) },
    diagnostics,
  };
}

function known(usesClusterDns: boolean): PodDns {
  return { usesClusterDns, diagnostics: [] };
}

function unsure(file: TextFile, node: YamlNode, why: string): Servers {
  return {
    usesClusterDns: "unknown",
    diagnostics: [unknownDns(file, node, why, "whether the pod asks the cluster's DNS")],
  };
}

function unknownDns(file: TextFile, node: YamlNode, why: string, what: string): Diagnostic {
  return {
    code: "pod-dns-unknown",
    message: `${what} cannot be told: ${why}`,
    hint: "Compare its dnsPolicy and dnsConfig with the address of the cluster's DNS.",
    weight: "gap",
    at: file.place(node.start, node.end),
  };
}
