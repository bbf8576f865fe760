/** A file that describes a cluster. Must not know what it says. */
import type { Place } from "../model/place.ts";
import type { UnreadText } from "../model/unread-text.ts";
import type { YamlFile } from "../yaml/nodes.ts";

/** What kind of file says something of a cluster. */
export type ClusterFileKind =
  | "corefile"
  | "config-map"
  | "gcloud"
  | "config-connector"
  | "terraform"
  /** Terraform's, or Terragrunt's, with words of a Corefile in it; of a `.tf` beside its other kind. */
  | "terraform-values"
  | "terraform-plan";

/** A file for whoever reads clusters. */
export interface ClusterFile {
  readonly file: string;
  readonly text: string;
  readonly kind: ClusterFileKind;
  /** What it holds, where it was read as YAML: no file is parsed twice. */
  readonly yaml?: YamlFile;
  /** The kustomization whose patch sets its Corefile, where no build takes the file in as it stands. */
  readonly patchedBy?: string;
  /** The text is a chart's that was fetched: all of it stands where `file` names the chart. */
  readonly standsAt?: Place;
}

/** What charts that were fetched say of clusters, on the lines that name them. */
export interface OfCharts {
  /** What denies AAAA and nobody reads. */
  readonly unread: UnreadText[];
  /** Their own values. */
  readonly values: ClusterFile[];
}
