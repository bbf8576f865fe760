/** Tells which hosts that containers are given are Services, by those that a repository holds. Must not guess at namespaces. */
import type { ServiceUse } from "../model/pod.ts";
import type { Place } from "../model/place.ts";
import type { Workload } from "../model/workload.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../yaml/nodes.ts";
import { type Labels, labelsAt } from "./kinds/selectors.ts";
import { type Counted, ReplicasInSight } from "./replicas.ts";
import type { YamlSource } from "./repository.ts";
import { objectsIn } from "./kinds/gitops.ts";

/** Services of one container that are told. */
const MOST_SERVICES = 30;

/** A Service that a file holds. */
interface Service {
  readonly name: string;
  /** Empty where the file does not say. */
  readonly namespace: string;
  /** Of a headless one: the labels of its pods, and how many addresses each has. */
  readonly headless?: { readonly selector: Labels; readonly a: 0 | 1; readonly aaaa: 0 | 1 };
  readonly at: Place;
  /** A chart makes it. */
  readonly isRendered: boolean;
}

/** How objects of a file come into a cluster. */
interface Made {
  /** The namespace that whoever applies it says. */
  readonly own?: string;
  /** A chart makes them. */
  readonly isRendered?: boolean;
}

/** Every Service and namespace of some files. */
export class ServicesInSight {
  readonly #services = new Map<string, Map<string, Service>>();
  readonly #replicas = new ReplicasInSight();
  readonly #counted = new Map<Service, Pick<ServiceUse, "addresses" | "atMost">>();
  readonly #namespaces = new Set(["default", "kube-system"]);

  /**
   * Takes in the objects of a file; of those of one name what a chart makes counts, then what came first. Those that name no
   * namespace are in `own`, where whoever applies the file says one.
   */
  add({ file, documents }: YamlSource, made: Made = {}): void {
    for (const node of documents.flatMap(objectsIn)) this.#addObject(file, node, made);
  }

  #addObject(file: YamlSource["file"], node: YamlNode, { isRendered = false, own = "" }: Made): void {
    this.#replicas.add(node, isRendered);
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
    const within = namespace?.templated ? "" : (namespace?.text ?? own);
    const one = { name: name.text, namespace: within, headless: headless(node), at, isRendered };
    const known = this.#services.get(name.text) ?? new Map<string, Service>();
    const earlier = known.get(within);
    if (earlier === undefined || (isRendered && !earlier.isRendered)) known.set(within, one);
    this.#services.set(name.text, known);
  }

  /** The workload with those of its hosts that are Services. */
  mark(workload: Workload): Workload {
    const { pod, key } = workload;
    const services =
      pod?.hosts?.flatMap((host) => this.serviceOf(host, key.namespace) ?? []).slice(0, MOST_SERVICES) ?? [];
    return services.length === 0 ? workload : { ...workload, pod: { ...pod, services } };
  }

  /**
   * The Service that a container of a namespace means, by the ways in which one is written: `api`, `api.shop`, `api.shop.svc`, each with a pod of a StatefulSet before it;
   * and in full, whatever the cluster's domain.
   */
  serviceOf(host: string, own: string): ServiceUse | undefined {
    const written = host.replace(/\.$/, "").split(".");
    const svc = written.indexOf("svc");
    const isFull = (svc === 2 || svc === 3) && written.length > svc + 1;
    if (host.endsWith(".") && !isFull) return undefined;
    const labels = isFull ? written.slice(0, svc + 1) : written;
    if (labels.at(-1) === "svc" && (labels.length === 3 || labels.length === 4)) {
      const [name = "", namespace = ""] = labels.slice(-3);
      const known = this.#find(name, namespace);
      // One in full that is not in sight may be of another cluster's.
      if (isFull && known === undefined) return undefined;
      return {
        host,
        service: labels.join("."),
        ...(labels.length === 3 && this.#addresses(known)),
        at: known?.at,
      };
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
      return { host, service, ...(!isPod && this.#addresses(found)), at: found.at };
    }
    return undefined;
  }

  #addresses(service: Service | undefined): Pick<ServiceUse, "addresses" | "atMost"> {
    if (service?.headless === undefined) return {};
    const known = this.#counted.get(service);
    if (known !== undefined) return known;
    const { headless: own, namespace } = service;
    const { least, most }: Counted =
      Object.keys(own.selector).length === 0
        ? { least: 0, most: 0 }
        : this.#replicas.behind(own.selector, namespace);
    const each = (count: number) => ({ a: count * own.a, aaaa: count * own.aaaa });
    const addresses = { addresses: each(least), atMost: most > least ? each(most) : undefined };
    this.#counted.set(service, addresses);
    return addresses;
  }

  /** One whose namespace is not written may be in any that is in sight. */
  #find(name: string, namespace: string, isOwn = false): Service | undefined {
    const all = this.#services.get(name);
    const exact = namespace === "" ? undefined : all?.get(namespace);
    if (exact !== undefined) return exact;
    if (isOwn && namespace === "") return all?.size === 1 ? [...all.values()][0] : undefined;
    return isOwn || this.#namespaces.has(namespace) ? all?.get("") : undefined;
  }
}

/** A Service without an address of its own is answered with those of its pods (kubernetes.io, Headless Services). */
function headless(node: YamlNode): Service["headless"] {
  if (textAt(node, "spec", "clusterIP")?.text !== "None") return undefined;
  const families = itemsAt(valueAt(node, "spec"), "ipFamilies").map((one) =>
    one.kind === "text" ? one.text : "",
  );
  const isDual = textAt(node, "spec", "ipFamilyPolicy")?.text === "RequireDualStack" || families.length > 1;
  return {
    selector: labelsAt(node, "spec", "selector"),
    a: isDual || families[0] !== "IPv6" ? 1 : 0,
    aaaa: isDual || families[0] === "IPv6" ? 1 : 0,
  };
}
