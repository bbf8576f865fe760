/** Tells which hosts that containers are given are Services, by those that a repository holds. Must not guess at namespaces. */
import type { ServiceUse } from "../model/pod.ts";
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { itemsAt, textAt, type YamlNode } from "../yaml/nodes.ts";
import type { YamlSource } from "./repository.ts";

/** A Service that a file holds. */
interface Service {
  readonly name: string;
  /** Empty where the file does not say. */
  readonly namespace: string;
  readonly at: Place;
}

/** Every Service and namespace of some files. */
export class ServicesInSight {
  readonly #services = new Map<string, Service[]>();
  readonly #namespaces = new Set(["default", "kube-system"]);

  /** Takes in the objects of a file. */
  add({ file, documents }: YamlSource): void {
    for (const document of documents) {
      const items = itemsAt(document, "items");
      for (const node of items.length > 0 ? items : [document]) this.#addObject(file, node);
    }
  }

  #addObject(file: YamlSource["file"], node: YamlNode): void {
    const [kind, name] = [textAt(node, "kind")?.text, textAt(node, "metadata", "name")];
    // A kustomization sets one for what it takes.
    const namespace = textAt(node, "metadata", "namespace") ?? textAt(node, "namespace");
    if (namespace !== undefined && !namespace.templated) this.#namespaces.add(namespace.text);
    if (name === undefined || name.templated) return;
    if (kind === "Namespace") this.#namespaces.add(name.text);
    if (
      kind !== "Service" ||
      !/^(?:v1|serving\.knative\.dev\/.*)$/.test(textAt(node, "apiVersion")?.text ?? "")
    )
      return;
    const at = file.toPlace(name.start, name.end);
    const one = { name: name.text, namespace: namespace?.templated ? "" : (namespace?.text ?? ""), at };
    const known = this.#services.get(name.text);
    if (known === undefined) this.#services.set(name.text, [one]);
    else known.push(one);
  }

  /** The workload with those of its hosts that are Services. */
  mark(workload: Workload): Workload {
    const { pod, key } = workload;
    const services = pod?.hosts?.flatMap((host) => this.#serviceOf(host, key.namespace) ?? []) ?? [];
    return services.length === 0 ? workload : { ...workload, pod: { ...pod, services } };
  }

  /** By the ways in which a Service is written: `api`, `api.shop`, `api.shop.svc`, each with a pod of a StatefulSet before it. */
  #serviceOf(host: string, own: string): ServiceUse | undefined {
    if (host.endsWith(".")) return undefined;
    const labels = host.split(".");
    if (labels.at(-1) === "svc" && (labels.length === 3 || labels.length === 4)) {
      const [name = "", namespace = ""] = labels.slice(-3);
      return { host, service: host, at: this.#find(name, namespace)?.at };
    }
    for (const [count, namespace] of [
      [2, labels.at(-1)],
      [1, own],
    ] as const) {
      const rest = labels.slice(0, -count);
      const isPod = rest.length === 1 && /-\d+$/.test(rest[0] ?? "");
      if (rest.length > 0 && !isPod) continue;
      const found = this.#find(labels.at(-count) ?? "", namespace ?? "", count === 1);
      if (found === undefined) continue;
      const within = namespace || found.namespace || "default";
      const service = [...rest, found.name, within, "svc"].join(".");
      return { host, service, at: found.at };
    }
    return undefined;
  }

  /** One whose namespace is not written may be in any that is in sight. */
  #find(name: string, namespace: string, isOwn = false): Service | undefined {
    const all = this.#services.get(name) ?? [];
    const exact = all.find((one) => one.namespace === namespace && namespace !== "");
    if (exact !== undefined) return exact;
    if (isOwn && namespace === "") return all.length === 1 ? all[0] : undefined;
    return isOwn || this.#namespaces.has(namespace) ? all.find((one) => one.namespace === "") : undefined;
  }
}
