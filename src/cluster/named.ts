/** Clusters that options name become profiles. Must not look for any that nobody named. */
import { NOTHING_SAID, said } from "./said.ts";
import { type ClusterFilePorts, leftOpen, readClusterFiles } from "./read-files.ts";
import type { ClusterProfileInput } from "./input.ts";
import { clusterProfile } from "./profile.ts";
import type { TerraformFile } from "./terraform/modules.ts";
import { MuslgateError } from "../model/error.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { OneCluster, Settings } from "../settings/settings.ts";
import type { ConfigFile } from "./corefiles/by-folder.ts";
import { type Clusters, hcl } from "./found.ts";

/** Whether options name the files that describe the cluster; a version alone completes what the repository says. */
export function clustersNamed({ corefiles, clusterFiles, clusters }: Settings): boolean {
  return corefiles.length > 0 || clusterFiles.length > 0 || clusters.length > 0;
}

/** Where the files that options name are read from: the disk, or an earlier state of the repository. */
export interface NamedFiles {
  /** Reads one; rejects with MuslgateError. */
  read(file: string): Promise<string>;
  /** Every file that is named or lies in a folder that is named; rejects with MuslgateError where there is none. */
  cluster(paths: readonly string[]): Promise<readonly TerraformFile[]>;
  /** The Terraform files of a folder that a module calls. */
  readonly folder?: ClusterFilePorts["folder"];
}

/**
 * Every cluster that the files named by options describe, each with what was said besides; one made of options alone
 * where there are none. Where the configuration lists clusters, those of each entry, called by its name. Rejects with MuslgateError for a file that cannot be read or is not what it should be.
 */
export async function namedClusters(
  settings: Pick<Settings, "clusters"> & OneCluster,
  files: NamedFiles,
): Promise<Clusters> {
  if (settings.clusters.length === 0) return ofOptions(settings, files);
  const profiles: ClusterProfile[] = [];
  const inputs: ClusterProfileInput[] = [];
  const diagnostics: Diagnostic[] = [];
  const corefiles = new Map<string, ConfigFile>();
  for (const { name: entry, says } of settings.clusters) {
    const found = await ofOptions(says, files);
    const several = found.profiles.length > 1;
    for (const profile of found.profiles)
      profiles.push({ ...profile, name: several ? `${entry}, ${profile.name}` : entry, entry });
    inputs.push(...found.inputs);
    for (const one of found.corefiles) corefiles.set(one.file, one);
    diagnostics.push(...found.diagnostics);
  }
  return { profiles, inputs, corefiles: [...corefiles.values()], diagnostics };
}

/** What one set of options describes. */
async function ofOptions(settings: OneCluster, files: NamedFiles): Promise<Clusters> {
  const corefiles = await Promise.all(
    settings.corefiles.map(async (file): Promise<ConfigFile> => ({ file, text: await files.read(file) })),
  );
  const own = { ...said(settings), ...(corefiles.length === 0 ? {} : { corefiles }) };
  if (settings.clusterFiles.length === 0) {
    const input = { ...NOTHING_SAID, ...own };
    return { profiles: [clusterProfile(input)], inputs: [input], corefiles, diagnostics: [] };
  }
  const named = await files.cluster(settings.clusterFiles);
  const found = await readClusterFiles(named, { hcl, ...(files.folder && { folder: files.folder }) });
  const [file] = found.clusterless;
  if (file !== undefined) {
    const why = found.diagnostics.find(({ weight }) => weight === "gap")?.message;
    throw new MuslgateError(
      "input",
      `${file} describes no cluster${why === undefined ? "" : `: ${why}`}`,
      "Give what gcloud container clusters describe or list prints, a Config Connector ContainerCluster, Terraform files or their folder, or what terraform show -json prints.",
    );
  }
  const inputs = found.clusters.map(({ input }) => ({ ...input, ...own }));
  return {
    profiles: inputs.map(clusterProfile),
    inputs,
    corefiles,
    diagnostics: leftOpen(found.diagnostics, own),
  };
}
