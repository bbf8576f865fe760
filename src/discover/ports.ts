/** What a search takes from outside. Must stay types. */
import type { HclReader } from "../text/hcl-syntax.ts";
import type { HclValuesReader } from "../yaml/hcl-values.ts";
import type { HelmPort } from "./kinds/helm-render.ts";
import type { PackedChartPort } from "./packed-chart-port.ts";

/** Each may be missing. */
export interface DiscoverPorts {
  /** Renders charts; without it their values and templates are read as they stand. */
  readonly helm?: HelmPort;
  /** Starts the reader of HCL; without it bake files in HCL are passed over, and what Terraform makes is a gap. */
  readonly hcl?: () => Promise<HclReader & HclValuesReader>;
  /** What CI says of the repository, by the names of its variables: images are called by them. */
  readonly ci?: ReadonlyMap<string, string>;
  /** Fetches charts of registries; without it they are not followed. */
  readonly packedChart?: PackedChartPort;
}
