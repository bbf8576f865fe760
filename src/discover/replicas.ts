/** Counts the pods that labels select, by the workloads and autoscalers of a repository. Must not know what they are counted for. */
import { itemsAt, textAt, valueAt, type YamlNode } from "../yaml/nodes.ts";
import { hasAll, type Labels, labelsAt } from "./kinds/selectors.ts";

/** So many pods, by what is written and by what an autoscaler may make of it. */
export interface Counted {
  readonly least: number;
  readonly most: number;
}

/** Kinds whose pods are as many as `replicas` says, one where it says nothing (kubernetes.io, Workloads; Argo Rollouts). */
const KINDS: ReadonlySet<string> = new Set([
  "Deployment",
  "StatefulSet",
  "ReplicaSet",
  "ReplicationController",
  "Rollout",
]);

/** One of them; several files may say something of it: an overlay's patch, a chart rendered with other values. */
interface Workload {
  readonly namespace: string;
  labels?: Labels;
  /** A chart says these labels. */
  isRendered?: boolean;
  /** The most that any of them says. */
  count?: number;
  scaled?: Counted;
}

/** Every workload of some objects. */
export class ReplicasInSight {
  readonly #workloads = new Map<string, Workload[]>();

  /** Takes in an object; what is none of these says nothing. Of labels what a chart makes counts, then what came first. */
  add(node: YamlNode, isRendered = false): void {
    const kind = textAt(node, "kind")?.text ?? "";
    if (KINDS.has(kind)) this.#addWorkload(kind, node, isRendered);
    else if (kind === "HorizontalPodAutoscaler") this.#addScaler(node, ["minReplicas", "maxReplicas"], 1);
    else if (kind === "ScaledObject") this.#addScaler(node, ["minReplicaCount", "maxReplicaCount"], 0);
    // A kustomization's, of whatever kind.
    else for (const one of itemsAt(node, "replicas")) this.#addCount(one);
  }

  #addWorkload(kind: string, node: YamlNode, isRendered: boolean): void {
    const one = this.#of(kind, node, textAt(node, "metadata", "name")?.text);
    const template = valueAt(node, "spec", "template");
    if (one === undefined) return;
    if (template !== undefined && (one.labels === undefined || (isRendered && !one.isRendered))) {
      one.labels = labelsAt(template, "metadata", "labels");
      one.isRendered = isRendered;
    }
    const count = numberAt(valueAt(node, "spec"), "replicas", template === undefined ? undefined : 1);
    if (count !== undefined) one.count = Math.max(one.count ?? 0, count);
  }

  /** HPA v2 and KEDA's ScaledObject: both take over what the workload says. */
  #addScaler(node: YamlNode, [min, max]: readonly [string, string], least: number): void {
    const target = valueAt(node, "spec", "scaleTargetRef");
    const kind = textAt(target, "kind")?.text ?? "Deployment";
    const spec = valueAt(node, "spec");
    const [from, to] = [numberAt(spec, min, least), numberAt(spec, max, undefined)];
    const one = this.#of(kind, node, textAt(target, "name")?.text);
    if (one === undefined || from === undefined) return;
    const known = one.scaled ?? { least: 0, most: 0 };
    one.scaled = { least: Math.max(known.least, from), most: Math.max(known.most, to ?? from) };
  }

  #addCount(node: YamlNode): void {
    const [name, count] = [textAt(node, "name")?.text, numberAt(node, "count", undefined)];
    if (name === undefined || count === undefined) return;
    for (const kind of KINDS) {
      const one = this.#of(kind, undefined, name);
      if (one !== undefined) one.count = Math.max(one.count ?? 0, count);
    }
  }

  /** What is known of one of a name and namespace, made where nothing is. */
  #of(kind: string, node: YamlNode | undefined, name: string | undefined): Workload | undefined {
    if (name === undefined) return undefined;
    const namespace = (node && textAt(node, "metadata", "namespace")?.text) ?? "";
    const key = `${kind}/${name}`;
    const all = this.#workloads.get(key) ?? [];
    const known = all.find((one) => one.namespace === namespace);
    if (known !== undefined) return known;
    const fresh: Workload = { namespace };
    this.#workloads.set(key, [...all, fresh]);
    return fresh;
  }

  /** How many pods of a namespace have all of some labels; a patch without a namespace is for the one that has one. */
  behind(selector: Labels, namespace: string): Counted {
    let [least, most] = [0, 0];
    for (const all of this.#workloads.values()) {
      const own = all.filter((one) => one.namespace === namespace || one.namespace === "");
      const labels = own.find((one) => one.namespace === namespace)?.labels;
      if (labels === undefined || !hasAll(labels, selector)) continue;
      const count = Math.max(...own.map((one) => one.count ?? 0));
      const scaled = own.flatMap((one) => one.scaled ?? []);
      least += scaled.length === 0 ? count : Math.max(...scaled.map((one) => one.least));
      most += Math.max(count, ...scaled.map((one) => one.most));
    }
    return { least, most };
  }
}

/** A whole number, or what stands for one that is not written; nothing for a template and the like. */
function numberAt<T>(node: YamlNode | undefined, key: string, absent: T): number | T | undefined {
  const text = textAt(node, key)?.text;
  if (text === undefined) return valueAt(node, key) === undefined ? absent : undefined;
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
