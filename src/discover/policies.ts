/** Tells what NetworkPolicies and Cilium's DNS policies let pods ask, by those that a repository holds. Must not know who answers. */
import type { DnsEgress, DnsNames, Reach } from "../model/pod.ts";
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { parentOf } from "../tree/paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../yaml/nodes.ts";
import { selects } from "./kinds/selectors.ts";
import type { YamlSource } from "./repository.ts";
import { objectsIn } from "./kinds/gitops.ts";

/** A policy that a file holds. */
interface Policy {
  readonly kind: "network" | "cilium";
  readonly file: string;
  /** Empty where the file does not say; `*` for all. */
  readonly namespace: string;
  readonly name: string;
  readonly spec: YamlNode;
  readonly at: Place;
}

/** Policies that are kept, and times that one is held against a pod. */
const MOST_POLICIES = 2_000;
const MOST_STEPS = 2_000_000;

/** Every policy of some files. */
export class PoliciesInSight {
  readonly #policies: Policy[] = [];
  /** How many of them charts make; they stand first. */
  #rendered = 0;
  #steps = 0;
  #ciliumDenies = false;

  /** Takes in the objects of a file; those that a chart makes count before others. */
  add(source: YamlSource, isRendered = false): void {
    this.addSettings(source);
    const { file, documents } = source;
    for (const node of documents.flatMap(objectsIn)) this.#addObject(file, node, isRendered);
  }

  /** Cilium's settings, its chart's values among them, may have it answer NXDOMAIN instead of REFUSED. */
  addSettings({ file }: YamlSource): void {
    if (/dns-?reject-?response-?code["']?\s*:\s*["']?nameError\b/i.test(file.text)) this.#ciliumDenies = true;
  }

  #addObject(file: YamlSource["file"], node: YamlNode, isRendered: boolean): void {
    const [kind, api] = [textAt(node, "kind")?.text ?? "", textAt(node, "apiVersion")?.text ?? ""];
    const name = textAt(node, "metadata", "name");
    const isNetwork = kind === "NetworkPolicy" && api.startsWith("networking.k8s.io/");
    const isCilium = /^Cilium(?:Clusterwide)?NetworkPolicy$/.test(kind) && api.startsWith("cilium.io/");
    const before = isRendered ? this.#rendered : this.#policies.length;
    if (name === undefined || (!isNetwork && !isCilium) || before >= MOST_POLICIES) return;
    const namespace = kind.includes("Clusterwide")
      ? "*"
      : (textAt(node, "metadata", "namespace")?.text ?? "");
    const at = file.toPlace(name.start, name.end);
    const own = valueAt(node, "spec");
    for (const spec of [...(own === undefined ? [] : [own]), ...itemsAt(node, "specs")]) {
      this.#policies.splice(isRendered ? this.#rendered++ : this.#policies.length, 0, {
        kind: isNetwork ? "network" : "cilium",
        file: file.file,
        namespace,
        name: name.text,
        spec,
        at,
      });
    }
    this.#policies.splice(MOST_POLICIES);
  }

  /** The workload with what policies that select its pod let it ask. */
  mark(workload: Workload): Workload {
    const { pod, key } = workload;
    if (this.#policies.length === 0 || pod?.labels === undefined) return workload;
    const labels = pod.labels;
    const mine = this.#policies.filter((policy) => {
      if (++this.#steps > MOST_STEPS) return false;
      const { kind, namespace, file, spec } = policy;
      const isHere =
        namespace === "*" ||
        (namespace === "" ? parentOf(file) === parentOf(workload.file ?? "") : namespace === key.namespace);
      if (!isHere) return false;
      if (kind === "network") return selects(valueAt(spec, "podSelector"), labels) && holdsEgress(spec);
      const all = { ...labels, "io.kubernetes.pod.namespace": key.namespace };
      return (
        selects(valueAt(spec, "endpointSelector"), all, ciliumKey) && valueAt(spec, "egress") !== undefined
      );
    });
    const dnsEgress = egressOf(mine.filter(({ kind }) => kind === "network"));
    const dnsNames = this.#ciliumDenies ? undefined : namesOf(mine.filter(({ kind }) => kind === "cilium"));
    if (dnsEgress === undefined && dnsNames === undefined) return workload;
    return { ...workload, pod: { ...pod, ...(dnsEgress && { dnsEgress }), ...(dnsNames && { dnsNames }) } };
  }
}

/** `k8s:app` and `any:app` are the pod's label `app` (docs.cilium.io, Labels). */
function ciliumKey(key: string): string {
  return key.replace(/^(?:k8s|any):/, "");
}

/** Whether it says anything of egress (kubernetes.io, Network Policies: policyTypes). */
function holdsEgress(spec: YamlNode): boolean {
  const types = itemsAt(spec, "policyTypes").map((one) => (one.kind === "text" ? one.text : ""));
  return types.length === 0 ? valueAt(spec, "egress") !== undefined : types.includes("Egress");
}

/** What policies let through in sum; nothing where there is none. */
function egressOf(policies: readonly Policy[]): DnsEgress | undefined {
  // One that lets DNS through says more than one that lets nothing through.
  const lets = policies.find(({ spec }) =>
    itemsAt(spec, "egress").some((rule) => reach(rule, "UDP") !== "nowhere"),
  );
  const first = lets ?? policies[0];
  if (first === undefined) return undefined;
  const rules = policies.flatMap(({ spec }) => itemsAt(spec, "egress"));
  const of = (protocol: string) =>
    rules.map((rule) => reach(rule, protocol)).reduce(further, "nowhere" as Reach);
  const cachePods = rules.some(
    (rule) => reach(rule, "UDP") === "pods" && itemsAt(rule, "to").some(mayBeCache),
  );
  return { udp: of("UDP"), tcp: of("TCP"), cachePods, policy: `NetworkPolicy ${first.name}`, at: first.at };
}

/** Labels of the pods of NodeLocal DNSCache (kubernetes/kubernetes, cluster/addons/dns/nodelocaldns). */
const CACHE = { "k8s-app": "node-local-dns" };

/** Whether a peer may be these pods; which namespaces a selector has is not looked at. */
function mayBeCache(peer: YamlNode): boolean {
  return valueAt(peer, "ipBlock") === undefined && selects(valueAt(peer, "podSelector"), CACHE);
}

const ORDER: readonly Reach[] = ["nowhere", "pods", "unknown", "anywhere"];

function further(one: Reach, other: Reach): Reach {
  return ORDER.indexOf(other) > ORDER.indexOf(one) ? other : one;
}

/** How far one rule lets port 53 of a protocol through; ports that have names may be it. */
function reach(rule: YamlNode, protocol: string): Reach {
  const ports = itemsAt(rule, "ports");
  const fits = ports.map((one): boolean | "unknown" => {
    if ((textAt(one, "protocol")?.text ?? "TCP") !== protocol) return false;
    const [port, end] = [textAt(one, "port")?.text, textAt(one, "endPort")?.text];
    if (port === undefined) return true;
    if (!/^\d+$/.test(port)) return "unknown";
    return Number(port) <= 53 && 53 <= Number(end ?? port);
  });
  if (ports.length > 0 && fits.every((one) => one === false)) return "nowhere";
  const peers = itemsAt(rule, "to");
  const where = peers.map((peer): Reach => {
    const block = valueAt(peer, "ipBlock");
    if (block === undefined) return "pods";
    const isAll = /^(?:0\.0\.0\.0|::)\/0$/.test(textAt(block, "cidr")?.text ?? "");
    return isAll && valueAt(block, "except") === undefined ? "anywhere" : "unknown";
  });
  const far = peers.length === 0 ? "anywhere" : where.reduce(further, "nowhere" as Reach);
  return ports.length === 0 || fits.includes(true) ? far : "unknown";
}

/**
 * Names that Cilium's policies let through in sum (docs.cilium.io, DNS Policy); nothing where none has DNS rules, or another
 * rule lets port 53 through without any.
 */
function namesOf(policies: readonly Policy[]): DnsNames | undefined {
  const patterns: string[] = [];
  let first: Policy | undefined;
  for (const policy of policies) {
    for (const rule of itemsAt(policy.spec, "egress")) {
      const groups = itemsAt(rule, "toPorts");
      if (groups.length === 0 && mayReachDns(rule)) return undefined;
      for (const group of groups) {
        const has53 = itemsAt(group, "ports").some((one) =>
          /^(?:53|0|\D.*)$/.test(textAt(one, "port")?.text ?? ""),
        );
        if (!has53) continue;
        const rules = itemsAt(valueAt(group, "rules"), "dns");
        if (rules.length === 0) return undefined;
        first ??= policy;
        for (const one of rules) {
          const text = (textAt(one, "matchPattern") ?? textAt(one, "matchName"))?.text;
          if (text !== undefined) patterns.push(text.toLowerCase());
        }
      }
    }
  }
  if (first === undefined) return undefined;
  return { patterns: [...new Set(patterns)], policy: `CiliumNetworkPolicy ${first.name}`, at: first.at };
}

/** Whether a rule for every port may have the cluster's DNS among its peers; names and addresses outside have not. */
function mayReachDns(rule: YamlNode): boolean {
  const outside = ["toFQDNs", "toCIDR", "toCIDRSet"];
  if (rule.kind !== "map") return true;
  const peers = rule.entries.filter(({ key }) => key.startsWith("to"));
  return !peers.length || peers.some(({ key }) => !outside.includes(key));
}
