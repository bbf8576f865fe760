/** What the literals of HCL say, as the nodes that YAML is read into. Must stay types: the parser is loaded by who has HCL. */
import type { YamlFile } from "./nodes.ts";

/** What a file's literals say. */
export interface HclValues extends YamlFile {
  /** Corefiles, and parts of them, that are set to what has to be run: that is not among the nodes. */
  readonly computed: readonly ComputedCorefile[];
  /** Blocks that are never made, and are not among the nodes either. */
  readonly off: readonly OffPart[];
}

/** A Corefile's key and what it is set to, as it is written. */
export interface ComputedCorefile {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** A part of a file that the file itself switches off; offsets in UTF-16 units, `end` exclusive. */
export interface OffPart {
  readonly start: number;
  readonly end: number;
}

/** Reads what literals say; total. */
export interface HclValuesReader {
  /**
   * The file as YAML of the same values would be read; nothing where it is too long or has too many parts. With `written`,
   * what has to be run stands for itself, as a template does; without it is not there.
   */
  values(text: string, written?: "written"): HclValues | undefined;
}
