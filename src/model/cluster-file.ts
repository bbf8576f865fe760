/** A file that describes a cluster. Must not know what it says. */

/** What kind of file says something of a cluster. */
export type ClusterFileKind =
  | "corefile"
  | "config-map"
  | "helm-values"
  | "gcloud"
  | "config-connector"
  | "terraform"
  | "terraform-plan";

/** A file for whoever reads clusters. */
export interface ClusterFile {
  readonly file: string;
  readonly text: string;
  readonly kind: ClusterFileKind;
}
