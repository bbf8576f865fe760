/** Reads `build` of a compose service. Must not read the Dockerfile. */
import type { DockerfileSource, ImageBuild, NamedContext } from "../../model/image-build.ts";
import type { Source } from "../../text/source.ts";
import { joinPath } from "../../tree/paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { expand } from "./docker-expand.ts";
import { platformOf } from "./dockerfile-start.ts";

/** Values of the `.env` beside the file. */
type Environment = ReadonlyMap<string, string>;

/** A compose file, and the folder where its paths begin. */
interface ComposePlace {
  readonly file: Source;
  readonly folder: string;
}

/** How a service's image is built (docs.docker.com, Compose Build Specification). */
export function composeBuild(
  { file, folder: here }: ComposePlace,
  build: YamlNode,
  environment: Environment,
  named: Pick<ImageBuild, "tags" | "at">,
): ImageBuild {
  const known = (node: YamlText | undefined) => node && expanded(node.text, environment);
  const written = build.kind === "text" ? build : textAt(build, "context");
  const folder = written === undefined ? "." : known(written);
  const context = folder === undefined ? undefined : joinPath(here, folder)?.path;
  const [platform, ...others] = itemsAt(build, "platforms");
  const only = platform?.kind === "text" && others.length === 0 ? platformOf(platform.text) : undefined;
  return {
    dockerfile: dockerfileOf(file, build, context, environment),
    context,
    target: known(textAt(build, "target")),
    args: pairsOf(valueAt(build, "args"), environment),
    platform: only,
    contexts: contextsOf(here, build, environment),
    ...named,
    by: file.file,
  };
}

function dockerfileOf(
  file: Source,
  build: YamlNode,
  context: string | undefined,
  environment: Environment,
): DockerfileSource {
  const inline = textAt(build, "dockerfile_inline");
  if (inline !== undefined) {
    const own = file.toPlace(inline.start, inline.start + 1);
    // The text of a block begins on the line after its mark; compose puts its own variables in, and nothing for others.
    const line = own.line + (inline.style === "block" ? 1 : 0);
    const text = inline.text.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) =>
      whole === "$$" ? "$" : (environment.get(braced ?? bare ?? "") ?? ""),
    );
    return { text, at: { ...own, line, endLine: line } };
  }
  const target = textAt(build, "target");
  const lost = target !== undefined && expanded(target.text, environment) === undefined;
  if (lost) return { none: `its target is ${target.text}, and nothing here says what that is` };
  const written = textAt(build, "dockerfile")?.text ?? "Dockerfile";
  const name = expanded(written, environment);
  const path = context === undefined || name === undefined ? undefined : joinPath(context, name)?.path;
  return path === undefined ? { none: `its Dockerfile ${written} is not in this repository` } : { path };
}

function contextsOf(here: string, build: YamlNode, environment: Environment): ImageBuild["contexts"] {
  const named = Object.entries(pairsOf(valueAt(build, "additional_contexts"), environment));
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map(([name, value]) => [name, namedContext(value, here)]));
}

/** What stands for a name: a folder, `docker-image://`, or what is not read. `folder` is what paths begin at. */
export function namedContext(value: string | undefined, folder: string): NamedContext {
  if (value === undefined) return { unknown: "a folder whose name is not known" };
  const [, image] = /^docker-image:\/\/(.+)$/.exec(value) ?? [];
  if (image !== undefined) return { image };
  const joined = /^\w+:/.test(value) ? undefined : joinPath(folder, value);
  return joined === undefined ? { unknown: value } : { folder: joined.path };
}

/** As a map or as a list of `NAME=value`. Those without a value come from the environment, which is most likely empty. */
function pairsOf(
  node: YamlNode | undefined,
  environment: Environment,
): Readonly<Record<string, string | undefined>> {
  const pairs =
    node?.kind === "map"
      ? node.entries.map(({ key, value }) => [key, value.kind === "text" ? value.text : ""] as const)
      : (node?.kind === "list" ? node.items : []).map((item) => {
          const text = item.kind === "text" ? item.text : "";
          const equals = text.indexOf("=");
          return equals < 0
            ? ([text, ""] as const)
            : ([text.slice(0, equals), text.slice(equals + 1)] as const);
        });
  const named = pairs.flatMap(([name, value]) => {
    if (value !== "") return [[name, expanded(value, environment)] as const];
    const own = environment.get(name);
    return own === undefined ? [] : [[name, own] as const];
  });
  return Object.fromEntries(named);
}

function expanded(text: string, environment: Environment): string | undefined {
  const parts = text.split("$$").map((part) => expand(part, environment));
  const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
  return texts.length === parts.length ? texts.join("$") : undefined;
}
