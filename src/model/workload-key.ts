/** What makes a container the same one from one state to the next. Must not know how it is called, nor where it stands. */
import { imageName } from "./image-name.ts";

/**
 * The identity of a container, whatever image it runs. The file it stands in is no part of it: it only tells alike keys
 * apart, so that a file may move. What is not written out is empty.
 */
export interface WorkloadKey {
  /**
   * What it comes through: the folder of a kustomization (`overlays/prod`), a chart's folder or the values file over it,
   * a HelmRelease or Application (`helmrelease/web`). Empty where there is none.
   */
  readonly root: string;
  /** `deployment`; `compose`, `dockerfile`, `workflow-job`, ... for what is no object; `image` where the user named the image itself. */
  readonly kind: string;
  readonly namespace: string;
  /** Of the object; of an image that the user named the reference as written. */
  readonly name: string;
  /** The container's name, or what else tells it from others of its object, such as a path in values. */
  readonly container: string;
}

/** The same text for the same container. Of an image's reference only the name counts: every build has another tag. */
export function keyText({ root, kind, namespace, name, container }: WorkloadKey): string {
  const called = kind === "image" ? imageName(name) : name;
  return JSON.stringify([root, kind, namespace, called, container]);
}

/** The workload with parts of its key set. */
export function withKey<T extends { readonly key: WorkloadKey }>(
  workload: T,
  parts: Partial<WorkloadKey>,
): T {
  return { ...workload, key: { ...workload.key, ...parts } };
}

/** The key of an image that the user named. */
export function keyOfImage(reference: string): WorkloadKey {
  return { root: "", kind: "image", namespace: "", name: reference, container: "" };
}

/** The key of a container of which only the shown name is known, as in the reports of versions before 1.1. */
export function keyOfName(name: string): WorkloadKey {
  return { root: "", kind: NAME_ONLY, namespace: "", name, container: "" };
}

/** Whether a key is such a one. */
export function isNameOnly({ kind }: WorkloadKey): boolean {
  return kind === NAME_ONLY;
}

const NAME_ONLY = "shown name";
