/** Gathers what holds for a pod from its PodSpec and from the objects around it, and where it may run. Must not read containers. */
import type { Platform } from "../../model/oci.ts";
import { itemsAt, textAt, textsAt, valueAt, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";

/** Keys of a PodSpec that kinds of their own also take further up: Argo's Workflow.spec, Tekton's podTemplate. */
const FOR_THE_POD = new Set([
  "dnsPolicy",
  "dnsConfig",
  "hostNetwork",
  "hostAliases",
  "volumes",
  "nodeSelector",
  "affinity",
  "podSpecPatch",
]);

/** What a map says of the pods below it: itself and its `podTemplate`, nearest first; none where that is nothing. */
export function settingsIn(node: YamlMap): readonly YamlMap[] {
  const templates = [valueAt(node, "podTemplate"), valueAt(node, "taskRunTemplate", "podTemplate")];
  const says = (one: YamlNode | undefined): one is YamlMap =>
    one?.kind === "map" && one.entries.some(({ key }) => FOR_THE_POD.has(key));
  return [node, ...templates].filter(says);
}

/** A PodSpec with what stands around it, nearest first, where it does not say it itself. */
export function podWithin(pod: YamlMap, around: readonly YamlMap[]): YamlMap {
  const said = new Set(pod.entries.map(({ key }) => key));
  const entries = [...pod.entries];
  for (const outer of around) {
    const more = outer.entries.filter(({ key }) => FOR_THE_POD.has(key) && !said.has(key));
    for (const entry of more) {
      entries.push(entry);
      said.add(entry.key);
    }
  }
  return entries.length === pod.entries.length ? pod : { ...pod, entries };
}

/** Where a pod may run. */
export interface Nodes {
  readonly os?: "windows";
  /** The platforms of the nodes that it is bound to; absent where any will do. */
  readonly platforms?: readonly Platform[];
}

/** The most architectures of one pod. */
const MOST = 8;

/** Reads `os`, `nodeSelector` and required node affinity (kubernetes.io, Well-Known Labels; Assigning Pods to Nodes). */
export function nodesOf(pod: YamlNode): Nodes {
  const os = textAt(pod, "os", "name")?.text ?? bound(pod, "os")?.join();
  if (os === "windows") return { os };
  const platforms = bound(pod, "arch")
    ?.filter((text) => /^[a-z0-9]{1,16}$/.test(text))
    .map((architecture) => ({ os: "linux", architecture }));
  return platforms === undefined || platforms.length === 0 ? {} : { platforms: platforms.slice(0, MOST) };
}

/** The values that a well-known label of its node must have one of. */
function bound(pod: YamlNode, label: "os" | "arch"): readonly string[] | undefined {
  const names = [`kubernetes.io/${label}`, `beta.kubernetes.io/${label}`];
  for (const name of names) {
    const selected = textAt(pod, "nodeSelector", name);
    if (selected !== undefined) return [selected.text];
  }
  const terms = itemsAt(
    valueAt(pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"),
    "nodeSelectorTerms",
  );
  const values = terms.map((term) => {
    const wanted = itemsAt(term, "matchExpressions").find(
      (one) =>
        names.includes(textAt(one, "key")?.text ?? "") &&
        textAt(one, "operator")?.text.toLowerCase() === "in",
    );
    return textsAt(wanted, "values");
  });
  // One term is enough: where one does not speak of it, any node will do.
  return values.length === 0 || values.some((one) => one.length === 0)
    ? undefined
    : [...new Set(values.flat())];
}
