/** Finds the containers of Kubernetes objects of every kind, by their shape. Must not know any list of kinds. */
import { isLiteralImage, splitImage } from "../../model/image-name.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Role, Workload } from "../../model/workload.ts";
import type { WorkloadKey } from "../../model/workload-key.ts";
import { named } from "../../model/workload-names.ts";
import { imageNotLiteral } from "../gaps.ts";
import { type PodDns, podDns, type Render } from "./pod-dns.ts";
import type { TextFile } from "../text-file.ts";
import { textAt, valueAt, valuesOf, type YamlMap, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** A container of an object. */
export interface ManifestContainer {
  readonly workload: Workload;
  /** `deployment` and `api`; empty where the file does not say. */
  readonly owner: { readonly kind: string; readonly name: string };
  /** The container's name, or where it stands in its list. */
  readonly container: string;
}

/** An image that is a template: for whoever knows the values. */
export interface TemplatedImage {
  readonly image: YamlText;
  /** Everything but the image. */
  readonly rest: Omit<Workload, "image">;
}

/** What a file of objects holds. */
export interface Manifest {
  readonly containers: readonly ManifestContainer[];
  readonly templated: readonly TemplatedImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Keys of a PodSpec that hold containers, with what people call one. */
const POD_LISTS: readonly (readonly [string, Role])[] = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
];

/** The same for kinds that bring their own words: Tekton's and Argo Workflows'. */
const OTHER_LISTS: readonly (readonly [string, Role])[] = [
  ["steps", "step"],
  ["sidecars", "sidecar"],
  ["container", "container"],
  ["script", "script"],
];

/** Finds the containers in a file's documents. `render` works templates of the pod's DNS settings out, where it can. */
export function readManifest(
  file: TextFile,
  documents: readonly YamlNode[],
  render: Render = () => undefined,
): Manifest {
  const containers: ManifestContainer[] = [];
  const templated: TemplatedImage[] = [];
  const diagnostics: Diagnostic[] = [];
  const taken = new Set<YamlNode>();

  const container = (
    owner: Owner,
    role: Role,
    node: YamlNode,
    index: number,
    { usesClusterDns, searches }: PodDns,
  ) => {
    const called = textAt(node, "name");
    const name = (called?.templated ? render(called.text) : called?.text) || String(index + 1);
    const who = named({ key: keyOf(owner, name), role, file: file.path });
    const started = overrides(node);
    for (const image of valuesOf(node, "image")) {
      if (owner === NOBODY && !isSurelyImage(image)) continue;
      const at = file.place(image.start, image.end);
      if (image.kind !== "text") {
        diagnostics.push(imageNotLiteral("it is no text", who.name, at));
        continue;
      }
      const rest = {
        ...who,
        ...started,
        usesClusterDns,
        ...(searches === undefined ? {} : { searches }),
        at,
      };
      if (image.templated) templated.push({ image, rest });
      else if (!isLiteralImage(image.text)) diagnostics.push(imageNotLiteral(image.text, who.name, at));
      else {
        containers.push({
          workload: { image: image.text, ...rest },
          owner: { kind: owner.kind, name: owner.name },
          container: name,
        });
      }
    }
  };

  /** An image a custom resource names outside of any container, such as `spec.image` of an operator's. */
  const custom = (owner: Owner, node: YamlMap) => {
    for (const key of ["image", "imageName"]) {
      for (const image of valuesOf(node, key)) {
        if (image.kind !== "text" || !isSurelyImage(image)) continue;
        const who = named({ key: keyOf(owner, key), role: "field", file: file.path });
        const at = file.place(image.start, image.end);
        containers.push({
          // Whoever runs it decides on its DNS.
          workload: { image: image.text, ...who, usesClusterDns: "unknown", at },
          owner: { kind: owner.kind, name: owner.name },
          container: key,
        });
      }
    }
  };

  const walk = (node: YamlNode, outer: Owner): void => {
    if (node.kind === "list") for (const item of node.items) walk(item, outer);
    if (node.kind !== "map") return;
    const owner = ownerOf(node) ?? outer;
    if (owner.isObject && RUNS_NOTHING.test(owner.group)) return;
    const lists = owner.isObject ? [...POD_LISTS, ...OTHER_LISTS] : POD_LISTS;
    const found = lists.flatMap(([key, role]) =>
      valuesOf(node, key).flatMap((value) =>
        containersIn(key, value).map((item, index) => ({ role, item, index })),
      ),
    );
    if (found.length > 0) {
      const dns = podDns(file, node, render);
      diagnostics.push(...dns.diagnostics);
      for (const { role, item, index } of found) container(owner, role, item, index, dns);
    }
    for (const { item } of found) taken.add(item);
    if (isCustom(owner) && !taken.has(node)) custom(owner, node);
    for (const { value } of node.entries) walk(value, owner);
  };

  for (const document of documents) walk(document, NOBODY);
  return { containers, templated, diagnostics };
}

interface Owner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** It has apiVersion and kind, so words such as `steps` have their meaning. */
  readonly isObject: boolean;
  /** The group of its apiVersion. */
  readonly group: string;
}

const NOBODY: Owner = { kind: "", namespace: "", name: "", isObject: false, group: "" };

/** Groups whose objects describe containers without running any: schemas and policies. */
const RUNS_NOTHING = /^(?:apiextensions\.k8s\.io|(?:.+\.)?kyverno\.io|(?:.+\.)?gatekeeper\.sh)$/;

/**
 * Whether an object is of a kind somebody defined, and says what it runs by keys of its own; GitOps objects say it by
 * Helm values and overrides, which are read elsewhere.
 */
function isCustom({ isObject, group }: Owner): boolean {
  return (
    isObject && group.includes(".") && !/(?:^|\.)(?:(?:x-)?k8s\.io|fluxcd\.io|argoproj\.io)$/.test(group)
  );
}

/** Whether a text outside any object is an image all the same, and not data of another program. */
function isSurelyImage(node: YamlNode): boolean {
  if (node.kind !== "text" || node.templated || !isLiteralImage(node.text)) return false;
  const { tag, digest } = splitImage(node.text);
  return tag !== undefined || digest !== undefined;
}

function ownerOf(node: YamlMap): Owner | undefined {
  const kind = textAt(node, "kind");
  if (kind === undefined) return undefined;
  const named = textAt(node, "metadata", "name") ?? textAt(node, "metadata", "generateName");
  const version = textAt(node, "apiVersion");
  if (named === undefined && version === undefined) return undefined;
  const group = version?.text.split("/")[0] ?? "";
  return {
    kind: kind.text.toLowerCase(),
    namespace: literal(textAt(node, "metadata", "namespace")) ?? "",
    name: literal(named) ?? "",
    isObject: version !== undefined,
    group,
  };
}

/** A name that is written out; a template's would say nothing. */
function literal(node: YamlText | undefined): string | undefined {
  return node?.templated ? undefined : node?.text;
}

function keyOf({ kind, namespace, name }: Owner, container: string): WorkloadKey {
  return { root: "", kind, namespace, name, container };
}

/** The containers under a key: of a list those with an image, of Argo's `container` and `script` the map itself. */
function containersIn(key: string, value: YamlNode): readonly YamlNode[] {
  if (key === "container" || key === "script") return hasImage(value) ? [value] : [];
  return value.kind === "list" ? value.items.filter(hasImage) : [];
}

function hasImage(node: YamlNode): boolean {
  return valueAt(node, "image") !== undefined;
}

/** `command` and `args`; what is a template stays as it is written, so that it is not mistaken for the image's own. */
function overrides(node: YamlNode): Pick<Workload, "command" | "args"> {
  const [command, args] = [words(valueAt(node, "command")), words(valueAt(node, "args"))];
  return { ...(command === undefined ? {} : { command }), ...(args === undefined ? {} : { args }) };
}

function words(node: YamlNode | undefined): readonly string[] | undefined {
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  const texts = items.map((item) => (item.kind === "text" ? item.text : ""));
  return texts.length === 0 || (node?.kind === "text" && node.text === "") ? undefined : texts;
}
