/** What a plan takes from outside. Must stay types. */
import type { BaseImage } from "../image/base-image.ts";
import type { Limits } from "../image/limits.ts";
import type { Budget } from "../model/budget.ts";
import type { Platform } from "../model/oci.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { Estimate } from "./stage-state.ts";

/** The outside. */
export interface PlanPorts {
  readonly tree: FileTree;
  /** A named image's layers and settings, on this platform. */
  base(reference: string, platform: Platform): Promise<BaseImage>;
  /** What a name says of an image that cannot be read; nothing where it says nothing. */
  estimate(reference: string): Estimate | undefined;
  /** What is built for where neither the build nor a FROM says it. */
  readonly platform: Platform;
  /** What else it may be built for, where every platform is asked for. */
  readonly others?: readonly Platform[];
  readonly limits: Limits;
  /** Steps of all plans together. */
  readonly inAll?: Budget;
}
