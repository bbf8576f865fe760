/** How a container of a PodSpec is started, and with what around it. Must not expand what its image says. */
import type { Surroundings } from "../../model/surroundings.ts";
import type { Workload } from "../../model/workload.ts";
import { textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import { containerEnv, envOf, expandReferences, type Reader } from "./container-env.ts";
import { hooksOf } from "./hooks.ts";
import { mountsOf } from "./mounts.ts";

/** What a pod gives its containers. */
export interface PodGiven {
  readonly volumes: ReadonlyMap<string, YamlNode>;
  readonly hosts: readonly string[];
}

/** `command` and `args`; what is a template stays as it is written, so that it is not mistaken for the image's own. */
export function startOf(
  node: YamlNode,
  { volumes, hosts }: PodGiven,
  reader: Reader,
): Pick<Workload, "command" | "args" | "surroundings"> {
  const variables = containerEnv(node, reader);
  const expanded = (all: readonly string[] | undefined) =>
    all?.map((word) => expandReferences(word, variables.env) ?? word);
  const [command, args] = [expanded(words(valueAt(node, "command"))), expanded(words(valueAt(node, "args")))];
  const mounts = mountsOf(node, volumes, reader);
  const besides = hooksOf(node, variables.env);
  const workingDir = textAt(node, "workingDir")?.text;
  const surroundings: Surroundings = {
    ...envOf(variables),
    ...(workingDir !== undefined && { workingDir }),
    ...(mounts.length > 0 && { mounts }),
    // Without them a name counts as one that is asked for.
    ...(hosts.length > 0 && reader.configMaps.spend(hosts.join().length) && { hosts }),
    ...(besides.length > 0 && { besides }),
  };
  return {
    ...(command !== undefined && { command }),
    ...(args !== undefined && { args }),
    ...(Object.keys(surroundings).length > 0 && { surroundings }),
  };
}

function words(node: YamlNode | undefined): readonly string[] | undefined {
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  const texts = items.map((item) => (item.kind === "text" ? item.text : ""));
  return texts.length === 0 || (node?.kind === "text" && node.text === "") ? undefined : texts;
}

/** Whatever a container runs, its own start and its hooks, each as words. */
export function commandsOf(node: YamlNode): readonly (readonly string[])[] {
  const start = [...(words(valueAt(node, "command")) ?? []), ...(words(valueAt(node, "args")) ?? [])];
  return [start, ...hooksOf(node, new Map()).map((hook) => hook.words)];
}
