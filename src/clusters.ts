/** The clusters a run is about: those that options name, or those that a repository's files describe. Must not judge. */
import { readClusterSettings } from "./cluster/settings.ts";
import { readCorefileInput } from "./cluster/corefile-input.ts";
import { clusterProfile, type ClusterProfileInput } from "./cluster/profile.ts";
import type { ClusterFile } from "./discover/cluster-files.ts";
import type { ClusterProfile } from "./model/cluster-profile.ts";
import type { Diagnostic } from "./model/diagnostic.ts";
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

/** Whether the options say which cluster is meant, so that files of the repository need not. */
export function clustersNamed({ corefiles, clusterFiles, gkeVersion }: Settings): boolean {
  return corefiles.length > 0 || clusterFiles.length > 0 || gkeVersion !== undefined;
}

/**
 * Every cluster that the files named by options describe, each with what was said besides; one made of options alone
 * where there are none. Rejects with MuslgateError for a file that cannot be read or is not what it should be.
 */
export async function namedClusters(
  settings: Settings,
  read: (file: string) => Promise<string>,
): Promise<Clusters> {
  const readAll = (files: readonly string[]) =>
    Promise.all(files.map(async (file): Promise<ConfigFile> => ({ file, text: await read(file) })));
  const corefiles = await readAll(settings.corefiles);
  const own = { ...said(settings), ...(corefiles.length === 0 ? {} : { corefiles }) };
  if (settings.clusterFiles.length === 0) {
    return { profiles: [clusterProfile({ ...NOTHING_SAID, ...own })], corefiles, diagnostics: [] };
  }
  const profiles: ClusterProfile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { file, text } of await readAll(settings.clusterFiles)) {
    const found = readClusterSettings(file, text);
    if (found.clusters.length === 0) {
      throw new MuslgateError(
        "input",
        `${file} describes no cluster`,
        "Give what gcloud container clusters describe or list prints, or a Config Connector ContainerCluster.",
      );
    }
    profiles.push(...found.clusters.map(({ input }) => clusterProfile({ ...input, ...own })));
    diagnostics.push(...found.diagnostics);
  }
  return { profiles, corefiles, diagnostics };
}

/**
 * The clusters that files of a repository describe. Corefiles of one folder are held to be one cluster's where no two
 * of them have the same role, and a GKE cluster that is alone in their folder is held to be it. What cannot be read is
 * a diagnostic.
 */
export function foundClusters(files: readonly ClusterFile[], settings: Settings): Clusters {
  const diagnostics: Diagnostic[] = [];
  const corefiles: ConfigFile[] = [];
  const profiles: ClusterProfile[] = [];
  for (const group of byFolder(files)) {
    const gke: ClusterProfileInput[] = [];
    const own: { readonly file: ConfigFile; readonly roles: readonly string[] }[] = [];
    for (const { file, text, kind } of group) {
      try {
        if (kind === "corefile" || kind === "config-map" || kind === "helm-values") {
          own.push({
            file: { file, text },
            roles: readCorefileInput(file, text).corefiles.map(({ role }) => role),
          });
        } else if (kind !== "terraform") {
          const found = readClusterSettings(file, text);
          gke.push(...found.clusters.map(({ input }) => input));
          diagnostics.push(...found.diagnostics);
        }
      } catch (error) {
        diagnostics.push(unreadable(file, error));
      }
    }
    corefiles.push(...own.map(({ file }) => file));
    const roles = own.flatMap((one) => one.roles);
    const sets = new Set(roles).size === roles.length ? [own] : own.map((one) => [one]);
    const [alone] = gke.length === 1 && sets.length === 1 ? gke : [];
    const inputs: ClusterProfileInput[] = [
      ...sets
        .filter((set) => set.length > 0)
        .map((set) => ({ ...NOTHING_SAID, ...alone, corefiles: set.map(({ file }) => file) })),
      ...(alone === undefined || own.length === 0 ? gke : []),
    ];
    for (const input of inputs) {
      try {
        profiles.push(clusterProfile({ ...input, ...said(settings) }));
      } catch (error) {
        diagnostics.push(unreadable(group[0]?.file ?? "", error));
      }
    }
  }
  return { profiles, corefiles, diagnostics };
}

function byFolder(files: readonly ClusterFile[]): readonly (readonly ClusterFile[])[] {
  const folders = new Map<string, ClusterFile[]>();
  for (const one of files) {
    const folder = one.file.slice(0, one.file.lastIndexOf("/") + 1);
    folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  return [...folders.values()];
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
