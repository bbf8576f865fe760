/** Reads how a development container is built. Must not take it for something that runs in a cluster. */
import type { ImageBuild } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, parentOf } from "../../tree/paths.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import { readYaml, textAt, valueAt } from "../../yaml/nodes.ts";

/** Whether a path is a development container's (containers.dev, Dev Container metadata reference). */
export function isDevcontainerName(path: string): boolean {
  return /(?:^|\/)(?:\.devcontainer\/(?:[^/]+\/)?|\.)devcontainer\.json$/.test(path);
}

/** `build`, and `dockerFile` as it was written before; both relative to the file's folder. */
export function devcontainerBuilds(file: Source, budget: YamlBudget): readonly ImageBuild[] {
  const [document] = readYaml(withoutComments(file.text), budget).documents;
  const here = parentOf(file.file);
  const name = textAt(document, "build", "dockerfile") ?? textAt(document, "dockerFile");
  const joined = name && joinPath(here, name.text);
  // `${localEnv:X}` and the like are the developer's.
  const known = (text: string) => (text.includes("${") ? undefined : text);
  if (name === undefined || !joined || known(name.text) === undefined) return [];
  const folder = textAt(document, "build", "context") ?? textAt(document, "context");
  const target = textAt(document, "build", "target");
  if (target !== undefined && known(target.text) === undefined) return [];
  const args = valueAt(document, "build", "args");
  const pairs = (args?.kind === "map" ? args.entries : []).map(
    ({ key, value }) => [key, value.kind === "text" ? known(value.text) : undefined] as const,
  );
  return [
    {
      dockerfile: joined,
      context: joinPath(here, folder?.text ?? ".")?.path,
      target: target?.text,
      args: Object.fromEntries(pairs),
      at: file.toPlace(name.start, name.end),
      by: file.file,
    },
  ];
}

/** Comments of JSONC as blanks, so that every offset stays. */
function withoutComments(text: string): string {
  return text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/.*|\/\*[\s\S]*?(?:\*\/|$)/g, (whole, string?: string) =>
    string === undefined ? whole.replace(/[^\n]/g, " ") : string,
  );
}
