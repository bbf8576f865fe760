/** Recognises files that say how a cluster's DNS answers. Must not read a Corefile. */
import { nameOf } from "./paths.ts";
import { itemsAt, textAt, valueAt, type YamlNode } from "./yaml-file.ts";

/** What kind of file says something of a cluster. */
export type ClusterFileKind =
  | "corefile"
  | "config-map"
  | "helm-values"
  | "gcloud"
  | "config-connector"
  | "terraform"
  | "terraform-plan";

/** A file for whoever reads clusters. */
export interface ClusterFile {
  readonly file: string;
  readonly text: string;
  readonly kind: ClusterFileKind;
}

/** Whether the name alone makes it a Corefile: `Corefile`, `Corefile.prod`, `node-local.corefile`. */
export function isCorefileName(path: string): boolean {
  const name = nameOf(path);
  // Words about one, a copy that is kept, what has yet to be rendered.
  if (/\.(?:md|rst|adoc|html?|bak|orig|old|tpl|tmpl|gotmpl|j2|jinja2?|erb|sh|go|py)$/i.test(name))
    return false;
  return /^(?:Corefile(?:[.-][\w.-]+)?|corefile|[\w.-]+\.[Cc]orefile)$/.test(name);
}

/** What kind of cluster file a YAML or JSON file is, if any. */
export function clusterFileKind(documents: readonly YamlNode[]): ClusterFileKind | undefined {
  const kinds = documents.map((document) => kindOf(document, 0));
  return kinds.find((kind) => kind !== undefined);
}

function kindOf(node: YamlNode, depth: number): ClusterFileKind | undefined {
  if (depth > 4) return undefined;
  if (node.kind === "list") {
    for (const item of node.items.slice(0, 10_000)) {
      const kind = kindOf(item, depth + 1);
      if (kind !== undefined) return kind;
    }
    return undefined;
  }
  if (node.kind !== "map") return undefined;
  const data = valueAt(node, "data") ?? valueAt(node, "binaryData");
  if (
    data?.kind === "map" &&
    data.entries.some(({ key, value }) => isCorefileKey(key) && value.kind === "text")
  ) {
    return "config-map";
  }
  if (textAt(node, "kind")?.text === "ContainerCluster") return "config-connector";
  // terraform show -json (developer.hashicorp.com/terraform/internals/json-format).
  if (textAt(node, "format_version") !== undefined && textAt(node, "terraform_version") !== undefined) {
    return "terraform-plan";
  }
  // gcloud container clusters describe --format=json (REST v1, projects.locations.clusters).
  if (textAt(node, "currentMasterVersion") !== undefined) return "gcloud";
  if (hasServers(node)) return "helm-values";
  const items = valueAt(node, "items") ?? valueAt(node, "clusters");
  if (items?.kind === "list") return kindOf(items, depth + 1);
  // Values of a chart that has CoreDNS's as a dependency.
  if (node.entries.some(({ key, value }) => /dns/i.test(key) && hasServers(value))) return "helm-values";
  return undefined;
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
