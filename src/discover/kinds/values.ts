/** Finds images in Helm values by how charts usually write them. Must not know the chart's templates. */
import { isLiteralImage, joinImage, splitImage } from "../../model/image-name.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { Named, Workload } from "../../model/workload.ts";
import type { WorkloadKey } from "../../model/workload-key.ts";
import { named } from "../../model/workload-names.ts";
import { fileUnreadable, imageNotLiteral } from "../gaps.ts";
import type { Source } from "../../text/source.ts";
import { valuesDns, valuesHostLines } from "./values-dns.ts";
import { entryOf, textAt, valueAt, type YamlMap, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** What stands in for what the values leave out. */
export interface ValuesContext {
  /** Whose values they are: the key of every workload in them, but for the path in the values. */
  readonly key: Omit<WorkloadKey, "container">;
  /** Chart.yaml's appVersion, which an empty tag means by convention. */
  readonly appVersion?: { readonly text: string; readonly at: Place };
  /** The chart's own values, which this file only changes. */
  readonly base?: { readonly values: YamlNode; readonly file: Source };
}

/** An image and the path of its map or key, such as `web.image`. */
export interface ValuesImage {
  readonly path: string;
  readonly workload: Workload;
}

/** What values say. */
export interface ValuesImages {
  readonly images: readonly ValuesImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The deepest map that is looked at. */
const MOST_DEPTH = 40;

/**
 * Finds `{registry, repository, tag, digest}` maps and `image: name:tag` texts, with `tag` or `imageTag` beside them
 * (helm.sh, Best Practices; Bitnami's and `helm create`'s charts).
 */
export function imagesInValues(file: Source, values: YamlNode, context: ValuesContext): ValuesImages {
  const images: ValuesImage[] = [];
  const diagnostics: Diagnostic[] = [];
  const registry = textAt(values, "global", "imageRegistry") ?? textAt(values, "global", "image", "registry");
  let tooDeep = false;

  const add = (path: readonly string[], parts: Parts) => {
    const shownPath = path.join(".");
    const key = { ...context.key, container: shownPath };
    const who = named({ key, role: "values", file: file.file });
    const said = workloadOf(file, who, parts, context, registry);
    if ("message" in said) {
      diagnostics.push(said);
      return;
    }
    const dns = valuesDns(file, values, path, context.base);
    diagnostics.push(...dns.diagnostics);
    const { usesClusterDns, dnsBecause, asks, searches, resolver } = dns;
    const aliases = valuesHostLines(file, values, path);
    const lines = aliases.length > 0 ? aliases : undefined;
    const workload = {
      ...said,
      usesClusterDns,
      ...(dnsBecause !== undefined && { dnsBecause }),
      ...(asks !== undefined && { asks }),
      ...(searches && { searches }),
      ...((resolver ?? lines) && { pod: { resolver, hostLines: lines } }),
    };
    images.push({ path: shownPath, workload });
  };

  const walk = (node: YamlNode, path: readonly string[]): void => {
    tooDeep ||= path.length > MOST_DEPTH;
    if (path.length > MOST_DEPTH) return;
    if (node.kind === "list")
      for (const [index, item] of node.items.entries()) walk(item, [...path, String(index)]);
    if (node.kind !== "map") return;
    const parts = partsOf(node, path, context);
    if (parts !== undefined) add(path, parts);
    for (const { key, value } of node.entries) {
      if (value.kind !== "text") walk(value, [...path, key]);
      else if (/images$/i.test(path.at(-1) ?? "") && splitImage(value.text).tag !== undefined) {
        // A map of images by name: only what has a tag, so that a map of pictures is none.
        if (looksLikeImage(key, value)) add([...path, key], { name: value, tag: undefined });
      } else if (/image$/i.test(key) && parts === undefined) {
        const beside = textAt(node, `${key}Tag`) ?? (key === "image" ? textAt(node, "tag") : undefined);
        if (!looksLikeImage(beside === undefined ? key : "image", value)) continue;
        const tag = splitImage(value.text).tag === undefined ? beside : undefined;
        add([...path, key], { name: value, tag });
      }
    }
  };
  walk(values, []);
  if (tooDeep) diagnostics.push(fileUnreadable(file.file, "its values are nested too deeply"));
  return { images, diagnostics };
}

interface Parts {
  readonly registry?: YamlText | undefined;
  readonly name?: YamlText | undefined;
  readonly tag?: YamlText | undefined;
  readonly digest?: YamlText | undefined;
  /** Where the name came from, when it was another file. */
  readonly nameFile?: Source;
  /** There is a key for the tag, so that appVersion may stand in for an empty one. */
  readonly wantsTag?: boolean;
}

/** The parts of a map that describes an image. */
function partsOf(map: YamlMap, path: readonly string[], context: ValuesContext): Parts | undefined {
  const isImage = /image$/i.test(path.at(-1) ?? "");
  const own = (key: string) => textAt(map, key);
  const [tag, digest] = [own("tag"), own("digest") ?? own("sha")];
  const wantsTag = valueAt(map, "tag") !== undefined;
  const hasVersion = wantsTag || valueAt(map, "digest") !== undefined;
  const name = own("repository") ?? (isImage ? (own("name") ?? own("image")) : undefined);
  if (name !== undefined) {
    if (name.text.includes("://") || !(isImage || hasVersion)) return undefined;
    return { registry: own("registry"), name, tag, digest, wantsTag: true };
  }
  if (!isImage || (tag === undefined && digest === undefined)) return undefined;
  const base = valueAt(context.base?.values, ...path);
  return {
    registry: own("registry") ?? textAt(base, "registry"),
    name: textAt(base, "repository") ?? textAt(base, "name"),
    tag,
    digest,
    nameFile: context.base?.file,
  };
}

/** A text under a key that ends in `image`: not a switch, a policy, a sentence or the address of a picture. */
function looksLikeImage(key: string, { text, templated }: YamlText): boolean {
  if (templated || text.includes("$")) return !text.includes("://");
  if (text === "" || text.includes("://") || /\s|^[./#]/.test(text)) return false;
  if (/^(?:true|false|yes|no|on|off|null|none|auto|default|always|~)$/i.test(text)) return false;
  if (/\.(?:png|svg|jpe?g|gif|ico|webp|avif|bmp|qcow2|iso|img)$/i.test(text)) return false;
  // `backgroundImage: cover` is no image; `sidecarImage: envoy:1` and `org/envoy` are.
  return key === "image" || /[/:@]/.test(text);
}

function workloadOf(
  file: Source,
  who: Named & Pick<Workload, "name">,
  parts: Parts,
  context: ValuesContext,
  globalRegistry: YamlText | undefined,
): Workload | Diagnostic {
  const { name } = who;
  const decisive = parts.digest ?? parts.tag ?? parts.name;
  const at = decisive === undefined ? file.toPlace(0, 0) : file.toPlace(decisive.start, decisive.end);
  const texts = [globalRegistry, parts.registry, parts.name, parts.tag, parts.digest];
  if (parts.name === undefined) return imageNotLiteral("its repository is not in this file", name, at);
  if (texts.some((text) => text?.templated)) {
    return imageNotLiteral(texts.map((text) => text?.text ?? "").join(" "), name, at);
  }
  const given = splitImage(parts.name.text);
  const related: Place[] = [];
  if (decisive !== parts.name) {
    related.push((parts.nameFile ?? file).toPlace(parts.name.start, parts.name.end));
  }
  let tag = parts.tag?.text ?? given.tag;
  const digest = parts.digest === undefined ? given.digest : withAlgorithm(parts.digest.text);
  if (tag === undefined && digest === undefined && parts.wantsTag) {
    if (context.appVersion === undefined) {
      return imageNotLiteral(`${parts.name.text} without a tag`, name, at);
    }
    tag = context.appVersion.text;
    related.push(context.appVersion.at);
  }
  const registry = globalRegistry?.text ?? parts.registry?.text;
  const image = joinImage({
    name: registry === undefined ? given.name : `${registry.replace(/\/+$/, "")}/${given.name}`,
    tag,
    digest,
  });
  if (!isLiteralImage(image)) return imageNotLiteral(image, name, at);
  return { image, ...who, usesClusterDns: true, at, ...(related.length > 0 ? { related } : {}) };
}

/** Some charts leave `sha256:` to the template. */
function withAlgorithm(digest: string): string {
  return /^[0-9a-f]{64}$/.test(digest) ? `sha256:${digest}` : digest;
}

/** `[{name: image.tag, value: x}]` as the map it stands for. */
export function mapOfParameters(parameters: readonly YamlNode[]): YamlMap {
  interface Branch extends Map<string, Branch | YamlText> {}
  const root: Branch = new Map();
  for (const parameter of parameters.slice(0, 1000)) {
    const [name, value] = [textAt(parameter, "name"), textAt(parameter, "value")];
    const keys = name?.text.split(".").slice(0, 16) ?? [];
    const last = keys.pop();
    if (last === undefined || value === undefined) continue;
    let at = root;
    for (const key of keys) {
      const next = at.get(key);
      const branch: Branch = next instanceof Map ? next : new Map();
      at.set(key, branch);
      at = branch;
    }
    at.set(last, value);
  }
  const toMap = (branch: Branch): YamlMap => ({
    kind: "map",
    entries: [...branch].map(([key, value]) => entryOf(key, value instanceof Map ? toMap(value) : value)),
    start: 0,
    end: 0,
  });
  return toMap(root);
}
