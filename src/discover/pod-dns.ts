/** Tells from a PodSpec whether the pod asks the cluster's DNS. Must not know how that DNS answers. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { TextFile } from "./text-file.ts";
import { itemsAt, isTrue, textAt, type YamlNode, type YamlText } from "./yaml-file.ts";

/** The address NodeLocal DNSCache listens on (kubernetes.io, Using NodeLocal DNSCache in Kubernetes Clusters). */
const NODE_LOCAL = "169.254.20.10";

/** Works a template out, where someone knows the values. */
export type Render = (template: string) => string | undefined;

/** Whether a pod asks the cluster's DNS, and why that cannot be told. */
export interface PodDns {
  readonly usesClusterDns: boolean | "unknown";
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `dnsPolicy`, `dnsConfig` and `hostNetwork` (kubernetes.io, DNS for Services and Pods: the default is
 * ClusterFirst, which on the host's network falls back to Default).
 */
export function podDns(file: TextFile, pod: YamlNode, render: Render): PodDns {
  const policy = written(textAt(pod, "dnsPolicy"), render);
  const host = written(textAt(pod, "hostNetwork"), render);
  if (policy?.text === "Default") return known(false);
  if (policy?.text === "None") return ownServers(file, pod, policy);
  if (policy?.text === "ClusterFirstWithHostNet") return known(true);
  if (policy !== undefined && policy.text !== "ClusterFirst") {
    return unsure(file, policy, `dnsPolicy is ${policy.text}`);
  }
  if (host?.templated) return unsure(file, host, "whether it is on the host's network depends on a template");
  return known(!isTrue(host?.text));
}

/** A value with its template worked out, if it can be; an empty one counts as absent. */
function written(node: YamlText | undefined, render: Render): YamlText | undefined {
  const text = node?.templated ? render(node.text) : undefined;
  if (node === undefined || text === undefined) return node;
  return text === "" ? undefined : { ...node, text, templated: false };
}

/** `dnsPolicy: None`: only the servers written there are asked. */
function ownServers(file: TextFile, pod: YamlNode, policy: YamlText): PodDns {
  const servers = itemsAt(pod, "dnsConfig", "nameservers");
  if (servers.length === 0) return unsure(file, policy, "dnsPolicy is None and no server is written out");
  for (const server of servers) {
    if (server.kind !== "text" || server.templated || !/^[\da-fA-F.:]+$/.test(server.text)) {
      return unsure(file, server, "a server of dnsConfig is not written out");
    }
    if (server.text === NODE_LOCAL) {
      return unsure(file, server, `it asks ${NODE_LOCAL}, where NodeLocal DNSCache listens`);
    }
    if (isPrivate(server.text)) {
      return unsure(file, server, `it asks ${server.text}, which may be the cluster's DNS service`);
    }
  }
  return known(false);
}

/** Addresses a cluster may give its services (RFC 1918, RFC 3927, RFC 4193, RFC 6598). */
function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/i.test(
    address,
  );
}

function known(usesClusterDns: boolean): PodDns {
  return { usesClusterDns, diagnostics: [] };
}

function unsure(file: TextFile, node: YamlNode, why: string): PodDns {
  return {
    usesClusterDns: "unknown",
    diagnostics: [
      {
        code: "pod-dns-unknown",
        message: `whether the pod asks the cluster's DNS cannot be told: ${why}`,
        hint: "Compare the address with the cluster's kube-dns Service and NodeLocal DNSCache.",
        weight: "gap",
        at: file.place(node.start, node.end),
      },
    ],
  };
}
