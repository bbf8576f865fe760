/** Reads ko's own settings, as far as they decide what its images are. Must take what a template makes for unknown. */
import type { DockerfileSource } from "../../model/image-build.ts";
import type { Place } from "../../model/place.ts";
import { nameOf } from "../../tree/paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";
import type { Repository } from "../repository.ts";
import { koImage, noDockerfile } from "./other-builders.ts";

/** Settings by the path of their file; `unread` where it could not be read as a whole. */
export type KoSettings = ReadonlyMap<string, { readonly root?: YamlNode } | "unread">;

/** More files of settings than this are not read: what they build is unknown. */
const MOST_FILES = 50;

/** The settings of all `.ko.yaml` of a repository. */
export async function koSettings(repository: Pick<Repository, "paths" | "yaml">): Promise<KoSettings> {
  const paths = [...repository.paths].filter((path) => nameOf(path) === ".ko.yaml");
  const all = new Map<string, { readonly root?: YamlNode } | "unread">();
  for (const path of paths) {
    const source = all.size < MOST_FILES ? await repository.yaml(path) : undefined;
    const isWhole = source !== undefined && source.problem === undefined;
    all.set(path, isWhole ? { root: source.documents[0] } : "unread");
  }
  return all;
}

/**
 * What ko makes of a program (ko.build, Configuration): without cgo unless `defaultEnv` or the `env` of a build says so, on
 * `base`, else on that of `baseImageOverrides`, else on `defaultBaseImage`. Without `importPath` overrides may be its own.
 */
export function koImageBy(
  settings: { readonly root?: YamlNode } | "unread" | undefined,
  at: Place,
  { base, importPath }: { readonly base?: string; readonly importPath?: string },
): DockerfileSource {
  if (settings === undefined) return koImage(base, at);
  if (settings === "unread") return noDockerfile("ko");
  const { root } = settings;
  const builds = itemsAt(root, "builds");
  const env = [root, ...builds].flatMap((node) => itemsAt(node, node === root ? "defaultEnv" : "env"));
  const flags = [root, ...builds].flatMap((node) =>
    (node === root ? ["defaultFlags", "defaultLdflags"] : ["flags", "ldflags"]).flatMap((key) => {
      const list = itemsAt(node, key);
      const one = textAt(node, key);
      return one === undefined ? list : [...list, one];
    }),
  );
  const turns = env.map(textIn).find(turnsCgoOn) ?? flags.map(textIn).find((text) => /linkmode/.test(text));
  if (turns !== undefined) return noDockerfile("ko", turns);
  if (base !== undefined) return koImage(base, at);
  const overrides = valueAt(root, "baseImageOverrides");
  const own = importPath === undefined ? undefined : textAt(overrides, importPath);
  if (importPath === undefined && overrides !== undefined)
    return noDockerfile("ko", "a base of baseImageOverrides");
  return koImage((own ?? textAt(root, "defaultBaseImage"))?.text, at);
}

function textIn(node: YamlNode): string {
  return node.kind === "text" ? node.text : "{{";
}

/** Whether a line of `env` may set CGO_ENABLED to anything but 0. */
function turnsCgoOn(line: string): boolean {
  const [name = "", value = ""] = line.split("=", 2);
  return name.includes("{{") || (name === "CGO_ENABLED" && value !== "0");
}
