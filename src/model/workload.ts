/** Who runs what where, and which cluster it meets. Must not know any file format. */
import type { Place } from "./place.ts";

/** A container to be judged. */
export interface Workload {
  /** Image reference as written, with a source prefix where the user gave one. */
  readonly image: string;
  /** Shown to people: `deployment/api, container app`, or the reference itself. */
  readonly name: string;
  /** Which of several images behind the reference it is, such as `linux/arm64`; the name ends in it. */
  readonly variant?: string;
  /** Overrides of the image's entry point and arguments (Kubernetes `command` and `args`). */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Whether it asks the cluster's DNS; `false` when the manifest says it does not. */
  readonly usesClusterDns: boolean | "unknown";
  /** What its manifest adds to the search list, where it does (Pod `dnsConfig.searches`). */
  readonly searches?: SearchList;
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
