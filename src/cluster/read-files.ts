/** Decides what a file says of clusters, and has it read. Must not read files itself, nor judge what they say. */
import { isTerraformName } from "../tree/file-names.ts";
import type { ClusterProfileInput } from "./input.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { HclReader } from "../text/hcl-syntax.ts";
import { type ClusterSettings, type ReadSettings, readClusterSettings } from "./gcloud.ts";
import type { YamlFile } from "../yaml/nodes.ts";
import { mentionsClusters, readTerraform, type TerraformFile } from "./terraform/modules.ts";
import { readTerraformPlan } from "./terraform/plan.ts";

/** What else reading may need. */
export interface ClusterFilePorts {
  /** Starts the HCL parser; called once at most, and only where there is Terraform that speaks of GKE. */
  readonly hcl: () => Promise<HclReader>;
  /** The Terraform files of a folder that a module's relative `source` leads to; without it, the files given are all. */
  readonly folder?: (path: string) => readonly TerraformFile[];
}

/** A file of any kind; `yaml` is what it holds, where that was read already. */
export interface DescribingFile extends TerraformFile {
  readonly yaml?: YamlFile;
}

/** What was found in files. */
export interface ReadClusterFiles extends ReadSettings {
  /** The files that describe no cluster; Terraform's go together, so that either all of them are here or none. */
  readonly clusterless: readonly string[];
}

/** The most UTF-16 units of a file that is no plan; parsing YAML takes some hundred bytes for each. */
const MOST_YAML_LENGTH = 8 * 1024 * 1024;

/**
 * The clusters of files: Terraform's, read together as modules; what `terraform show -json` prints; what
 * gcloud prints; Config Connector's. Total, but for a port that rejects.
 */
export async function readClusterFiles(
  files: readonly DescribingFile[],
  ports: ClusterFilePorts,
): Promise<ReadClusterFiles> {
  const clusters: ClusterSettings[] = [];
  const diagnostics: Diagnostic[] = [];
  const clusterless: string[] = [];
  for (const one of files) {
    const { file } = one;
    if (isTerraformName(file)) continue;
    const read = readOne(one);
    if (read.clusters.length === 0) clusterless.push(file);
    clusters.push(...read.clusters);
    diagnostics.push(...read.diagnostics);
  }
  const terraform = files.filter(({ file }) => isTerraformName(file));
  if (terraform.length > 0) {
    const read = await readModules(terraform, ports);
    if (read.clusters.length === 0) clusterless.push(...terraform.map(({ file }) => file));
    clusters.push(...read.clusters);
    diagnostics.push(...read.diagnostics);
  }
  return { clusters, diagnostics, clusterless };
}

/** What a value that somebody gives beside the files answers, by diagnostic. */
const ANSWERED_BY: Readonly<Record<string, readonly (keyof ClusterProfileInput)[]>> = {
  "gke-version-not-said": ["gkeVersion", "corefiles"],
  "node-local-hidden": ["nodeLocalDns"],
  "autopilot-hidden": ["autopilot"],
  "cluster-domain-hidden": ["clusterDomain"],
};

/** The diagnostics without those that are settled by what was said beside the files. */
export function leftOpen(
  diagnostics: readonly Diagnostic[],
  said: Partial<ClusterProfileInput>,
): readonly Diagnostic[] {
  return diagnostics.filter(({ code }) => !ANSWERED_BY[code]?.some((name) => said[name] !== undefined));
}

function readOne({ file, text, yaml }: DescribingFile): ReadSettings {
  const plan = readTerraformPlan(file, text);
  if (plan.clusters.length > 0 || plan.diagnostics.length > 0) return plan;
  if (text.length <= MOST_YAML_LENGTH) return readClusterSettings(file, text, yaml);
  return {
    clusters: [],
    diagnostics: [
      {
        code: "cluster-file-too-long",
        message: `${file} was not read: it is longer than ${MOST_YAML_LENGTH} characters`,
        hint: "Give the description of the cluster alone.",
        weight: "gap",
        subject: file,
      },
    ],
  };
}

async function readModules(
  files: readonly TerraformFile[],
  { hcl, folder }: ClusterFilePorts,
): Promise<ReadSettings> {
  // Without a word of GKE there can only be a cluster in a module that is still to be read.
  const speaks = files.some(({ text }) => mentionsClusters(text));
  if (!speaks && (folder === undefined || !files.some(({ text }) => /"\.\.?(?:\/|")/.test(text)))) {
    return { clusters: [], diagnostics: [] };
  }
  return readTerraform(await hcl(), files, folder);
}
