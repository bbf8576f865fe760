/** Commands that whoever runs a container starts in it besides its own: probes and hooks. Must not look into its image. */
import type { Besides } from "../../model/surroundings.ts";
import { itemsAt, type YamlNode } from "../../yaml/nodes.ts";
import { expandReferences } from "./container-env.ts";

/** Where a container's commands stand (kubernetes.io, Configure Probes; Container Lifecycle Hooks). */
const COMMANDS: readonly (readonly [what: string, ...keys: string[]])[] = [
  ["startup probe", "startupProbe"],
  ["liveness probe", "livenessProbe"],
  ["readiness probe", "readinessProbe"],
  ["postStart hook", "lifecycle", "postStart"],
  ["preStop hook", "lifecycle", "preStop"],
];

/** Reads every `exec` of probes and hooks. Of variables kubelet puts in those that are written out. */
export function hooksOf(
  container: YamlNode,
  env: ReadonlyMap<string, string | undefined>,
): readonly Besides[] {
  return COMMANDS.flatMap(([what, ...keys]) => {
    const words = itemsAt(container, ...keys, "exec", "command").map((word) =>
      word.kind === "text" ? (expandReferences(word.text, env) ?? word.text) : "",
    );
    return words.length === 0 ? [] : [{ what, words }];
  });
}
