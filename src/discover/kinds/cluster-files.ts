/** Recognises files that say how a cluster's DNS answers. Must not read a Corefile. */
import type { ClusterFile, ClusterFileKind } from "../cluster-file.ts";
import { textAt, type YamlNode } from "../../yaml/nodes.ts";

/** Words of which YAML or JSON with a Corefile in it has one: in any form, in a string or in a coding. */
const SPEAKS_OF_COREFILE =
  /[Cc]ore[Ff]ile\b|\.(?:server|override)\b|\bconfigBlock\b|\bplugins\b|\bcustomConfig\b|\bnoIPv6Lookups\b|external_zones\b|additional_configs\b|\bexternalZones\b|operator\.openshift\.io|\bstubDomains\b|\bupstreamNameservers\b|\btemplate[ \t]+(?:ANY|IN)\b|\brewrite[ \t]|\bforward[ \t]+\.|\bbinaryData\b|\bencoding\b|\bdata:[a-z;,]|\bkind["']?\s*:\s*["']?Secret\b/;

/** More of base64 than a line of it, or two lines. */
const CODED = /[A-Za-z0-9+/]{64}(?:[A-Za-z0-9+/]{8}|[A-Za-z0-9+/]{0,7}\s+[A-Za-z0-9+/]{64}\s)/y;
const LETTER = /[A-Za-z0-9+/]/;

/** Whether a YAML or JSON file may hold a Corefile, so that it is worth to be looked through. */
export function mayHoldCorefile(text: string): boolean {
  return SPEAKS_OF_COREFILE.test(text) || holdsCoded(text);
}

/** Letters between two of which one belongs to each line of base64. */
const LINE = 64;

function holdsCoded(text: string): boolean {
  const isCoded = (at: number) => LETTER.test(text.charAt(at));
  for (let at = LINE - 1; at < text.length; at += LINE) {
    if (!isCoded(at)) continue;
    let start = at;
    while (start > 0 && isCoded(start - 1)) start--;
    CODED.lastIndex = start;
    if (CODED.test(text)) return true;
  }
  return false;
}

/** What a YAML or JSON file says of clusters' settings. */
export function clusterSettingsKind(documents: readonly YamlNode[]): ClusterFileKind | undefined {
  for (const document of documents) {
    const found = settingsKind(document, 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The deepest that a cluster is looked for, as in a list of a List. */
const MOST_DEPTH = 8;

function settingsKind(node: YamlNode, depth: number): ClusterFileKind | undefined {
  if (depth > MOST_DEPTH || node.kind === "text") return undefined;
  if (node.kind === "map") {
    if (textAt(node, "kind")?.text === "ContainerCluster") return "config-connector";
    // terraform show -json (developer.hashicorp.com/terraform/internals/json-format).
    const isPlan =
      textAt(node, "format_version") !== undefined && textAt(node, "terraform_version") !== undefined;
    if (isPlan) return "terraform-plan";
    // gcloud container clusters describe --format=json (REST v1, projects.locations.clusters).
    if (textAt(node, "currentMasterVersion") !== undefined) return "gcloud";
  }
  const below = node.kind === "list" ? node.items.slice(0, 10_000) : node.entries.map(({ value }) => value);
  for (const one of below) {
    const found = settingsKind(one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a ConfigMap's key holds a Corefile or a part of one (CoreDNS's deployments, AKS's coredns-custom). */
export function isCorefileKey(key: string): boolean {
  return key === "Corefile" || /\.(?:server|override)$/.test(key);
}

/** Terraform's files all together, since any may hold what another refers to; none where no file speaks of GKE. */
export function withGkeTerraform(files: readonly ClusterFile[]): readonly ClusterFile[] {
  const speaks = files.some(
    ({ kind, text }) => kind === "terraform" && /\bgoogle_container_cluster\b|kubernetes-engine/.test(text),
  );
  return speaks ? files : files.filter(({ kind }) => kind !== "terraform");
}
