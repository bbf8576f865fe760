/** Running pods become the manifests of their workloads, each kind of pod once. Must keep nothing that is a pod's own. */
import { fieldAt, itemsIn, picked, textIn } from "./fields.ts";
import { type KnownOwners, type Owner, ownerOf } from "./owners.ts";
import { CONTAINER_LISTS, PodImages } from "./pod-images.ts";

/** A node, as far as its pods are concerned. */
export interface LiveNode {
  readonly architecture?: string;
  readonly os?: string;
}

/** Pods of one workload that are alike. */
export interface LivePods {
  readonly owner: Owner;
  /** How many pods. */
  readonly pods: number;
  /** How many pods the workload has in all, where they are not all alike. */
  readonly ofPods: number;
  /** 1, or which of several kinds of pod it is. */
  readonly variant: number;
  /** The workload with this pod as its template. */
  readonly manifest: unknown;
}

/** What is read of a container. The rest makes no difference to a lookup. */
const OF_A_CONTAINER = [
  "name",
  "command",
  "args",
  "workingDir",
  "env",
  "envFrom",
  "lifecycle",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
];
const OF_A_SPEC = ["dnsPolicy", "dnsConfig", "hostNetwork", "hostAliases", "os"];
const OF_METADATA: Readonly<Record<"labels" | "annotations", readonly string[]>> = {
  labels: ["sidecar.istio.io/inject"],
  annotations: ["sidecar.istio.io/inject", "proxy.istio.io/config"],
};

interface Group {
  readonly owner: Owner;
  readonly template: { readonly metadata: unknown; readonly spec: Readonly<Record<string, unknown>> };
  readonly architectures: Set<string>;
  pods: number;
}

/** Groups them; of their labels those count that are named. Pods that have ended and will not start again are left out. */
export function livePods(
  pods: readonly unknown[],
  nodes: ReadonlyMap<string, LiveNode>,
  known: KnownOwners,
  labels: ReadonlySet<string> = new Set(),
): readonly LivePods[] {
  const images = new PodImages();
  const byOwner = new Map<string, Map<string, Group>>();
  for (const pod of pods) {
    const owner = ownerOf(pod, known);
    if (hasEnded(pod, owner)) continue;
    const node = nodes.get(textIn(pod, "spec", "nodeName") ?? "");
    const template = templateOf(pod, images, node?.os, labels);
    const ownerKey = JSON.stringify([owner.kind, owner.namespace, owner.name]);
    const groups = byOwner.get(ownerKey) ?? new Map<string, Group>();
    byOwner.set(ownerKey, groups);
    const key = JSON.stringify(template);
    const group = groups.get(key) ?? { owner, template, architectures: new Set(), pods: 0 };
    group.pods++;
    if (node?.architecture !== undefined) group.architectures.add(node.architecture);
    groups.set(key, group);
  }
  return [...byOwner.values()].flatMap((groups) => {
    const all = [...groups.values()];
    const ofPods = all.reduce((sum, { pods: some }) => sum + some, 0);
    return all.map((one, index) => ({
      owner: one.owner,
      pods: one.pods,
      ofPods,
      variant: index + 1,
      manifest: manifestOf(one),
    }));
  });
}

/** One of a Job shows what the next will be; any other is a remnant. */
function hasEnded(pod: unknown, { kind }: Owner): boolean {
  const phase = textIn(pod, "status", "phase");
  return (phase === "Succeeded" || phase === "Failed") && kind !== "Job" && kind !== "CronJob";
}

function templateOf(
  pod: unknown,
  images: PodImages,
  os: string | undefined,
  labels: ReadonlySet<string>,
): Group["template"] {
  const spec = fieldAt(pod, "spec");
  const names = new Map<string, string>();
  const volumes = itemsIn(spec, "volumes").map((one) => {
    const name = textIn(one, "name") ?? "";
    // The API server's own volume, with a random name (ServiceAccount admission), and a claim of each replica's own.
    const plain = name.replace(/^kube-api-access-[a-z0-9]{5}$/, "kube-api-access");
    names.set(name, plain);
    const claim = fieldAt(one, "persistentVolumeClaim") === undefined ? {} : { persistentVolumeClaim: {} };
    return { ...(one as object), name: plain, ...claim };
  });
  const lists = CONTAINER_LISTS.flatMap((list) => {
    const containers = itemsIn(spec, list).map((one) => ({
      ...picked(one, OF_A_CONTAINER),
      image: images.of(pod, list, one),
      volumeMounts: itemsIn(one, "volumeMounts").map((mount) => {
        const name = textIn(mount, "name") ?? "";
        return { ...(mount as object), name: names.get(name) ?? name };
      }),
    }));
    return containers.length === 0 ? [] : [[list, containers] as const];
  });
  const metadata = Object.fromEntries(
    Object.entries(OF_METADATA).flatMap(([key, keys]) => {
      const all = fieldAt(pod, "metadata", key) ?? {};
      const wanted = key === "labels" ? Object.keys(all).filter((one) => labels.has(one)) : [];
      const some = picked(all, [...keys, ...wanted]);
      return Object.keys(some).length === 0 ? [] : [[key, some]];
    }),
  );
  return {
    metadata,
    spec: {
      ...picked(spec, OF_A_SPEC),
      ...(os === undefined ? {} : { os: { name: os } }),
      volumes,
      ...Object.fromEntries(lists),
    },
  };
}

/** As a Deployment is written, whatever kind it is: a PodSpec is found by its shape. */
function manifestOf({ owner: { kind, namespace, name }, template, architectures }: Group): unknown {
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "kubernetes.io/arch", operator: "In", values: [...architectures].sort() },
          ],
        },
      ],
    },
  };
  const spec = architectures.size === 0 ? template.spec : { ...template.spec, affinity: { nodeAffinity } };
  return { apiVersion: "v1", kind, metadata: { namespace, name }, spec: { template: { ...template, spec } } };
}
