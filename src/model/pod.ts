/** What a pod's manifest, and objects beside it, decide of its lookups beyond the search list. Must be plain data: no part of reports. */
import type { Place } from "./place.ts";

/** What is known of a container's pod; what is not said there is absent. */
export interface PodFacts {
  /** Servers and options of /etc/resolv.conf; absent where the manifest sets none, or what is there is not known. */
  readonly resolver?: ResolverSettings;
  /** Search domains of its node, where its settings are in sight. */
  readonly nodeSearches?: NodeSearches;
  /** Lines of /etc/hosts (Pod `hostAliases`). */
  readonly hostLines?: readonly HostLine[];
  /**
   * Hosts that the container is given, as written but in lower case: with a closing dot only where there is one, and
   * names without any dot where a URL, a port or a variable's name says that they are hosts.
   */
  readonly hosts?: readonly string[];
  /** Those of them that are Services. */
  readonly services?: readonly ServiceUse[];
  /** Labels of the pod, by which policies select it; none on the host's network, where no policy holds. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What policies that select it let through to a DNS server; absent where none is in sight that holds its egress. */
  readonly dnsEgress?: DnsEgress;
  /** What a DNS policy of Cilium's lets it ask for; absent where none is in sight, or it may ask for all. */
  readonly dnsNames?: DnsNames;
}

/** Search domains of a node, which stand behind the cluster's and before those of dnsConfig. */
export interface NodeSearches {
  readonly domains: readonly string[];
  readonly at?: Place;
}

/** What comes into /etc/resolv.conf. */
export interface ResolverSettings {
  /** Whose servers, domains and options stand before these: the cluster's, the node's, or none. */
  readonly before: "cluster" | "node" | "none";
  readonly servers: readonly ResolverServer[];
  readonly options: readonly ResolverOption[];
}

/** One server. */
export interface ResolverServer {
  readonly address: string;
  /** It is the cluster's DNS. */
  readonly ofCluster: boolean | "unknown";
  readonly at?: Place;
}

/** One option. */
export interface ResolverOption {
  readonly name: string;
  readonly value?: string;
  readonly at?: Place;
}

/** One line of /etc/hosts, as kubelet writes it. */
export interface HostLine {
  readonly address: string;
  readonly names: readonly string[];
  readonly at?: Place;
}

/** A host that is a Service. */
export interface ServiceUse {
  /** As the container is given it. */
  readonly host: string;
  /** In full below the cluster's domain: `api.shop.svc`. */
  readonly service: string;
  /** Of a headless one: how many addresses its pods in sight give it, each family. */
  readonly addresses?: Addresses;
  /** How many an autoscaler may make of them, where that is more. */
  readonly atMost?: Addresses;
  /** It is in sight; else its name alone says what it is. */
  readonly at?: Place;
}

/** A number of addresses of each family. */
export interface Addresses {
  readonly a: number;
  readonly aaaa: number;
}

/** Where port 53 can be reached: anywhere, at pods alone, nowhere, or what cannot be told. */
export type Reach = "anywhere" | "pods" | "nowhere" | "unknown";

/** What NetworkPolicies that select a pod let through to port 53. */
export interface DnsEgress {
  readonly udp: Reach;
  readonly tcp: Reach;
  /** Where pods alone are reached: those of a DNS cache on the node, `k8s-app: node-local-dns`, may be among them. */
  readonly cachePods?: boolean;
  /** The first of these policies that lets anything through to it, or the first. */
  readonly policy: string;
  readonly at?: Place;
}

/** Names that a DNS policy of Cilium's lets through; all others are refused. */
export interface DnsNames {
  /** `matchName`s and `matchPattern`s as written, in lower case. */
  readonly patterns: readonly string[];
  readonly policy: string;
  readonly at?: Place;
}

/** The same with every place changed, or without places. */
export function withPlaces(pod: PodFacts, change: (at: Place) => Place | undefined): PodFacts {
  const moved = <T extends { readonly at?: Place }>(one: T): T => ({ ...one, at: one.at && change(one.at) });
  const { resolver, nodeSearches, hostLines, services, dnsEgress, dnsNames } = pod;
  return {
    ...pod,
    resolver: resolver && {
      ...resolver,
      servers: resolver.servers.map(moved),
      options: resolver.options.map(moved),
    },
    nodeSearches: nodeSearches && moved(nodeSearches),
    hostLines: hostLines?.map(moved),
    services: services?.map(moved),
    dnsEgress: dnsEgress && moved(dnsEgress),
    dnsNames: dnsNames && moved(dnsNames),
  };
}

/** The option with which no lookup succeeds in musl, whoever is asked: `timeout:0`, `attempts:0`. */
export function deadly(pod: PodFacts | undefined): ResolverOption | undefined {
  return ["attempts", "timeout"]
    .map((name) => pod?.resolver?.options.findLast((option) => option.name === name))
    .find((option) => option !== undefined && /^0+$/.test(option.value ?? ""));
}
