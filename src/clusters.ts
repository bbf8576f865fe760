/** The clusters a run is about: those that options name, or those that a repository's files describe. Must not judge. */
import { type ClusterFilePorts, leftOpen, readClusterFiles } from "./cluster/cluster-files.ts";
import { type CorefileInputs, findCorefiles } from "./cluster/corefile-input.ts";
import { clusterProfile, type ClusterProfileInput, together } from "./cluster/profile.ts";
import type { TerraformFile } from "./cluster/terraform.ts";
import type { ClusterFile } from "./discover/cluster-files.ts";
import type { ClusterProfile } from "./model/cluster-profile.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
import { groupBy } from "./model/group-by.ts";
import { MuslgateError, messageOf } from "./model/error.ts";
import type { Settings } from "./settings.ts";

/** A file and its text. */
export interface ConfigFile {
  readonly file: string;
  readonly text: string;
}

/** What is known of clusters. */
export interface Clusters {
  readonly profiles: readonly ClusterProfile[];
  /** The files their Corefiles stand in. */
  readonly corefiles: readonly ConfigFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What the options say of every cluster. */
type Said = Partial<Pick<ClusterProfileInput, "gkeVersion" | "clusterDomain" | "autopilot" | "nodeLocalDns">>;

function said(settings: Settings): Said {
  return {
    ...(settings.gkeVersion === undefined ? {} : { gkeVersion: settings.gkeVersion }),
    ...(settings.clusterDomain === undefined ? {} : { clusterDomain: settings.clusterDomain }),
    ...(settings.autopilot ? { autopilot: true } : {}),
    ...(settings.nodeLocalDns === "auto" ? {} : { nodeLocalDns: settings.nodeLocalDns }),
  };
}

const NOTHING_SAID = { nodeLocalDns: "auto", autopilot: false } as const;

/** Whether options name the files that describe the cluster; a version alone completes what the repository says. */
export function clustersNamed({ corefiles, clusterFiles }: Settings): boolean {
  return corefiles.length > 0 || clusterFiles.length > 0;
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

/** Loaded when it is needed: most runs read no Terraform. */
const hcl = async () => (await import("./hcl-wasm.ts")).hclReader();

/**
 * Every cluster that the files named by options describe, each with what was said besides; one made of options alone
 * where there are none. Rejects with MuslgateError for a file that cannot be read or is not what it should be.
 */
export async function namedClusters(settings: Settings, files: NamedFiles): Promise<Clusters> {
  const corefiles = await Promise.all(
    settings.corefiles.map(async (file): Promise<ConfigFile> => ({ file, text: await files.read(file) })),
  );
  const own = { ...said(settings), ...(corefiles.length === 0 ? {} : { corefiles }) };
  if (settings.clusterFiles.length === 0) {
    return { profiles: [clusterProfile({ ...NOTHING_SAID, ...own })], corefiles, diagnostics: [] };
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
  return {
    profiles: found.clusters.map(({ input }) => clusterProfile({ ...input, ...own })),
    corefiles,
    diagnostics: leftOpen(found.diagnostics, own),
  };
}

/** Kinds of files with a Corefile in them; the others hold settings of clusters. */
const WITH_COREFILE: readonly ClusterFile["kind"][] = ["corefile", "config-map", "helm-values"];

/**
 * The clusters that files of a repository describe. Corefiles of one folder are held to be one cluster's where they are
 * one of node-local-dns and one of the cluster's DNS at most, and a GKE cluster that is alone in their folder is held to
 * be it. What cannot be read is a diagnostic.
 */
export async function foundClusters(files: readonly ClusterFile[], settings: Settings): Promise<Clusters> {
  const own = said(settings);
  const gke = await readClusterFiles(
    files.filter(({ kind }) => !WITH_COREFILE.includes(kind)),
    { hcl },
  );
  const diagnostics: Diagnostic[] = [...leftOpen(gke.diagnostics, own)];
  const inputs: ClusterProfileInput[] = [];
  const corefiles: ConfigFile[] = [];
  const taken = new Set<ClusterProfileInput>();
  const withCorefile = files.filter(({ kind }) => WITH_COREFILE.includes(kind));
  for (const [folder, group] of groupBy(withCorefile, ({ file }) => folderOf(file))) {
    const read: CorefileInputs[] = [];
    for (const { file, text } of group) {
      try {
        read.push(findCorefiles(file, text));
        corefiles.push({ file, text });
      } catch (error) {
        diagnostics.push(unreadable(file, error));
      }
    }
    const all = together(read);
    if (all === undefined) continue;
    if (all.corefiles.length === 0) diagnostics.push(noCorefile(group), ...all.diagnostics);
    const here = gke.clusters
      .map(({ input }) => input)
      .filter(({ at }) => folderOf(at?.file ?? "") === folder);
    const sets = oneCluster(all) ? [all] : all.corefiles.map((one) => ({ ...all, corefiles: [one] }));
    const alone = here.length === 1 && sets.length === 1 ? here[0] : undefined;
    for (const set of sets.filter((one) => one.corefiles.length > 0)) {
      if (alone !== undefined) taken.add(alone);
      inputs.push({ ...NOTHING_SAID, ...alone, inputs: set, name: nameOf(set, sets) });
    }
  }
  inputs.push(...gke.clusters.map(({ input }) => input).filter((input) => !taken.has(input)));
  const profiles: ClusterProfile[] = [];
  for (const input of inputs) {
    try {
      profiles.push(clusterProfile({ ...input, ...own }));
    } catch (error) {
      diagnostics.push(unreadable(input.at?.file ?? input.name ?? "", error));
    }
  }
  return { profiles, corefiles, diagnostics };
}

/** One cache on the nodes at most, and one DNS of the cluster, whatever its Corefile is called. */
function oneCluster({ corefiles }: CorefileInputs): boolean {
  const caches = corefiles.filter(({ role }) => role === "node-local-dns").length;
  return caches <= 1 && corefiles.length - caches <= 1;
}

/** The file; of several clusters' Corefiles in one file, all but the first with their number. */
function nameOf(set: CorefileInputs, sets: readonly CorefileInputs[]): string {
  const file = set.corefiles[0]?.source.file ?? "";
  const alike = sets.filter(({ corefiles: [one] }) => one?.source.file === file);
  const number = alike.indexOf(set) + 1;
  return number > 1 ? `${file} (${number})` : file;
}

function noCorefile([{ file }]: readonly [ClusterFile, ...ClusterFile[]]): Diagnostic {
  return {
    code: "cluster-file-unreadable",
    message: `${file} holds parts of a Corefile, but not the Corefile they belong to`,
    hint: "Keep it beside the ConfigMap coredns, or give both as corefile.",
    weight: "gap",
    subject: file,
  };
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}

/** A defect of ours is no property of the file. */
function unreadable(file: string, error: unknown): Diagnostic {
  if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
  return {
    code: "cluster-file-unreadable",
    message: error.message.includes(file) ? messageOf(error) : `${file}: ${messageOf(error)}`,
    hint: error.hint,
    weight: "gap",
    subject: file,
  };
}
