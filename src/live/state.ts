/** The objects of a cluster become a tree of manifests to be searched, and what only a cluster knows. Must ask nobody. */
import { CILIUM, CORE_DNS_IMAGES, DNS_NAMESPACE, NODE_CACHE_IMAGES } from "../knowledge/dns-objects.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { DnsImages } from "../model/dns-images.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { yamlText } from "../yaml/text.ts";
import {
  addressesOf,
  dnsConfigMaps,
  emptyParts,
  isDnsConfigMap,
  isDnsService,
  isNodeLocalConfig,
  isOf,
  oneImage,
  otherServer,
} from "./dns.ts";
import { fieldAt, itemsIn, picked, textIn } from "./fields.ts";
import { memoryTree } from "./memory-tree.ts";
import { knownOwners } from "./owners.ts";
import { type LiveNode, livePods, type LivePods } from "./pods.ts";

/** A cluster as it is. */
export interface LiveState {
  /** How reports call it: its context; absent where it is not known. */
  readonly name?: string;
  /** A manifest for each kind of pod of each workload, and the ConfigMaps of the DNS, by namespace. */
  readonly tree: FileTree;
  /** The pods that a manifest stands for, by its path. */
  readonly pods: ReadonlyMap<string, Pick<LivePods, "owner" | "pods" | "ofPods" | "variant">>;
  /** Addresses of the cluster's DNS, as its Services have them; empty where these were not seen. */
  readonly dnsAddresses: ReadonlySet<string>;
  /** Whether names say how many pods there are; where several clusters run the same, no number is theirs. */
  readonly namesPods?: boolean;
  /** Of the control plane, where it is GKE's and the DNS's ConfigMaps were seen. */
  readonly gkeVersion?: string;
  /** What the DaemonSets say; absent where they were not seen, or where nothing turns on it. */
  readonly nodeLocalDns?: "enabled" | "disabled";
  readonly dnsImages?: DnsImages;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is known of objects besides themselves. */
export interface Read {
  readonly name?: string;
  /** Whether all DaemonSets of the DNS's namespace are among them, so that one that is not there is none. */
  readonly hasDaemonSets: boolean;
  /** Whether the ConfigMaps of the DNS were asked for, so that one that is not there is none. */
  readonly hasConfigMaps: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Puts it together. Objects of other kinds make no difference. */
export function liveState(all: readonly unknown[], read: Read): LiveState {
  const objects = eachOnce(all);
  const ofKind = (kind: string) => objects.filter((one) => textIn(one, "kind") === kind);
  const nodes = nodesIn(ofKind("Node"));
  const texts = new Map<string, string>();
  const pods = new Map<string, LivePods>();
  const policies = [...ofKind("NetworkPolicy"), ...objects.filter(isCiliumPolicy)];
  for (const one of livePods(ofKind("Pod"), nodes, knownOwners(objects), labelsUsed(policies))) {
    const { kind, namespace, name } = one.owner;
    const variant = one.variant === 1 ? "" : `-spec-${one.variant}`;
    const path = free(
      texts,
      `${safe(namespace)}/${safe(kind.toLowerCase())}-${safe(name)}${variant}`,
      ".json",
    );
    texts.set(path, `${JSON.stringify(one.manifest, null, 1)}\n`);
    pods.set(path, one);
  }
  for (const one of policies) {
    const [namespace = "", name = ""] = [
      textIn(one, "metadata", "namespace"),
      textIn(one, "metadata", "name"),
    ];
    const kind = textIn(one, "kind") ?? "";
    const apiVersion = isCiliumPolicy(one) ? "cilium.io/v2" : "networking.k8s.io/v1";
    const metadata = { name, namespace: namespace || undefined };
    const object = { apiVersion, kind, metadata, ...picked(one, ["spec", "specs"]) };
    const path = free(texts, `${safe(namespace)}/${kind.toLowerCase()}-${safe(name)}`, ".json");
    texts.set(path, `${JSON.stringify(object, null, 1)}\n`);
  }
  const mounted = new Set(dnsConfigMaps(objects));
  const other = otherServer(objects, mounted);
  for (const one of [...ofKind("ConfigMap"), ...(read.hasConfigMaps ? emptyParts(objects) : [])]) {
    const namespace = textIn(one, "metadata", "namespace") ?? "";
    const name = textIn(one, "metadata", "name") ?? "";
    const isCilium = namespace === DNS_NAMESPACE && name === CILIUM.configMap;
    if (!isCilium && !isDnsConfigMap(namespace, name, mounted)) continue;
    if (!isCilium && other !== undefined && namespace === DNS_NAMESPACE && !isNodeLocalConfig(one)) continue;
    const path = free(texts, `${safe(namespace)}/configmap-${safe(name)}`, ".yaml");
    const whole = one as Readonly<Record<string, unknown>>;
    const { data = {}, binaryData } = isCilium ? { data: picked(whole.data, [CILIUM.rejectKey]) } : whole;
    const metadata = { name, namespace, labels: fieldAt(one, "metadata", "labels") };
    // In the order in which kubectl prints it, so that a line here is a line of kubectl get configmap -o yaml.
    const object = { apiVersion: "v1", binaryData, data, kind: "ConfigMap", metadata };
    const text = yamlText(object);
    texts.set(path, text);
  }
  const isSeen = read.hasConfigMaps || objects.some(isNodeLocalConfig);
  const gkeVersion = gkeVersionIn(objects);
  const nodeLocal = nodeLocalIn(objects, read.hasDaemonSets, gkeVersion !== undefined, nodesOfPods(nodes));
  return {
    name: read.name,
    tree: memoryTree(texts),
    pods,
    dnsAddresses: new Set(ofKind("Service").filter(isDnsService).flatMap(addressesOf)),
    // A version says what GKE wrote there, which is no answer where what is there may not be seen.
    gkeVersion: isSeen && other === undefined ? gkeVersion : undefined,
    nodeLocalDns: nodeLocal.state,
    dnsImages: {
      coreDns: oneImage(objects, CORE_DNS_IMAGES),
      nodeCache: oneImage(objects, NODE_CACHE_IMAGES),
    },
    diagnostics: [...read.diagnostics, ...nodeLocal.diagnostics, ...[other ?? []].flat()],
  };
}

/** What stands in several Lists is one object; the last says how it is. */
function eachOnce(objects: readonly unknown[]): readonly unknown[] {
  const all = new Map<unknown, unknown>();
  for (const one of objects) {
    const [kind, uid] = [textIn(one, "kind"), textIn(one, "metadata", "uid")];
    const [namespace, name] = [textIn(one, "metadata", "namespace"), textIn(one, "metadata", "name")];
    all.set(uid === undefined ? one : JSON.stringify([kind, namespace, name, uid]), one);
  }
  return [...all.values()];
}

/** Whether it is one of Cilium's policies, of a namespace or of the cluster. */
export function isCiliumPolicy(one: unknown): boolean {
  return /^Cilium(?:Clusterwide)?NetworkPolicy$/.test(textIn(one, "kind") ?? "");
}

/** Keys of labels by which policies select pods: what else pods are labelled with makes no difference. */
function labelsUsed(policies: readonly unknown[]): ReadonlySet<string> {
  const specs = policies.flatMap((one) => [fieldAt(one, "spec"), ...itemsIn(one, "specs")]);
  const selectors = specs.flatMap((one) => [fieldAt(one, "podSelector"), fieldAt(one, "endpointSelector")]);
  const keys = selectors.flatMap((one) => {
    const labels = fieldAt(one, "matchLabels");
    return [
      ...(typeof labels === "object" && labels !== null ? Object.keys(labels) : []),
      ...itemsIn(one, "matchExpressions").flatMap((expression) => textIn(expression, "key") ?? []),
    ];
  });
  // Cilium's selectors may say where a label comes from.
  return new Set(keys.flatMap((key) => [key, key.replace(/^(?:k8s|any):/, "")]));
}

function nodesIn(nodes: readonly unknown[]): ReadonlyMap<string, LiveNode> {
  return new Map(
    nodes.flatMap((one) => {
      const name = textIn(one, "metadata", "name");
      const architecture = textIn(one, "status", "nodeInfo", "architecture");
      const os = textIn(one, "status", "nodeInfo", "operatingSystem");
      return name === undefined ? [] : [[name, { architecture, os }] as const];
    }),
  );
}

/** How many of them have pods that musl may be in. */
function nodesOfPods(nodes: ReadonlyMap<string, LiveNode>): number {
  return [...nodes.values()].filter(({ os }) => os !== "windows").length;
}

/** What the version endpoint says, or `kubectl version` (GKE's versions end in -gke.N). */
function gkeVersionIn(objects: readonly unknown[]): string | undefined {
  const versions = objects.flatMap(
    (one) => textIn(one, "serverVersion", "gitVersion") ?? textIn(one, "gitVersion") ?? [],
  );
  return versions.find((one) => /-gke\.\d+$/.test(one))?.replace(/^v/, "");
}

function nodeLocalIn(
  objects: readonly unknown[],
  hasDaemonSets: boolean,
  isGke: boolean,
  nodes: number,
): { readonly state?: "enabled" | "disabled"; readonly diagnostics: readonly Diagnostic[] } {
  const caches = objects.filter((one) => textIn(one, "kind") === "DaemonSet" && isOf(one, NODE_CACHE_IMAGES));
  const wanted = caches.map((one) => fieldAt(one, "status", "desiredNumberScheduled"));
  if (caches.length > 0 && wanted.some((count) => count !== 0)) {
    // One for each pool, it may be; of one that does not say, all nodes might be its.
    const counts = wanted.filter((count) => typeof count === "number");
    const sum = counts.reduce((all, count) => all + count, 0);
    const isPartly = counts.length === wanted.length && sum < nodes;
    return { state: "enabled", diagnostics: isPartly ? [partlyCached(sum, nodes)] : [] };
  }
  const hasConfig = objects.some(isNodeLocalConfig);
  // Elsewhere nothing turns on it: without its Corefile it answers nothing.
  const isOff = hasDaemonSets && (isGke || hasConfig);
  return { state: isOff ? "disabled" : undefined, diagnostics: [] };
}

function partlyCached(count: number, nodes: number): Diagnostic {
  return {
    code: "node-local-partly",
    message: `NodeLocal DNSCache is to run on ${count} of ${nodes} nodes; all pods are judged as if theirs had it`,
    hint: "Pods on the other nodes ask the cluster's DNS itself: check them with `node-local-dns` disabled.",
    weight: "gap",
  };
}

/** A name as a part of a path. It has no dot: what ends in `.tf` or `.schema` is read as another kind of file. */
function safe(name: string): string {
  return name.replace(/[^\w-]/g, "_").slice(0, 300) || "_";
}

function free(taken: ReadonlyMap<string, unknown>, path: string, end: string): string {
  let free = `${path}${end}`;
  for (let number = 2; taken.has(free); number++) free = `${path}~${number}${end}`;
  return free;
}
