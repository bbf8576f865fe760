/** Recognises files that say how a cluster's DNS answers. Must not read a Corefile. */
import type { ClusterFile, ClusterFileKind } from "../../model/cluster-file.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "../../yaml/nodes.ts";

/** What a YAML or JSON file says of clusters: a Corefile in one form or another, settings of a cluster, both or nothing. */
export function clusterFileKinds(documents: readonly YamlNode[]): readonly ClusterFileKind[] {
  const found = new Set<ClusterFileKind>();
  for (const document of documents) collect(document, 0, found);
  // A file is read for Corefiles once, and once for settings.
  const withCorefile = [...found].find((kind) => kind === "config-map" || kind === "helm-values");
  const settings = [...found].find((kind) => kind !== "config-map" && kind !== "helm-values");
  return [withCorefile, settings].filter((kind) => kind !== undefined);
}

/** The deepest that values of CoreDNS's chart are looked for, as in a HelmRelease. */
const MAX_DEPTH = 8;

function collect(node: YamlNode, depth: number, found: Set<ClusterFileKind>): void {
  if (depth > MAX_DEPTH) return;
  if (node.kind === "list") {
    for (const item of node.items.slice(0, 10_000)) collect(item, depth + 1, found);
  }
  if (node.kind !== "map") return;
  if (holdsCorefile(node)) found.add("config-map");
  if (hasServers(node)) found.add("helm-values");
  if (textAt(node, "kind")?.text === "ContainerCluster") found.add("config-connector");
  // terraform show -json (developer.hashicorp.com/terraform/internals/json-format).
  if (textAt(node, "format_version") !== undefined && textAt(node, "terraform_version") !== undefined) {
    found.add("terraform-plan");
    return;
  }
  // gcloud container clusters describe --format=json (REST v1, projects.locations.clusters).
  if (textAt(node, "currentMasterVersion") !== undefined) {
    found.add("gcloud");
    return;
  }
  for (const { key, value } of node.entries) {
    // An Argo CD Application has a chart's values in a string.
    const inText =
      key === "values" &&
      value.kind === "text" &&
      /\bservers:/.test(value.text) &&
      /\bplugins:/.test(value.text);
    if (inText) found.add("helm-values");
    else collect(value, depth + 1, found);
  }
}

/** A ConfigMap, or kustomize's generator of one. */
function holdsCorefile(node: YamlNode): boolean {
  const data = valueAt(node, "data") ?? valueAt(node, "binaryData");
  if (
    data?.kind === "map" &&
    data.entries.some(({ key, value }) => isCorefileKey(key) && value.kind === "text")
  ) {
    return true;
  }
  return itemsAt(node, "configMapGenerator").some((generator) =>
    itemsAt(generator, "literals").some((one) => one.kind === "text" && one.text.startsWith("Corefile=")),
  );
}

/** Whether a ConfigMap's key holds a Corefile or a part of one (CoreDNS's deployments, AKS's coredns-custom). */
export function isCorefileKey(key: string): boolean {
  return key === "Corefile" || /\.(?:server|override)$/.test(key);
}

/** CoreDNS's chart: `servers` with zones and plugins (coredns/helm, values.yaml). */
function hasServers(node: YamlNode): boolean {
  return itemsAt(node, "servers").some((server) =>
    itemsAt(server, "plugins").some((plugin) => textAt(plugin, "name") !== undefined),
  );
}

/** Whether the name makes it Terraform's: `.tf`, `.tfvars`, or either as JSON. */
export function isTerraformName(path: string): boolean {
  return /\.(?:tf|tfvars)(?:\.json)?$/.test(path);
}

/** Terraform's files all together, since any may hold what another refers to; none where no file speaks of GKE. */
export function withGkeTerraform(files: readonly ClusterFile[]): readonly ClusterFile[] {
  const speaks = files.some(
    ({ kind, text }) => kind === "terraform" && /\bgoogle_container_cluster\b|kubernetes-engine/.test(text),
  );
  return speaks ? files : files.filter(({ kind }) => kind !== "terraform");
}
