/** Reads images out of Argo CD's and Flux's objects. Must not fetch what they point to. */
import { isLiteralImage, joinImage, splitImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workload } from "../../model/workload.ts";
import { named } from "../../model/workload-names.ts";
import { imageNotLiteral, notFollowed, yamlUnreadable } from "../gaps.ts";
import { type ImageOverride, overridesIn } from "./image-overrides.ts";
import { changesDns, changesPods, inlinePatches } from "./patches.ts";
import { valueSource } from "../../yaml/scalar.ts";
import { joinPath } from "../../tree/paths.ts";
import type { Source } from "../../text/source.ts";
import { imagesInValues, mapOfParameters } from "./values.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import {
  type ChartSource,
  chartOfApplication,
  chartOfRelease,
  chartSource,
  type WantedChart,
} from "./wanted-charts.ts";
import { itemsAt, readYaml, textAt, valueAt, type YamlNode, type YamlText } from "../../yaml/nodes.ts";

/** Which folders the repository has, and which of them have a Chart.yaml. */
export interface Folders {
  readonly isFolder: (path: string) => boolean;
  readonly isChart: (path: string) => boolean;
}

/** What a file's GitOps objects say. */
export interface GitOps {
  readonly workloads: readonly Workload[];
  /** Overrides for kustomizations of this repository, by folder. */
  readonly overrides: ReadonlyMap<string, readonly ImageOverride[]>;
  /** Charts of elsewhere, and where they may be. */
  readonly charts: readonly WantedChart[];
  readonly sources: readonly ChartSource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every document of a file; `isFolder` tells whether the repository has a folder, `isChart` whether it is a chart's. */
export function readGitOps(
  file: Source,
  documents: readonly YamlNode[],
  { isFolder, isChart }: Folders,
  budget: YamlBudget,
): GitOps {
  const workloads: Workload[] = [];
  const diagnostics: Diagnostic[] = [];
  const overrides = new Map<string, ImageOverride[]>();
  const charts: WantedChart[] = [];
  const sources: ChartSource[] = [];

  /** Objects whose patches change whose DNS their pods ask. */
  const repointed = new Set<ObjectKey>();
  const asOf = (key: ObjectKey, workload: Workload): Workload => {
    if (!repointed.has(key)) return workload;
    const { dnsBecause: _, searches: __, pod: ___, ...rest } = workload;
    return { ...rest, usesClusterDns: "unknown" };
  };
  /** Patches over what an object deploys: none is applied, and none that matters is passed over in silence. */
  const patches = (key: ObjectKey, node: YamlNode | undefined) => {
    for (const { text: patch } of inlinePatches(node)) {
      if (changesDns(patch.text)) repointed.add(key);
      if (changesPods(patch.text))
        diagnostics.push(notFollowed("a patch", "it changes pods", file.toPlace(patch.start, patch.end)));
    }
  };
  /** What an object's values are, those that count more behind. */
  const given = new Map<ObjectKey, YamlNode[]>();
  /** What the values alone leave open, and a chart under them may say. */
  const open = new Map<ObjectKey, Diagnostic[]>();
  const values = (key: ObjectKey, node: YamlNode, where: Source = file) => {
    given.set(key, [...(given.get(key) ?? []), node]);
    const found = imagesInValues(where, node, { key });
    append(
      workloads,
      found.images.map(({ workload }) => asOf(key, workload)),
    );
    open.set(key, [...(open.get(key) ?? []), ...found.diagnostics]);
  };
  const valuesText = (key: ObjectKey, node: YamlText | undefined) => {
    if (node === undefined) return;
    const inner = valueSource(file, node);
    const { documents: nested, problems } = readYaml(node.text, budget);
    const [first] = problems;
    if (first?.limit !== undefined) diagnostics.push(yamlUnreadable(file.file, first, inner));
    else if (first !== undefined) diagnostics.push(notFollowed("values", first.message, inner.toPlace(0, 1)));
    for (const document of nested) values(key, document, inner);
  };
  const field = (key: ObjectKey, container: string) =>
    named({ key: { ...key, container }, role: "field", file: file.file });
  const away = (node: YamlText, why: string) =>
    diagnostics.push(notFollowed(node.text, why, file.toPlace(node.start, node.end)));

  const want = (
    key: ObjectKey,
    node: YamlText,
    chart: Pick<WantedChart, "from" | "chart" | "version">,
    isWhole: boolean,
  ) => {
    const at = file.toPlace(node.start, node.end);
    const gap = notFollowed(node.text, "the chart is not in this repository", at);
    const values = isWhole ? (given.get(key) ?? []) : undefined;
    charts.push({ ...chart, key, at, gap, open: open.get(key) ?? [], values });
    open.delete(key);
  };

  const argo = (key: ObjectKey, source: YamlNode) => {
    patches(key, valueAt(source, "kustomize"));
    const local = textAt(source, "local");
    const chart = local !== undefined && isChart(local.text) ? undefined : textAt(source, "chart");
    given.delete(key);
    const path = textAt(source, "path");
    if (path !== undefined && !isHere(path.text, isFolder))
      away(path, "the folder is not in this repository");
    valuesText(key, textAt(source, "helm", "values"));
    // Terraform has them in a list, texts and values.
    const listed = itemsAt(source, "helm", "texts");
    const isOpen = (node: YamlNode) => node.kind === "text" && node.templated;
    const parameters = itemsAt(source, "helm", "parameters");
    for (const item of listed.filter((one) => !isOpen(one))) {
      if (item.kind === "text") valuesText(key, item);
      else values(key, item);
    }
    const object = valueAt(source, "helm", "valuesObject");
    if (object !== undefined) values(key, object);
    if (parameters.length > 0) values(key, mapOfParameters(parameters));
    if (chart !== undefined) {
      // A list is of values one of which may be it.
      const isWhole =
        itemsAt(source, "helm", "valueFiles").length === 0 &&
        listed.every((one) => one.kind !== "list" && isWritten(one)) &&
        parameters.every((one) => isWritten(one) && valueAt(one, "value")?.kind === "text");
      want(key, chart, chartOfApplication(source), isWhole);
    }
    for (const item of itemsAt(source, "kustomize", "images")) {
      if (item.kind !== "text") continue;
      const at = file.toPlace(item.start, item.end);
      const who = field(key, "kustomize images");
      const image = item.text.slice(item.text.indexOf("=") + 1);
      const { tag, digest } = splitImage(image);
      if (!isLiteralImage(image) || (tag === undefined && digest === undefined)) {
        diagnostics.push(imageNotLiteral(item.text, who.name, at));
      } else workloads.push(asOf(key, { image, ...who, usesClusterDns: true, at }));
    }
  };

  const fluxKustomization = (key: ObjectKey, node: YamlNode) => {
    patches(key, valueAt(node, "spec"));
    const images = overridesIn(file, itemsAt(node, "spec", "images"));
    const path = textAt(node, "spec", "path");
    if (path !== undefined && !isHere(path.text, isFolder)) {
      away(path, "the folder is not in this repository");
      for (const override of images) direct(key, override);
    } else if (images.length > 0) {
      const folder = joinPath("", path?.text ?? ".")?.path ?? "";
      const known = overrides.get(folder);
      if (known === undefined) overrides.set(folder, [...images]);
      else append(known, images);
    }
  };

  /** An override of something that is not here: it says the image alone, if it says all of it. */
  const direct = (key: ObjectKey, { name: old, newName, newTag, digest }: ImageOverride) => {
    const decisive = digest ?? newTag ?? newName;
    if (decisive === undefined) return;
    const at = file.toPlace(decisive.start, decisive.end);
    const image = joinImage({
      name: newName?.text ?? old,
      tag: newTag?.text,
      digest: digest?.text,
    });
    const who = field(key, "images");
    const complete = newTag !== undefined || digest !== undefined;
    if (!complete || !isLiteralImage(image)) diagnostics.push(imageNotLiteral(image, who.name, at));
    else workloads.push(asOf(key, { image, ...who, usesClusterDns: true, at }));
  };

  const helmRelease = (key: ObjectKey, node: YamlNode) => {
    for (const renderer of itemsAt(node, "spec", "postRenderers"))
      patches(key, valueAt(renderer, "kustomize"));
    const chart = textAt(node, "spec", "chart", "spec", "chart") ?? textAt(node, "spec", "chartRef", "name");
    const inline = valueAt(node, "spec", "values");
    if (inline !== undefined) values(key, inline);
    if (chart !== undefined && !isHere(chart.text, isChart)) {
      const isWhole = itemsAt(node, "spec", "valuesFrom").length === 0;
      const own = textAt(node, "metadata", "namespace")?.text ?? "";
      want(key, chart, chartOfRelease(node, own), isWhole);
    }
    for (const from of itemsAt(node, "spec", "valuesFrom")) {
      const reference = textAt(from, "name");
      if (reference !== undefined) away(reference, "values from objects of the cluster are not read");
    }
    for (const renderer of itemsAt(node, "spec", "postRenderers"))
      for (const override of overridesIn(file, itemsAt(renderer, "kustomize", "images")))
        direct(key, override);
  };

  for (const node of documents.flatMap(objectsIn)) {
    const kind = textAt(node, "kind")?.text ?? "";
    const group = (textAt(node, "apiVersion")?.text ?? "").split("/")[0] ?? "";
    const key = keyOf(kind.toLowerCase(), node);
    if (group === "argoproj.io" && (kind === "Application" || kind === "ApplicationSet")) {
      const spec = kind === "Application" ? valueAt(node, "spec") : valueAt(node, "spec", "template", "spec");
      const single = valueAt(spec, "source");
      for (const source of [...(single === undefined ? [] : [single]), ...itemsAt(spec, "sources")])
        argo(key, source);
    } else if (kind === "helm_release") argo(key, valueAt(node, "spec", "source") ?? node);
    else if (group === "helm.toolkit.fluxcd.io" && kind === "HelmRelease") helmRelease(key, node);
    else if (group === "kustomize.toolkit.fluxcd.io" && kind === "Kustomization")
      fluxKustomization(key, node);
    else if (group === "source.toolkit.fluxcd.io" && kind === "OCIRepository") {
      const url = textAt(node, "spec", "url");
      const why = "manifests in an OCI artifact are not read";
      sources.push(chartSource(node, url && notFollowed(url.text, why, file.toPlace(url.start, url.end))));
    } else if (group === "source.toolkit.fluxcd.io" && kind === "HelmRepository")
      sources.push(chartSource(node));
  }
  append(diagnostics, [...open.values()].flat());
  return { workloads, overrides, charts, sources, diagnostics };
}

/** The key of what an object deploys, but for the container. */
type ObjectKey = WantedChart["key"];

/** The namespace is where it deploys to, as far as it says; else its own. */
function keyOf(kind: string, node: YamlNode): ObjectKey {
  const name = textAt(node, "metadata", "name")?.text ?? "";
  const namespace =
    textAt(node, "spec", "destination", "namespace") ??
    textAt(node, "spec", "template", "spec", "destination", "namespace") ??
    textAt(node, "spec", "targetNamespace") ??
    textAt(node, "metadata", "namespace");
  const root = `${kind}/${name}`;
  return { root, kind, namespace: namespace?.templated ? "" : (namespace?.text ?? ""), name };
}

/** Whether all of a value is written out. */
function isWritten(node: YamlNode): boolean {
  if (node.kind === "list") return node.items.every(isWritten);
  if (node.kind === "map") return node.entries.every(({ value }) => isWritten(value));
  return !node.templated && !node.text.includes("${");
}

/** The objects of a document, those of a List one by one. */
export function objectsIn(document: YamlNode): readonly YamlNode[] {
  const items = itemsAt(document, "items");
  return items.length > 0 ? items : [document];
}

function isHere(path: string, isFolder: (path: string) => boolean): boolean {
  const joined = joinPath("", path.replace(/^\.?\/+/, ""));
  return joined !== undefined && isFolder(joined.path);
}
