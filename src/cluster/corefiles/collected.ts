/** What a file says of a cluster's DNS, gathered while it is read. Must not read nor judge it. */
import type { Source } from "../../text/source.ts";
import type { Place } from "../../model/place.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { NODE_LOCAL } from "../../knowledge/dns-addresses.ts";
import type { ProviderId } from "../../knowledge/provider-ids.ts";
import { LOCAL_DNS } from "../../knowledge/providers.ts";
import { brief } from "../../corefile/brief.ts";
import { encryptedBy } from "./encrypted.ts";
import { type KubeDnsSettings, readKubeDns } from "./kube-dns.ts";

/** Whose Corefile it is, as far as the file says: `local-dns` is a full CoreDNS on each node, as AKS has it. */
export type CorefileRole = "node-local-dns" | "local-dns" | "cluster-dns" | "unknown";

/** Whether it is one of the DNS servers on the nodes, which stand before the cluster's own. */
export function isOnNodes(role: CorefileRole): role is "node-local-dns" | "local-dns" {
  return role === "node-local-dns" || role === "local-dns";
}

/** Whether pods ask at one of the addresses, as its maker says; where nobody does, any may be theirs. */
export function isForPods(on: readonly string[]): boolean {
  return on.includes(LOCAL_DNS.pods);
}

/** Whether nodes ask there, and pods that ask what their node asks. */
export function isForNodes(on: readonly string[]): boolean {
  return on.includes(LOCAL_DNS.nodes);
}

/** One Corefile. */
export interface CorefileInput {
  readonly source: Source;
  readonly role: CorefileRole;
  /** The ConfigMap's name, where there is one. */
  readonly configMap?: string;
  /** The key it stands under. */
  readonly key?: string;
  /** GKE's add-on manager made the ConfigMap, or may have. */
  readonly addon: "made" | "labelled" | "none";
  /** As in ClusterSource. */
  readonly form?: "chart-servers";
  /** It stands for a provider's Corefile that is not in sight, around parts that are. */
  readonly assumed?: AssumedBase;
}

/** Which Corefile is taken for one that is not in sight. */
export interface AssumedBase {
  /** Whose it is; absent where that is not known, and what all have in common stands for it. */
  readonly provider?: ProviderId;
  /** The port that pods reach it on. */
  readonly port: number;
  /** Addresses that all server blocks of the parts are bound to. */
  readonly bind?: readonly string[];
  /** Others that parts name, where nothing says which of them pods ask. */
  readonly otherPorts?: readonly number[];
  /** Somebody said so; else files show it. */
  readonly said: boolean;
  /** There are no parts: it is all there is. */
  readonly alone?: true;
}

/** A text that a Corefile may import. */
export interface CorefilePart {
  readonly configMap: string;
  readonly key: string;
  readonly source: Source;
}

/** A file's worth of cluster DNS configuration. */
export interface CorefileInputs {
  /** In file order. */
  readonly corefiles: readonly CorefileInput[];
  /** Keys that a provider's Corefile imports (`*.server`, `*.override`), and parts written elsewhere. */
  readonly extras: readonly CorefilePart[];
  /** Other keys beside a Corefile in its own ConfigMap. */
  readonly siblings?: readonly CorefilePart[];
  /** Settings of the ConfigMap kube-dns, where it is in the file. */
  readonly kubeDns?: KubeDnsSettings;
  readonly diagnostics: readonly Diagnostic[];
}

/** The most Corefiles, and parts of them, that are taken from one file. */
const MOST_COREFILES = 200;

const KUBE_DNS_KEYS = new Set(["stubDomains", "upstreamNameservers"]);

/** Whether a ConfigMap's key holds what a provider's Corefile imports. */
export const isExtra = (key: string) => /\.(?:server|override)$/.test(key);

/** Whether it is a key of the ConfigMap kube-dns that node-cache reads. */
export const isKubeDnsKey = (key: string) => KUBE_DNS_KEYS.has(key);

/** Plugins of a full CoreDNS on a node that node-cache does not have (AKS LocalDNS has both). */
const NOT_NODE_CACHE = /^\s*(?:ready|nsid)\b/;

/** By what only these have: node-cache's own placeholders, or an address of the node, with the plugins beside it. */
export function roleByText(text: string): CorefileRole {
  const lines = text.split("\n");
  if (lines.some((line) => /__PILLAR__(?:CLUSTER__DNS|UPSTREAM__SERVERS)__/.test(line)))
    return "node-local-dns";
  const bound = lines.flatMap((line) => {
    const bind = line.search(/\bbind\b/);
    return bind < 0 ? [] : (line.slice(bind).match(/\b169\.254\.\d{1,3}\.\d{1,3}\b/g) ?? []);
  });
  if (bound.length === 0) return "unknown";
  if (bound.includes(NODE_LOCAL)) return "node-local-dns";
  const aks = isForPods(bound) || isForNodes(bound);
  return aks || lines.some((line) => NOT_NODE_CACHE.test(line)) ? "local-dns" : "node-local-dns";
}

const isAks = (text: string) => text.includes(LOCAL_DNS.pods) || text.includes(LOCAL_DNS.nodes);

/** By the name of what it stands in, else by its text. Tools such as kustomize and Helm put more around the name. */
export function roleOf(name: string | undefined, text: string): CorefileRole {
  if (name === undefined) return roleByText(text);
  if (/node-?local-?dns/i.test(name))
    return roleByText(text) === "local-dns" && isAks(text) ? "local-dns" : "node-local-dns";
  if (roleByText(text) === "local-dns") return "local-dns";
  if (/coredns|dns-default|rke2-coredns|kube-?dns/i.test(name)) return "cluster-dns";
  return roleByText(text);
}

/** Collects what stands under the keys that matter. */
export class Collected {
  readonly corefiles: CorefileInput[] = [];
  readonly extras: CorefilePart[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #places = new Map<string, number>();
  readonly #siblings: CorefilePart[] = [];
  readonly #kubeDns = new Map<string, Source>();
  #full = false;

  /** One key of a ConfigMap. */
  add(key: string, source: Source, configMap: string | undefined, addon: CorefileInput["addon"]): void {
    if (key === "Corefile" || key === "Corefile.base")
      this.addCorefile({ key, source, role: roleOf(configMap, source.text), configMap, addon });
    else if (isExtra(key) && configMap !== undefined) this.addPart({ configMap, key, source });
    else if (isKubeDnsKey(key) && configMap === "kube-dns") this.#kubeDns.set(key, source);
  }

  addCorefile(input: CorefileInput): void {
    // What an anchor names is written once and may be taken twice; where it says more whose it is, that counts.
    const place = `${input.source.toFileOffset(0)} ${input.source.text.length}`;
    const known = this.#places.get(place);
    if (known !== undefined) {
      if (this.corefiles[known]?.role === "unknown") this.corefiles[known] = input;
      return;
    }
    if (this.#isEncrypted(input.source) || this.#isName(input.source) || !this.#hasRoom(input.source)) return;
    this.#places.set(place, this.corefiles.length);
    this.corefiles.push(input);
  }

  addPart(part: CorefilePart): void {
    if (this.#isEncrypted(part.source) || !this.#hasRoom(part.source)) return;
    this.extras.push(part);
  }

  addSibling(part: CorefilePart): void {
    if (this.#siblings.length < MOST_COREFILES) this.#siblings.push(part);
  }

  /** Of that text some was taken. */
  get size(): number {
    return this.corefiles.length + this.extras.length;
  }

  #isEncrypted(source: Source): boolean {
    const tool = encryptedBy(source.text);
    if (tool === undefined) return false;
    this.diagnostics.push({
      code: "corefile-encrypted",
      message: `A Corefile in ${source.file} is encrypted (${tool}), so that what it says is not known`,
      hint: "Give the Corefile in plain text as `corefile`, such as what kubectl prints of the ConfigMap.",
      weight: "gap",
      at: source.toPlace(0, source.text.length),
    });
    return true;
  }

  /** One word is what another tool puts a Corefile for: a secret's path, a variable. */
  #isName(source: Source): boolean {
    if (!/^\s*\S{2,}\s*$/.test(source.text)) return false;
    this.diagnostics.push({
      code: "corefile-unrendered",
      message: `The Corefile in ${source.file} is one word that another tool has yet to replace: ${brief(source.text.trim())}`,
      hint: "Give the Corefile that stands for it as `corefile`, such as what kubectl prints of the ConfigMap.",
      weight: "gap",
      at: source.toPlace(0, source.text.length),
    });
    return true;
  }

  #hasRoom(next: Source): boolean {
    if (this.size < MOST_COREFILES) return true;
    this.refuse(next);
    return false;
  }

  /** Says once that there are more than are read. */
  refuse(next: Source): void {
    this.tooLong(
      `${next.file} holds more than ${MOST_COREFILES} Corefiles; those behind are not read`,
      next.toPlace(0, 0),
    );
  }

  /** Says once what was not read to its end. */
  tooLong(message: string, at: Place): void {
    if (this.#full) return;
    this.#full = true;
    this.diagnostics.push({
      code: "corefile-too-large",
      message,
      hint: "Give the Corefiles in files of their own.",
      weight: "gap",
      at,
    });
  }

  inputs(): CorefileInputs {
    const kubeDns =
      this.#kubeDns.size === 0
        ? undefined
        : readKubeDns(this.#kubeDns.get("stubDomains"), this.#kubeDns.get("upstreamNameservers"));
    return {
      corefiles: this.corefiles,
      extras: this.extras,
      siblings: this.#siblings,
      ...(kubeDns && { kubeDns }),
      diagnostics: [...this.diagnostics, ...(kubeDns?.diagnostics ?? [])],
    };
  }
}
