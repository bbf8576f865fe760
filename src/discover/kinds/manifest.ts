/** Finds the containers of Kubernetes objects of every kind, by their shape. Must not know any list of kinds. */
import { isKoImage, isLiteralImage, splitImage } from "../../model/image-name.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Role, Workload } from "../../model/workload.ts";
import type { WorkloadKey } from "../../model/workload-key.ts";
import { named } from "../../model/workload-names.ts";
import { imageNotLiteral } from "../gaps.ts";
import { capturesDns, type ConfigMaps, ownConfigMaps } from "../config-maps.ts";
import { volumesOf } from "./mounts.ts";
import {
  type PodDns,
  podDns,
  podFacts,
  type Render,
  withEdit,
  withMeshDns,
  withResolvConf,
} from "./pod-dns.ts";
import { type DnsPatch, dnsPatchOf } from "./pod-dns-patch.ts";
import { commandsOf, type PodGiven, startOf } from "./pod-start.ts";
import { nodesOf, podWithin, settingsIn } from "./pod-settings.ts";
import type { Source } from "../../text/source.ts";
import { namesOf, usedHosts } from "./used-names.ts";
import {
  itemsAt,
  textAt,
  valueAt,
  valuesOf,
  type YamlMap,
  type YamlNode,
  type YamlText,
} from "../../yaml/nodes.ts";

/** A container of an object. */
export interface ManifestContainer {
  readonly workload: Workload;
  /** `deployment` and `api`; empty where the file does not say. */
  readonly owner: { readonly kind: string; readonly name: string };
  /** The container's name, or where it stands in its list. */
  readonly container: string;
  /** What it was read from; absent where it is no container of a PodSpec. */
  readonly written?: Written;
}

/** A container as it is written, for patches that speak of its place. */
export interface Written {
  readonly node: YamlNode;
  readonly list: string;
  readonly index: number;
  /** Reads it as it would be written; volumes go over those of its pod. */
  readonly read: (node: YamlNode, volumes?: ReadonlyMap<string, YamlNode>) => Start & Pick<Workload, "names">;
}

type Start = Pick<Workload, "command" | "args" | "surroundings">;

/** A container without an image: a patch over one that has it. */
export interface ImagelessContainer extends Pick<ManifestContainer, "owner" | "container"> {
  readonly start: Start;
}

/** Volumes of a pod of whose containers no image is said: a patch over one of that name. */
interface PodVolumes extends Pick<ManifestContainer, "owner"> {
  readonly volumes: ReadonlyMap<string, YamlNode>;
}

/** What an object says of its pods' DNS: a patch over one of that name. */
interface PodDnsSettings extends Pick<ManifestContainer, "owner"> {
  readonly patch: DnsPatch;
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
  readonly imageless: readonly ImagelessContainer[];
  readonly volumes: readonly PodVolumes[];
  readonly dns: readonly PodDnsSettings[];
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

/**
 * Finds the containers in a file's documents. `render` works templates of the pod's settings out, where it can;
 * `configMaps` are those in sight, without it the file's own.
 */
export function readManifest(
  file: Source,
  documents: readonly YamlNode[],
  render: Render = () => undefined,
  configMaps: ConfigMaps = ownConfigMaps(file.file, documents),
): Manifest {
  const containers: ManifestContainer[] = [];
  const imageless: ImagelessContainer[] = [];
  const volumes: PodVolumes[] = [];
  const dns: PodDnsSettings[] = [];
  const templated: TemplatedImage[] = [];
  const diagnostics: Diagnostic[] = [];
  const taken = new Set<YamlNode>();

  const container = (owner: Owner, role: Role, { item: node, list, index }: Found, pod: Pod) => {
    const called = textAt(node, "name");
    const name = (called?.templated ? render(called.text) : called?.text) || String(index + 1);
    const who = named({ key: keyOf(owner, name), role, file: file.file });
    const reader = { file: file.file, namespace: owner.namespace, configMaps, render };
    const read: Written["read"] = (item, more) => {
      const within = more ? { ...pod, volumes: new Map([...pod.volumes, ...more]) } : pod;
      const start = startOf(item, within, reader);
      return { ...start, names: namesOf(usedHosts(start)) };
    };
    const { names = [], ...started } = read(node);
    const resolvConf = started.surroundings?.mounts?.find(({ path }) => path === "/etc/resolv.conf");
    const mount = valueAt(node, "volumeMounts") ?? node;
    const dns =
      resolvConf === undefined ? pod.dns : withResolvConf(pod.dns, file, resolvConf.files?.[""], mount);
    if (dns !== pod.dns) diagnostics.push(...dns.diagnostics);
    const hosts = usedHosts(started);
    for (const image of valuesOf(node, "image")) {
      if (owner === NOBODY && !isSurelyImage(image)) continue;
      const at = file.toPlace(image.start, image.end);
      if (image.kind !== "text") {
        diagnostics.push(imageNotLiteral("it is no text", who.name, at));
        continue;
      }
      const { usesClusterDns, dnsBecause, asks, searches } = dns;
      const facts = podFacts(dns, hosts, started.surroundings, pod.template);
      const rest = {
        ...who,
        ...started,
        ...pod.nodes,
        usesClusterDns,
        ...(dnsBecause !== undefined && { dnsBecause }),
        ...(asks !== undefined && { asks }),
        // Search lists are musl's matter.
        ...(searches !== undefined && pod.nodes.os === undefined && { searches }),
        ...(names.length > 0 && { names }),
        ...(facts !== undefined && pod.nodes.os === undefined && { pod: facts }),
        at,
      };
      if (image.templated) templated.push({ image, rest });
      else if (!isLiteralImage(image.text) && !isKoImage(image.text))
        diagnostics.push(imageNotLiteral(image.text, who.name, at));
      else {
        containers.push({
          workload: { image: image.text, ...rest },
          owner: { kind: owner.kind, name: owner.name },
          container: name,
          written: { node, list, index, read },
        });
      }
    }
  };

  /** What holds for every container of a pod; `template` has its metadata. */
  const podOf = (
    node: YamlMap,
    around: readonly YamlMap[],
    template: YamlMap | undefined,
    items: readonly YamlNode[],
  ): Pod => {
    const spec = podWithin(node, around);
    let dns = podDns(file, spec, render);
    for (const item of items) for (const words of commandsOf(item)) dns = withEdit(dns, file, words, item);
    if (asksMesh(template, configMaps.meshAnswersDns)) dns = withMeshDns(dns, file, template ?? node);
    const hosts = (dns.hostLines ?? []).flatMap((line) => line.names);
    diagnostics.push(...dns.diagnostics);
    return { dns, nodes: nodesOf(spec), volumes: volumesOf(spec), hosts, template };
  };

  const patches = (owner: Owner, node: YamlMap) => {
    const listed = POD_LISTS.flatMap(([key]) => itemsAt(node, key));
    const all = listed.filter((item) => !hasImage(item));
    const given = volumesOf(node);
    const patch = dnsPatchOf(file, node);
    if (patch !== undefined) dns.push({ owner: { kind: owner.kind, name: owner.name }, patch });
    if (given.size > 0) volumes.push({ owner: { kind: owner.kind, name: owner.name }, volumes: given });
    for (const item of all) {
      const name = textAt(item, "name")?.text;
      if (name === undefined) continue;
      const reader = { file: file.file, namespace: owner.namespace, configMaps, render };
      const start = startOf(item, { volumes: given, hosts: [] }, reader);
      if (Object.keys(start).length === 0) continue;
      imageless.push({ owner: { kind: owner.kind, name: owner.name }, container: name, start });
    }
  };

  /** An image a custom resource names outside of any container, such as `spec.image` of an operator's. */
  const custom = (owner: Owner, node: YamlMap) => {
    for (const key of ["image", "imageName"]) {
      for (const image of valuesOf(node, key)) {
        if (image.kind !== "text" || !isSurelyImage(image)) continue;
        const who = named({ key: keyOf(owner, key), role: "field", file: file.file });
        const at = file.toPlace(image.start, image.end);
        containers.push({
          // Whoever runs it decides on its DNS.
          workload: { image: image.text, ...who, usesClusterDns: "unknown", at },
          owner: { kind: owner.kind, name: owner.name },
          container: key,
        });
      }
    }
  };

  const walk = (
    node: YamlNode,
    outer: Owner,
    around: readonly YamlMap[],
    template: YamlMap | undefined,
  ): void => {
    if (node.kind === "list") for (const item of node.items) walk(item, outer, around, template);
    if (node.kind !== "map") return;
    const owner = ownerOf(node) ?? outer;
    if (owner.isObject && RUNS_NOTHING.test(owner.group)) return;
    const lists = owner.isObject ? [...POD_LISTS, ...OTHER_LISTS] : POD_LISTS;
    const found = lists.flatMap(([key, role]) =>
      valuesOf(node, key).flatMap((value) =>
        containersIn(key, value).map((one) => ({ role, list: key, ...one })),
      ),
    );
    if (found.length > 0) {
      const items = found.map(({ item }) => item);
      const pod = podOf(node, owner.isObject ? around : [], template, items);
      for (const { role, ...one } of found) container(owner, role, one, pod);
    }
    for (const { item } of found) taken.add(item);
    if (owner.isObject) patches(owner, node);
    if (isCustom(owner) && !taken.has(node)) custom(owner, node);
    const within = owner === outer ? around : [];
    const inside = [...settingsIn(node), ...within];
    const meta = valueAt(node, "metadata") === undefined ? template : node;
    for (const { value } of node.entries) walk(value, owner, inside, meta);
  };

  for (const document of documents) walk(document, NOBODY, [], undefined);
  return { containers, imageless, volumes, dns, templated, diagnostics };
}

/** What is told of images that are templates, where nobody knows the values. */
export function unrendered({ templated }: Manifest): readonly Diagnostic[] {
  return templated.map(({ image, rest }) => imageNotLiteral(image.text, rest.name, rest.at!));
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
const RUNS_NOTHING =
  /^(?:apiextensions\.k8s\.io|policy\.karmada\.io|(?:.+\.)?kyverno\.io|(?:.+\.)?gatekeeper\.sh)$/;

/**
 * Whether an object is of a kind somebody defined, and says what it runs by keys of its own; GitOps objects say it by
 * Helm values and overrides, which are read elsewhere.
 */
function isCustom({ isObject, group }: Owner): boolean {
  return (
    isObject &&
    group.includes(".") &&
    !/(?:^|\.)(?:(?:x-)?k8s\.io|fluxcd\.io|argoproj\.io|helm\.sh)$/.test(group)
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
function containersIn(key: string, value: YamlNode): readonly Omit<Found, "list">[] {
  const alone = key === "container" || key === "script";
  const items = alone ? [value] : value.kind === "list" ? value.items : [];
  return items.map((item, index) => ({ item, index })).filter(({ item }) => hasImage(item));
}

/** A container, and where in which list it stands. */
interface Found {
  readonly item: YamlNode;
  readonly list: string;
  readonly index: number;
}

function hasImage(node: YamlNode): boolean {
  return valueAt(node, "image") !== undefined;
}

/** What holds for all containers of a pod. */
interface Pod extends PodGiven {
  readonly dns: PodDns;
  readonly nodes: ReturnType<typeof nodesOf>;
  /** What has its metadata. */
  readonly template: YamlMap | undefined;
}

/**
 * Whether Istio's DNS proxy answers a pod (istio.io, DNS Proxying; ProxyConfig by annotation): its own annotation says so,
 * or the mesh's settings do and nothing keeps its sidecar away.
 */
function asksMesh(template: YamlMap | undefined, meshAnswersDns: boolean): boolean {
  const annotation = textAt(template, "metadata", "annotations", "proxy.istio.io/config");
  const own = annotation === undefined ? undefined : capturesDns(annotation.text);
  const inject = ["labels", "annotations"]
    .map((where) => textAt(template, "metadata", where, "sidecar.istio.io/inject")?.text)
    .find((text) => text !== undefined);
  return inject !== "false" && (own ?? meshAnswersDns);
}
