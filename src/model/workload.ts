/** Who runs what where, and which cluster it meets. Must not know any file format. */
import type { ImageBuild } from "./image-build.ts";
import type { Platform } from "./oci.ts";
import type { Place } from "./place.ts";
import type { PodFacts } from "./pod.ts";
import type { Surroundings } from "./surroundings.ts";
import type { WorkloadKey } from "./workload-key.ts";

/** What a container is to whatever names its image. */
export type Role =
  /** The user named the image itself. */
  | "image"
  /** Of a PodSpec, of Tekton's and of Argo Workflows' objects. */
  | "container"
  | "init container"
  | "ephemeral container"
  | "step"
  | "sidecar"
  | "script"
  /** A field of an object that names an image outside of any container. */
  | "field"
  /** A path in Helm values. */
  | "values"
  /** Of a compose file. */
  | "service"
  /** Of a workflow. */
  | "job container"
  | "job service"
  | "job step"
  /** Of a Dockerfile: the image it makes, which is named by the one it is based on. */
  | "base image"
  | "build stage"
  | "files of a stage";

/** What a container's name is made of. */
export interface Named {
  readonly key: WorkloadKey;
  readonly role: Role;
  /** The file that describes it; another one may decide on its image. Absent for an image that the user named. */
  readonly file?: string;
  /** What tells it from others that would be called alike, such as `overlays/prod`. */
  readonly apart?: string;
  /** Which of several images behind the reference it is, such as `linux/arm64`. */
  readonly variant?: string;
}

/** A container to be judged. */
export interface Workload extends Named {
  /** Image reference as written, with a source prefix where the user gave one. */
  readonly image: string;
  /** Shown to people: `deployment/api, container app`, or the reference itself. Identifies nothing. */
  readonly name: string;
  /** Overrides of the image's entry point and arguments (Kubernetes `command` and `args`). */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** What else it starts with; no part of reports, because values may be secrets. */
  readonly surroundings?: Surroundings;
  /** The platforms of the nodes it is bound to; absent where any will do. */
  readonly platforms?: readonly Platform[];
  /** It is bound to nodes with this system, where there is no musl. */
  readonly os?: "windows";
  /** Whether it asks the cluster's DNS; `false` when the manifest says it does not. */
  readonly usesClusterDns: boolean | "unknown";
  /** Whom it asks instead, where that is written; follows "it". */
  readonly dnsBecause?: string;
  /** The servers it asks, where its manifest names them, or that it asks those of its node. */
  readonly asks?: readonly string[] | "node";
  /** The Corefile of the one server that it asks, where that is no cluster's but stands in this file of the repository. */
  readonly dnsCorefile?: string;
  /** What its manifest adds to the search list, where it does (Pod `dnsConfig.searches`). */
  readonly searches?: SearchList;
  /** Of a Dockerfile's base image: paths at or below which files are copied into it; `/` where that may be anywhere. */
  readonly copies?: readonly string[];
  /** Names of hosts that it is given, where its manifest has any: lower-case, with closing dot. */
  readonly names?: readonly string[];
  /** What else decides its lookups; no part of reports. */
  readonly pod?: PodFacts;
  /**
   * How the repository builds its image: it is then judged by what the Dockerfile will make of it, and not looked for in a
   * registry. No part of reports, because build arguments may be secrets.
   */
  readonly build?: ImageBuild;
  /** How many running pods it stands for; absent where no cluster was asked. */
  readonly pods?: number;
  /** Other lines that take part, such as the one a kustomization overrides. */
  readonly related?: readonly Place[];
  readonly at?: Place;
}

/** Domains that a resolver appends to short names, in order. */
export interface SearchList {
  readonly domains: readonly string[];
  /** The cluster's own three domains stand before them; not so with `dnsPolicy: None`. */
  readonly afterCluster: boolean;
  readonly at?: Place;
}

/** A workload whose image the repository builds. */
export type BuiltWorkload = Workload & { readonly build: ImageBuild };

/** Whether it is one. */
export function isBuilt(workload: Workload): workload is BuiltWorkload {
  return workload.build !== undefined;
}
