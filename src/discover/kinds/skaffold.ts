/** Reads what Skaffold builds, in its profiles too. Must not read the Dockerfiles, nor run a build command. */
import type { DockerfileSource, ImageBuild } from "../../model/image-build.ts";
import type { Place } from "../../model/place.ts";
import type { Source } from "../../text/source.ts";
import { joinPath, parentOf } from "../../tree/paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";
import { koImageBy, type KoSettings } from "./ko-settings.ts";
import { jibImage, noDockerfile } from "./other-builders.ts";

/** Whether a document is a Skaffold configuration (skaffold.dev, skaffold.yaml reference). */
export function isSkaffold(document: YamlNode | undefined): boolean {
  return textAt(document, "apiVersion")?.text.startsWith("skaffold/") === true;
}

/** The most profiles of one configuration that are followed. */
const MOST_PROFILES = 20;

/** What it reads besides its own file. */
interface Around {
  /** Whether the repository has a path. */
  readonly has: (path: string) => boolean;
  readonly ko: KoSettings;
}

/** One artifact as it is after a profile's patches: its own node, and what they set by their pointers below it. */
interface Artifact {
  readonly node: YamlNode;
  readonly patched: ReadonlyMap<string, YamlText>;
}

/** The builds of `build.artifacts`, and those that a profile puts in their place. */
export function readSkaffold(
  file: Source,
  documents: readonly YamlNode[],
  around: Around,
): readonly ImageBuild[] {
  return documents.filter(isSkaffold).flatMap((document) => {
    const own = itemsAt(document, "build", "artifacts");
    const builds = own.flatMap((node) => buildOf(file, { node, patched: NOTHING }, around, ""));
    for (const profile of itemsAt(document, "profiles").slice(0, MOST_PROFILES)) {
      const name = textAt(profile, "name")?.text ?? "";
      // A list of a profile stands in place of the list of the configuration (skaffold.dev, Profiles).
      const listed = itemsAt(profile, "build", "artifacts");
      const changed =
        listed.length > 0 ? listed.map((node) => ({ node, patched: NOTHING })) : patchedBy(profile, own);
      builds.push(...changed.flatMap((artifact) => buildOf(file, artifact, around, `, profile ${name}`)));
    }
    return builds;
  });
}

const NOTHING: ReadonlyMap<string, YamlText> = new Map();

/** The artifacts that a profile's JSON patches change. */
function patchedBy(profile: YamlNode, own: readonly YamlNode[]): readonly Artifact[] {
  const all = new Map<YamlNode, Map<string, YamlText>>();
  for (const patch of itemsAt(profile, "patches")) {
    const [, index, below] =
      /^\/build\/artifacts\/(\d{1,5})\/(.+)$/.exec(textAt(patch, "path")?.text ?? "") ?? [];
    const node = index === undefined ? undefined : own[Number(index)];
    const value = textAt(patch, "value");
    if (node === undefined || below === undefined || value === undefined) continue;
    all.set(node, new Map([...(all.get(node) ?? []), [below, value]]));
  }
  return [...all].map(([node, patched]) => ({ node, patched }));
}

function buildOf(
  file: Source,
  { node, patched }: Artifact,
  { has, ko }: Around,
  profile: string,
): readonly ImageBuild[] {
  const text = (...keys: readonly string[]) => patched.get(keys.join("/")) ?? textAt(node, ...keys);
  const image = text("image");
  if (image === undefined || image.templated) return [];
  const here = parentOf(file.file);
  const written = text("context");
  const context = written?.templated === true ? undefined : joinPath(here, written?.text ?? ".")?.path;
  const builder = valueAt(node, "kaniko") === undefined ? "docker" : "kaniko";
  const at = file.toPlace(image.start, image.end);
  const dockerfile =
    otherBuilder(node, at, context, here, ko) ??
    dockerfileOf(text(builder, "dockerfile"), context, here, has) ??
    ({ none: `${file.file} does not say by which Dockerfile` } as const);
  const target = text(builder, "target");
  const args = argumentsOf(valueAt(node, builder, "buildArgs"));
  for (const [pointer, value] of patched) {
    const name = pointer.startsWith(`${builder}/buildArgs/`) ? pointer.split("/")[2] : undefined;
    if (name !== undefined) args.set(name, value.templated ? undefined : value.text);
  }
  // The tag of another artifact, under the name that stands here (skaffold.dev, Artifact dependencies).
  for (const item of itemsAt(node, "requires")) {
    const [name, alias] = [textAt(item, "image")?.text, textAt(item, "alias")?.text];
    if (name !== undefined) args.set(alias ?? name, name);
  }
  const unknownTarget = target?.templated === true ? { none: `its target is ${target.text}` } : undefined;
  return [
    {
      dockerfile: unknownTarget ?? dockerfile,
      context,
      target: target?.text,
      args: Object.fromEntries(args),
      tags: [image.text],
      at,
      by: `${file.file}${profile}`,
    },
  ];
}

/** Relative to the context, else to the configuration where it is there (skaffold, pkg/skaffold/docker/normalize.go). */
function dockerfileOf(
  written: YamlText | undefined,
  context: string | undefined,
  here: string,
  has: Around["has"],
): DockerfileSource | undefined {
  if (context === undefined || written?.templated === true) return undefined;
  const name = written?.text ?? "Dockerfile";
  const inside = joinPath(context, name);
  const beside = joinPath(here, name);
  const found = [inside, beside].find((one) => one !== undefined && has(one.path)) ?? inside;
  return found === undefined ? undefined : { path: found.path };
}

function argumentsOf(node: YamlNode | undefined): Map<string, string | undefined> {
  const known = (value: YamlNode) =>
    value.kind === "text" && !value.text.includes("{{") ? value.text : undefined;
  return new Map(
    (node?.kind === "map" ? node.entries : []).map(({ key, value }) => [key, known(value)] as const),
  );
}

/** Builders without a Dockerfile, and commands of one's own. */
function otherBuilder(
  node: YamlNode,
  at: Place,
  context: string | undefined,
  here: string,
  settings: KoSettings,
): DockerfileSource | undefined {
  const jib = valueAt(node, "jib");
  if (jib !== undefined) return jibImage(textAt(jib, "fromImage")?.text, at);
  const ko = valueAt(node, "ko");
  const isPlain = itemsAt(ko, "env").every(
    (item) => item.kind === "text" && !/^CGO_ENABLED=(?!0$)/.test(item.text),
  );
  const paths = [context ?? here, here].flatMap((folder) => joinPath(folder, ".ko.yaml")?.path ?? []);
  const own = paths.map((path) => settings.get(path)).find((one) => one !== undefined);
  if (ko !== undefined && isPlain) return koImageBy(own, at, { base: textAt(ko, "fromImage")?.text });
  for (const key of ["ko", "buildpacks", "bazel"] as const)
    if (valueAt(node, key) !== undefined) return noDockerfile(key, textAt(node, key, "builder")?.text);
  const custom = valueAt(node, "custom");
  if (custom === undefined) return undefined;
  const named = textAt(custom, "dependencies", "dockerfile", "path");
  const joined = named && joinPath(context ?? here, named.text);
  if (joined) return { path: joined.path };
  return {
    none: `it is built by the command ${textAt(custom, "buildCommand")?.text ?? ""} (line ${at.line})`,
  };
}
