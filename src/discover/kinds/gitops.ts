/** Reads images out of Argo CD's and Flux's objects. Must not fetch what they point to. */
import { isLiteralImage, joinImage, splitImage } from "../../model/image-name.ts";
import { append } from "../../model/append.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workload } from "../../model/workload.ts";
import { imageNotLiteral, notFollowed, yamlUnreadable } from "../gaps.ts";
import { type ImageOverride, overridesIn } from "./kustomize.ts";
import { nestedText } from "../nested-text.ts";
import { joinPath } from "../../tree/paths.ts";
import type { TextFile } from "../text-file.ts";
import { imagesInValues } from "./values.ts";
import type { YamlBudget } from "../../yaml/budget.ts";
import {
  itemsAt,
  readYaml,
  textAt,
  valueAt,
  type YamlMap,
  type YamlNode,
  type YamlText,
} from "../../yaml/nodes.ts";

/** What a file's GitOps objects say. */
export interface GitOps {
  readonly workloads: readonly Workload[];
  /** Overrides for kustomizations of this repository, by folder. */
  readonly overrides: ReadonlyMap<string, readonly ImageOverride[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every document of a file; `isFolder` tells whether the repository has a folder. */
export function readGitOps(
  file: TextFile,
  documents: readonly YamlNode[],
  isFolder: (path: string) => boolean,
  budget: YamlBudget,
): GitOps {
  const workloads: Workload[] = [];
  const diagnostics: Diagnostic[] = [];
  const overrides = new Map<string, ImageOverride[]>();

  const values = (name: string, node: YamlNode, where: TextFile = file) => {
    const found = imagesInValues(where, node, { name });
    append(
      workloads,
      found.images.map(({ workload }) => workload),
    );
    append(diagnostics, found.diagnostics);
  };
  const valuesText = (name: string, node: YamlText | undefined) => {
    if (node === undefined) return;
    const inner = nestedText(file, node);
    const { documents: nested, problems } = readYaml(node.text, budget);
    const [first] = problems;
    if (first?.limit !== undefined) diagnostics.push(yamlUnreadable(file.path, first, inner));
    else if (first !== undefined) diagnostics.push(notFollowed("values", first.message, inner.place(0, 1)));
    for (const document of nested) values(name, document, inner);
  };
  const away = (node: YamlText, why: string) =>
    diagnostics.push(notFollowed(node.text, why, file.place(node.start, node.end)));

  const argo = (name: string, source: YamlNode) => {
    const chart = textAt(source, "chart");
    if (chart !== undefined) away(chart, "the chart is not in this repository");
    const path = textAt(source, "path");
    if (path !== undefined && !isHere(path.text, isFolder))
      away(path, "the folder is not in this repository");
    valuesText(name, textAt(source, "helm", "values"));
    const object = valueAt(source, "helm", "valuesObject");
    if (object !== undefined) values(name, object);
    const parameters = itemsAt(source, "helm", "parameters");
    if (parameters.length > 0) values(name, mapOfParameters(parameters));
    for (const item of itemsAt(source, "kustomize", "images")) {
      if (item.kind !== "text") continue;
      const at = file.place(item.start, item.end);
      const image = item.text.slice(item.text.indexOf("=") + 1);
      const { tag, digest } = splitImage(image);
      if (!isLiteralImage(image) || (tag === undefined && digest === undefined)) {
        diagnostics.push(imageNotLiteral(item.text, `${name}, kustomize images`, at));
      } else workloads.push({ image, name: `${name}, kustomize images`, usesClusterDns: true, at });
    }
  };

  const fluxKustomization = (name: string, node: YamlNode) => {
    const images = overridesIn(file, itemsAt(node, "spec", "images"));
    const path = textAt(node, "spec", "path");
    if (path !== undefined && !isHere(path.text, isFolder)) {
      away(path, "the folder is not in this repository");
      for (const override of images) direct(name, override);
    } else if (images.length > 0) {
      const folder = joinPath("", path?.text ?? ".")?.path ?? "";
      const known = overrides.get(folder);
      if (known === undefined) overrides.set(folder, [...images]);
      else append(known, images);
    }
  };

  /** An override of something that is not here: it says the image alone, if it says all of it. */
  const direct = (name: string, { name: old, newName, newTag, digest }: ImageOverride) => {
    const decisive = digest ?? newTag ?? newName;
    if (decisive === undefined) return;
    const at = file.place(decisive.start, decisive.end);
    const image = joinImage({
      name: newName?.text ?? old,
      ...(newTag === undefined ? {} : { tag: newTag.text }),
      ...(digest === undefined ? {} : { digest: digest.text }),
    });
    const complete = newTag !== undefined || digest !== undefined;
    if (!complete || !isLiteralImage(image)) diagnostics.push(imageNotLiteral(image, `${name}, images`, at));
    else workloads.push({ image, name: `${name}, images`, usesClusterDns: true, at });
  };

  const helmRelease = (name: string, node: YamlNode) => {
    const chart = textAt(node, "spec", "chart", "spec", "chart") ?? textAt(node, "spec", "chartRef", "name");
    if (chart !== undefined && !isHere(chart.text, isFolder))
      away(chart, "the chart is not in this repository");
    const inline = valueAt(node, "spec", "values");
    if (inline !== undefined) values(name, inline);
    for (const from of itemsAt(node, "spec", "valuesFrom")) {
      const reference = textAt(from, "name");
      if (reference !== undefined) away(reference, "values from objects of the cluster are not read");
    }
    for (const renderer of itemsAt(node, "spec", "postRenderers"))
      for (const override of overridesIn(file, itemsAt(renderer, "kustomize", "images")))
        direct(name, override);
  };

  for (const node of documents.flatMap(objectsIn)) {
    const kind = textAt(node, "kind")?.text ?? "";
    const group = (textAt(node, "apiVersion")?.text ?? "").split("/")[0] ?? "";
    const name = `${kind.toLowerCase()}/${textAt(node, "metadata", "name")?.text ?? ""}`;
    if (group === "argoproj.io" && (kind === "Application" || kind === "ApplicationSet")) {
      const spec = kind === "Application" ? valueAt(node, "spec") : valueAt(node, "spec", "template", "spec");
      const single = valueAt(spec, "source");
      for (const source of [...(single === undefined ? [] : [single]), ...itemsAt(spec, "sources")])
        argo(name, source);
    } else if (group === "helm.toolkit.fluxcd.io" && kind === "HelmRelease") helmRelease(name, node);
    else if (group === "kustomize.toolkit.fluxcd.io" && kind === "Kustomization")
      fluxKustomization(name, node);
    else if (group === "source.toolkit.fluxcd.io" && kind === "OCIRepository") {
      const url = textAt(node, "spec", "url");
      if (url !== undefined) away(url, "manifests in an OCI artifact are not read");
    }
  }
  return { workloads, overrides, diagnostics };
}

/** The objects of a document, those of a List one by one. */
function objectsIn(document: YamlNode): readonly YamlNode[] {
  const items = itemsAt(document, "items");
  return items.length > 0 ? items : [document];
}

function isHere(path: string, isFolder: (path: string) => boolean): boolean {
  const joined = joinPath("", path.replace(/^\.?\/+/, ""));
  return joined !== undefined && (joined.path === "" || isFolder(joined.path));
}

/** `[{name: image.tag, value: x}]` as the map it stands for. */
function mapOfParameters(parameters: readonly YamlNode[]): YamlMap {
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
    entries: [...branch].map(([key, value]) => {
      const node: YamlNode = value instanceof Map ? toMap(value) : value;
      return { key, value: node, start: node.start, end: node.end, merged: false };
    }),
    start: 0,
    end: 0,
  });
  return toMap(root);
}
