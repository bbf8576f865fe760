/** What reading images needs from outside. Must hold no logic. */
import type { Progress } from "../model/progress.ts";
import type { LayerReader } from "./layer/reader.ts";
import type { Limits } from "./limits.ts";
import type { Source } from "./source/source.ts";

/** The outside. */
export interface ImagePorts {
  /** For references that the user wrote. */
  readonly sources: readonly Source[];
  /** For references in files: they name images in registries, never files of whoever runs this. */
  readonly registries: readonly Source[];
  readonly reader: LayerReader;
  readonly signal: AbortSignal;
  /** The default bounds unless given. */
  readonly limits?: Limits;
  readonly progress?: Progress;
}
