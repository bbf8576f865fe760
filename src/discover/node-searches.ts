/** Finds the search domains of nodes, which every pod that asks the cluster has too, by nodes' settings in a repository. Must not guess. */
import type { NodeSearches } from "../model/pod.ts";
import type { Workload } from "../model/workload.ts";
import type { Source } from "../text/source.ts";
import { nameOf } from "../tree/paths.ts";
import { itemsAt, textAt, type YamlNode } from "../yaml/nodes.ts";
import { valueSource } from "../yaml/scalar.ts";
import { readResolvConf } from "./kinds/servers.ts";
import type { Repository, YamlSource } from "./repository.ts";

/** Settings that are kept. */
const MOST = 100;
/** Domains of a list that kubelet takes (kubernetes pkg/apis/core/validation: MaxDNSSearchPaths). */
const MOST_DOMAINS = 32;
/** Parts of one file that are looked at. */
const MOST_STEPS = 20_000;

/** A text that becomes a file of a node's. */
interface NodeFile {
  readonly path: string;
  readonly source: Source;
}

/** Those of all nodes; nothing is told where they differ. */
export class NodeSearchesInSight {
  readonly #found: NodeSearches[] = [];
  readonly #lists = new Set<string>();
  readonly #named = new Set<string>();
  readonly #files: NodeFile[] = [];

  /** Takes in what a file says: Talos's machine configuration, kubelet's, k3s's and RKE2's, cloud-init's. */
  add({ file, documents }: YamlSource): void {
    for (const document of documents) {
      this.#addTalos(file, document);
      this.#addKubelet(document, textAt(document, "kind")?.text === "KubeletConfiguration");
      for (const one of itemsAt(document, "write_files")) this.#addFile(file, one);
    }
  }

  /** `machine.network.searchDomains`, and ResolverConfig (talos.dev, Configuration). */
  #addTalos(file: Source, document: YamlNode): void {
    const isResolver = textAt(document, "kind")?.text === "ResolverConfig";
    const items = isResolver
      ? itemsAt(document, "searchDomains", "domains")
      : itemsAt(document, "machine", "network", "searchDomains");
    const domains = items.flatMap((one) => (one.kind === "text" && !one.templated ? [one.text] : []));
    const [first, last] = [items[0], items.at(-1)];
    if (first !== undefined && last !== undefined && domains.length === items.length)
      this.#keep({ domains, at: file.toPlace(first.start, last.end) });
  }

  /** The file that kubelet takes for the node's: `resolvConf`, `resolv-conf` and `kubelet-arg` (docs.k3s.io, Configuration). */
  #addKubelet(document: YamlNode, isOwn: boolean): void {
    const waiting: YamlNode[] = [document];
    for (let steps = 0; waiting.length > 0 && steps < MOST_STEPS; steps++) {
      const node = waiting.pop();
      if (node?.kind === "list") waiting.push(...node.items.slice(0, MOST));
      if (node?.kind === "text") this.#name(/^(?:--)?resolv-conf=(\S+)$/.exec(node.text)?.[1]);
      if (node?.kind !== "map") continue;
      for (const { key, value } of node.entries.slice(0, MOST)) {
        const isPath = key === "resolv-conf" || (isOwn && key === "resolvConf");
        if (isPath && value.kind === "text" && !value.templated) this.#name(value.text);
        else waiting.push(value);
      }
    }
  }

  #name(path: string | undefined): void {
    if (path?.startsWith("/") && this.#named.size < MOST) this.#named.add(path);
  }

  /** A file that cloud-init writes. */
  #addFile(file: Source, node: YamlNode): void {
    const [path, content] = [textAt(node, "path")?.text, textAt(node, "content")];
    const isPlain = content !== undefined && !content.templated && textAt(node, "encoding") === undefined;
    if (path !== undefined && isPlain && this.#files.length < MOST)
      this.#files.push({ path, source: valueSource(file, content) });
  }

  /** Reads the files that are named: those that are written, else one of the repository that is called alike and is alone. */
  async read(repository: Repository): Promise<void> {
    for (const path of this.#named) {
      const written = this.#files.filter((one) => one.path === path).map(({ source }) => source);
      const called = [...repository.paths].filter((one) => nameOf(one) === nameOf(path));
      const beside = called.length === 1 ? await repository.text(called[0] ?? "") : undefined;
      for (const source of written.length > 0 ? written : beside === undefined ? [] : [beside]) {
        const domains = readResolvConf(source.text).searches ?? [];
        const at = Math.max(0, source.text.search(/^(?:search|domain)\b.*$/m));
        const end = source.text.indexOf("\n", at);
        if (domains.length > 0)
          this.#keep({ domains, at: source.toPlace(at, end < 0 ? source.text.length : end) });
      }
    }
  }

  #keep(one: NodeSearches): void {
    if (this.#found.length >= MOST) return;
    this.#found.push({ ...one, domains: one.domains.slice(0, MOST_DOMAINS) });
    this.#lists.add(one.domains.join(" "));
  }

  /** The workload with the domains of its node, where all nodes in sight have the same. */
  mark(workload: Workload): Workload {
    const [first] = this.#found;
    if (first === undefined || this.#lists.size > 1) return workload;
    return { ...workload, pod: { ...workload.pod, nodeSearches: first } };
  }
}
