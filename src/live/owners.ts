/** Tells whose a pod is: Deployment rather than ReplicaSet, CronJob rather than Job. Must read no container. */
import { fieldAt, itemsIn, textIn } from "./fields.ts";

/** What a pod belongs to. */
export interface Owner {
  /** As the API writes it: `Deployment`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Owners of ReplicaSets and Jobs that are at hand, by kind, namespace and name. */
export type KnownOwners = ReadonlyMap<string, Owner>;

/** The controllers of ReplicaSets, Jobs and whatever else stands between a pod and its workload. */
export function knownOwners(objects: readonly unknown[]): KnownOwners {
  const known = new Map<string, Owner>();
  for (const one of objects) {
    const kind = textIn(one, "kind");
    const name = textIn(one, "metadata", "name");
    if (kind === undefined || kind === "Pod" || name === undefined) continue;
    const namespace = textIn(one, "metadata", "namespace") ?? "";
    const owner = controllerOf(one, namespace);
    if (owner !== undefined) known.set(keyOf({ kind, namespace, name }), owner);
  }
  return known;
}

/** The most steps from a pod up. */
const MOST_STEPS = 8;

/** The outermost owner that is known of; the pod itself where it has none. */
export function ownerOf(pod: unknown, known: KnownOwners): Owner {
  const namespace = textIn(pod, "metadata", "namespace") ?? "";
  const name = textIn(pod, "metadata", "name") ?? "";
  const first = controllerOf(pod, namespace);
  if (first === undefined) return { kind: "Pod", namespace, name };
  // A static pod is the node's: kubelet calls it by its manifest's name and the node's (kubernetes.io, Static Pods).
  if (first.kind === "Node") {
    const suffix = `-${first.name}`;
    return { kind: "Pod", namespace, name: name.endsWith(suffix) ? name.slice(0, -suffix.length) : name };
  }
  let owner = first;
  for (let step = 0; step < MOST_STEPS; step++) {
    const above = known.get(keyOf(owner)) ?? (owner === first ? byHash(pod, owner) : undefined);
    if (above === undefined) return owner;
    owner = above;
  }
  return owner;
}

/**
 * A Deployment calls its ReplicaSets by its own name and the hash of their template, which pods have as a label
 * (kubernetes/kubernetes pkg/controller/deployment/sync.go); Argo Rollouts does so with a label of its own.
 */
function byHash(pod: unknown, { kind, namespace, name }: Owner): Owner | undefined {
  if (kind === "ReplicationController") return byConfig(pod, namespace, name);
  if (kind !== "ReplicaSet") return undefined;
  for (const [label, above] of [
    ["pod-template-hash", "Deployment"],
    ["rollouts-pod-template-hash", "Rollout"],
  ] as const) {
    const hash = textIn(pod, "metadata", "labels", label);
    if (hash !== undefined && name.length > hash.length + 1 && name.endsWith(`-${hash}`))
      return { kind: above, namespace, name: name.slice(0, -hash.length - 1) };
  }
  return undefined;
}

/** OpenShift's DeploymentConfig calls its controllers by its own name and a number, and says so on pods (openshift/api apps/v1 consts.go). */
function byConfig(pod: unknown, namespace: string, controller: string): Owner | undefined {
  const name = textIn(pod, "metadata", "annotations", "openshift.io/deployment-config.name");
  const isIts =
    name !== undefined && /^-\d+$/.test(controller.slice(name.length)) && controller.startsWith(name);
  return isIts ? { kind: "DeploymentConfig", namespace, name } : undefined;
}

function controllerOf(object: unknown, namespace: string): Owner | undefined {
  const found = itemsIn(object, "metadata", "ownerReferences").find(
    (one) => fieldAt(one, "controller") === true,
  );
  const kind = textIn(found, "kind");
  const name = textIn(found, "name");
  return kind === undefined || name === undefined ? undefined : { kind, namespace, name };
}

function keyOf({ kind, namespace, name }: Owner): string {
  return JSON.stringify([kind, namespace, name]);
}
