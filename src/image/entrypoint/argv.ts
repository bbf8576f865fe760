/** Works out what a container starts with: words, variables, folder. Must not look at files. */
import { DEFAULT_PATH } from "../../knowledge/default-path.ts";
import type { ImageConfig } from "../../model/oci.ts";
import type { Surroundings } from "../../model/surroundings.ts";

/** What a workload runs instead of the image's own entry point (Kubernetes `command` and `args`), and where. */
export interface Override extends Surroundings {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
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

/** The runtime's PATH, the image's variables over it, and the workload's over these; `undefined` where a value is not known. */
export function startEnvironment(
  config: ImageConfig,
  { env = {}, envExpands = false }: Override,
): ReadonlyMap<string, string | undefined> {
  const environment = new Map<string, string | undefined>([
    ["PATH", DEFAULT_PATH],
    ...config.env.map(
      (pair) => [pair.split("=", 1)[0] as string, pair.slice(pair.indexOf("=") + 1)] as const,
    ),
  ]);
  const own = new Map(environment);
  for (const [name, value] of Object.entries(env))
    environment.set(name, envExpands && value !== undefined ? withOwn(value, own) : value);
  return environment;
}

/** `${NAME}` is the image's own value, empty where it has none, as a builder puts it in; `$$` is a dollar. */
function withOwn(text: string, own: ReadonlyMap<string, string | undefined>): string {
  return text.replace(/\$\$|\$\{(\w+)\}/g, (_, name: string | undefined) =>
    name === undefined ? "$" : (own.get(name) ?? ""),
  );
}

/** The folder it starts in, absolute. */
export function startFolder(config: ImageConfig, { workingDir }: Override): string {
  const own = config.workingDir === "" ? "/" : config.workingDir;
  if (workingDir === undefined || workingDir === "") return own;
  return workingDir.startsWith("/") ? workingDir : `${own}/${workingDir}`.replace(/\/+/g, "/");
}
