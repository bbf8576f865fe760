/** Works out the words a container starts with. Must not look at files. */
import type { ImageConfig } from "../../model/oci.ts";

/** What a workload runs instead of the image's own entry point (Kubernetes `command` and `args`). */
export interface Override {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Variables beside or instead of the image's own; `undefined` where the value is not known. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Instead of the image's own. */
  readonly workingDir?: string;
}

/**
 * Entrypoint and Cmd, or what replaces them: `command` replaces both, `args` only Cmd (Kubernetes, "Define a Command
 * and Arguments for a Container"). An empty list overrides nothing.
 */
export function startWords(config: ImageConfig, override: Override): readonly string[] {
  const given = (words: readonly string[] | undefined) =>
    words !== undefined && words.length > 0 ? words : undefined;
  const command = given(override.command);
  const args = given(override.args);
  if (command !== undefined) return [...command, ...(args ?? [])];
  return [...config.entrypoint, ...(args ?? config.cmd)];
}
