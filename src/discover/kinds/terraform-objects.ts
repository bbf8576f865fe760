/** Makes Kubernetes objects of the resources that Terraform's providers have for them. Must not work anything out, nor read containers. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Source } from "../../text/source.ts";
import { entryOf, textAt, valueAt, type YamlEntry, type YamlMap, type YamlNode } from "../../yaml/nodes.ts";
import { parentOf } from "../../tree/paths.ts";
import { notFollowed } from "../gaps.ts";
import { helmRelease, unreadValues, word } from "./helm-release.ts";

/** What a file makes. */
export interface TerraformObjects {
  readonly documents: readonly YamlNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Resources with pods, by their kinds; `_v1` and `_v2` are the same again. */
const KINDS: ReadonlyMap<string, readonly [apiVersion: string, kind: string]> = new Map([
  ["kubernetes_pod", ["v1", "Pod"]],
  ["kubernetes_replication_controller", ["v1", "ReplicationController"]],
  ["kubernetes_deployment", ["apps/v1", "Deployment"]],
  ["kubernetes_stateful_set", ["apps/v1", "StatefulSet"]],
  ["kubernetes_daemonset", ["apps/v1", "DaemonSet"]],
  ["kubernetes_daemon_set", ["apps/v1", "DaemonSet"]],
  ["kubernetes_job", ["batch/v1", "Job"]],
  ["kubernetes_cron_job", ["batch/v1", "CronJob"]],
]);

/** Blocks that Kubernetes has as lists of another name. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ["container", "containers"],
  ["init_container", "initContainers"],
  ["volume", "volumes"],
  ["volume_mount", "volumeMounts"],
  ["env", "env"],
  ["env_from", "envFrom"],
  ["port", "ports"],
  ["host_aliases", "hostAliases"],
  ["option", "options"],
  ["items", "items"],
  ["toleration", "tolerations"],
  ["image_pull_secrets", "imagePullSecrets"],
]);

/** Maps whose keys are whoever wrote them's. */
const FREE = /^(?:labels|annotations|match_labels|node_selector|data|limits|requests)$/;

/** The objects of a file whose values are `root`, those that have to be run standing for themselves. */
export function terraformObjects(file: Source, root: YamlNode | undefined): TerraformObjects {
  const documents: YamlNode[] = [];
  const diagnostics: Diagnostic[] = [];
  const tell = (node: YamlNode, why: string, what: string) =>
    diagnostics.push(
      notFollowed(what, why, file.toPlace(node.start, Math.min(node.end, lineEnd(file, node)))),
    );
  for (const { type, name, body } of resourcesIn(root)) {
    const what = `${type}.${name}`;
    const made = KINDS.get(type.replace(/_v\d\w*$/, ""));
    if (made !== undefined) {
      for (const one of dynamicIn(body))
        tell(one.value, `its blocks \`${one.key}\` are what Terraform works out`, what);
      documents.push(objectOf(made, body));
    } else if (type === "kubernetes_manifest" || type === "kubectl_manifest") {
      const each = valueAt(body, "for_each");
      const isOfFiles = each !== undefined && fromFiles(file, each, root);
      for (const one of branches(valueAt(body, type === "kubectl_manifest" ? "yaml_body" : "manifest"))) {
        if (one.kind === "map") documents.push(one);
        else if (isWorkedOut(one) && !fromFiles(file, one, root)) {
          // Each of the files is read by itself.
          if (isOfFiles && /\beach\./.test(written(file, one))) continue;
          tell(one, "its manifest is what Terraform works out", what);
        }
      }
    } else if (type === "helm_release") documents.push(releaseOf(file, name, body));
  }
  return { documents, diagnostics };
}

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly body: YamlMap;
}

function resourcesIn(root: YamlNode | undefined): readonly Resource[] {
  const all = listed(valueAt(root, "resource"));
  return all.flatMap((one) =>
    entriesOf(one).flatMap(({ key: type, value: named }) =>
      entriesOf(named).flatMap(({ key: name, value: body }) =>
        body.kind === "map" ? [{ type, name, body }] : [],
      ),
    ),
  );
}

/** Whether an expression is of files that are here, which are read by themselves (registry.terraform.io: hashicorp/local, hashicorp/template, gavinbunney/kubectl). */
function fromFiles(file: Source, node: YamlNode, root: YamlNode | undefined): boolean {
  const text = written(file, node);
  if (
    /\b(?:file|templatefile|fileset)\(|\bdata\.(?:kubectl_path|kubectl_filename|local_file|template_file)/.test(
      text,
    )
  )
    return true;
  // It splits a text of anywhere.
  const name = /\bdata\.kubectl_file_documents\.([\w-]+)/.exec(text)?.[1];
  return listed(valueAt(root, "data")).some((one) => {
    const content = name && textAt(one, "kubectl_file_documents", name, "content");
    return content ? /\b(?:file|templatefile)\(/.test(written(file, content)) : false;
  });
}

/** As it stands in the file: of a text with an interpolation its nodes have words in its place. */
const written = (file: Source, { start, end }: YamlNode) => file.text.slice(start, end);

/** Whether all of a text is what Terraform works out, in quotes or without. */
function isWorkedOut(node: YamlNode): boolean {
  return node.kind === "text" && (node.templated || /^\s*\$\{[^{}]*\}\s*$/.test(node.text));
}

/** Whether somewhere in it is a choice or a merge, of which its nodes have all that is literal. */
function isGathered(file: Source, node: YamlNode): boolean {
  if (node.kind === "text") return false;
  if (!/^[[{]/.test(written(file, node))) return true;
  const within = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  return within.some((one) => isGathered(file, one));
}

/** What a value may be, one by one. */
function branches(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items.flatMap(branches) : listed(node);
}

/** Blocks made by a `for_each` that change what a pod runs; one that gives variables is told of by them. */
function dynamicIn(node: YamlNode): readonly YamlEntry[] {
  if (node.kind === "list") return node.items.flatMap(dynamicIn);
  return entriesOf(node).flatMap(({ key, value }) =>
    key === "dynamic"
      ? listed(value)
          .flatMap(entriesOf)
          .filter((one) => /^(?:container|init_container|volume|volume_mount|spec|template)$/.test(one.key))
      : dynamicIn(value),
  );
}

function objectOf([apiVersion, kind]: readonly [string, string], body: YamlMap): YamlMap {
  const at = { start: body.start, end: body.start + 1 };
  return {
    ...body,
    entries: [
      entryOf("apiVersion", word(apiVersion, at)),
      entryOf("kind", word(kind, at)),
      ...entriesOf(camelled(body)),
    ],
  };
}

/** As Kubernetes has the same: keys in camel case, blocks as lists. */
function camelled(node: YamlNode): YamlNode {
  if (node.kind === "list") return { ...node, items: node.items.map(camelled) };
  if (node.kind === "text") return node;
  const entries = node.entries.flatMap(({ key, value, ...entry }): readonly YamlEntry[] => {
    if (FREE.test(key)) return [{ ...entry, key: camel(key), value }];
    if (key === "dynamic")
      // Variables that are worked out are those of a ConfigMap that is not in sight.
      return listed(value)
        .flatMap(entriesOf)
        .some((one) => one.key === "env" || one.key === "env_from")
        ? [entryOf("envFrom", { ...node, kind: "list", items: [outOfSight(node)] })]
        : [];
    const list = LISTS.get(key);
    if (list === undefined || value.kind === "text")
      return [{ ...entry, key: camel(key), value: camelled(value) }];
    const items = listed(value).map(camelled);
    return [{ ...entry, key: list, value: { kind: "list", items, start: value.start, end: value.end } }];
  });
  return { ...node, entries };
}

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function outOfSight(node: YamlNode): YamlMap {
  const name = entryOf("name", word("what Terraform works out", node));
  const { start, end } = node;
  return {
    kind: "map",
    entries: [entryOf("configMapRef", { kind: "map", entries: [name], start, end })],
    start,
    end,
  };
}

function releaseOf(file: Source, name: string, body: YamlMap): YamlNode {
  const chart = valueAt(body, "chart");
  const values = listed(valueAt(body, "values"));
  const isOpen =
    values.some((one) => isGathered(file, one)) ||
    entriesOf(body).some(({ key }) => /^(?:set_sensitive|set_wo|postrender)$/.test(key)) ||
    listed(valueAt(body, "dynamic"))
      .flatMap(entriesOf)
      .some(({ key }) => /^(?:set|postrender)/.test(key));
  return helmRelease(body, parentOf(file.file), {
    name: textAt(body, "name") ?? word(name, body),
    chart: chart?.kind === "text" ? chart : undefined,
    repository: textAt(body, "repository"),
    version: textAt(body, "version"),
    values: [...values, ...(isOpen ? [unreadValues(body)] : [])],
    parameters: ["set", "set_list"].flatMap((key) => listed(valueAt(body, key))),
  });
}

function listed(node: YamlNode | undefined): readonly YamlNode[] {
  return node === undefined ? [] : node.kind === "list" ? node.items : [node];
}

function entriesOf(node: YamlNode): readonly YamlEntry[] {
  return node.kind === "map" ? node.entries : [];
}

function lineEnd(file: Source, { start }: YamlNode): number {
  const end = file.text.indexOf("\n", start);
  return end < 0 ? file.text.length : end;
}
