/** A file that describes a cluster, and a text that may. Must not know what either says. */
import type { Place } from "./place.ts";

/** What kind of file says something of a cluster. */
export type ClusterFileKind =
  | "corefile"
  | "config-map"
  | "gcloud"
  | "config-connector"
  | "terraform"
  | "terraform-plan";

/** A file for whoever reads clusters. */
export interface ClusterFile {
  readonly file: string;
  readonly text: string;
  readonly kind: ClusterFileKind;
  /** The kustomization whose patch sets its Corefile, where no build takes the file in as it stands. */
  readonly patchedBy?: string;
}

/** A text that speaks of AAAA as a Corefile does, or is one, whoever reads it. */
export interface UnreadText {
  readonly at: Place;
  /** It denies or rewrites AAAA, or may. */
  readonly denies: boolean;
  /** It stands where tests and examples do. */
  readonly aside: boolean;
  /** Who makes of it what is deployed. */
  readonly fills: string;
}
