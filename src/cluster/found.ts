/** The clusters a run is about: those that options name, or those that a repository's files describe. Must not judge. */
import type { ClusterFile } from "../discover/cluster-file.ts";
import type { UnreadText } from "../model/unread-text.ts";
import type { ClusterProfileInput } from "./input.ts";
import { NOTHING_SAID, said } from "./said.ts";
import { leftOpen, readClusterFiles } from "./read-files.ts";
import {
  type ConfigFile,
  corefilesByFolder,
  folderOf,
  isWithCorefile,
  unreadable,
} from "./corefiles/by-folder.ts";
import { type CorefileInputs, isOnNodes } from "./corefiles/collected.ts";
import { asOneFile, byCluster } from "./corefiles/assumed-base.ts";
import { withLiterals } from "./terraform/literals.ts";
import { notTaken, openedBy, unreadDiagnostics } from "./unread.ts";
import { clusterProfile } from "./profile.ts";
import type { ClusterProfile } from "../model/cluster-profile.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Settings } from "../settings/settings.ts";

/** What is known of clusters. */
export interface Clusters {
  readonly profiles: readonly ClusterProfile[];
  /** What each profile is made of, in their order: what it would be if some of that were otherwise. */
  readonly inputs: readonly ClusterProfileInput[];
  /** Texts that were not read, and may be what pods of all of them ask. */
  readonly unread?: readonly UnreadText[];
  /** The files their Corefiles stand in. */
  readonly corefiles: readonly ConfigFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loaded when it is needed: most runs read no Terraform. */
export async function hcl() {
  return (await import("./terraform/hcl-wasm.ts")).hclReader();
}

/**
 * The clusters that files of a repository describe. Corefiles of one folder are held to be one cluster's where they are
 * one of node-local-dns and one of the cluster's DNS at most, and a GKE cluster that is alone in their folder is held to
 * be it. What cannot be read is a diagnostic.
 */
export async function foundClusters(
  described: readonly ClusterFile[],
  settings: Settings,
  texts: readonly UnreadText[] = [],
  providerOf: (folder: string) => ClusterProfileInput["shownProvider"] = () => undefined,
): Promise<Clusters> {
  const own = said(settings);
  const { files, diagnostics: computed, off } = await withLiterals(described, hcl);
  const gke = await readClusterFiles(
    files.filter((one) => !isWithCorefile(one)),
    { hcl },
  );
  const diagnostics: Diagnostic[] = [...leftOpen(gke.diagnostics, own), ...computed];
  const inputs: ClusterProfileInput[] = [];
  const corefiles: ConfigFile[] = [];
  const taken = new Set<ClusterProfileInput>();
  const judged: CorefileInputs[] = [];
  for (const { folder, read, patched, holding, diagnostics: unread } of corefilesByFolder(files)) {
    corefiles.push(...holding);
    judged.push(...patched);
    diagnostics.push(...unread);
    const all = asOneFile(read);
    if (all === undefined) continue;
    judged.push(all);
    if (all.corefiles.length === 0) diagnostics.push(...all.diagnostics);
    const here = gke.clusters
      .map(({ input }) => input)
      .filter(({ at }) => folderOf(at?.file ?? "") === folder);
    const sets = byCluster(all).flatMap((one) =>
      oneCluster(one) ? [one] : one.corefiles.map((corefile) => ({ ...one, corefiles: [corefile] })),
    );
    const alone = here.length === 1 && sets.length === 1 ? here[0] : undefined;
    for (const set of sets.filter((one) => one.corefiles.length > 0)) {
      if (alone !== undefined) taken.add(alone);
      inputs.push({
        ...NOTHING_SAID,
        ...alone,
        inputs: set,
        name: nameOf(set, sets),
        shownProvider: providerOf(folder),
      });
    }
  }
  inputs.push(...gke.clusters.map(({ input }) => input).filter((input) => !taken.has(input)));
  const profiles: ClusterProfile[] = [];
  const made: ClusterProfileInput[] = [];
  for (const input of inputs) {
    try {
      const whole = { ...input, ...own };
      profiles.push(clusterProfile(whole));
      made.push(whole);
    } catch (error) {
      diagnostics.push(unreadable(input.at?.file ?? input.name ?? "", error));
    }
  }
  const open = notTaken(texts, judged).filter(({ at }) => !off(at));
  const isNamed = settings.gkeVersion !== undefined;
  diagnostics.push(...unreadDiagnostics(open, isNamed));
  const unread = isNamed ? [] : open;
  return { profiles: openedBy(profiles, unread), inputs: made, unread, corefiles, diagnostics };
}

/** One cache on the nodes at most, and one DNS of the cluster, whatever its Corefile is called. */
function oneCluster({ corefiles }: CorefileInputs): boolean {
  const caches = corefiles.filter(({ role }) => isOnNodes(role)).length;
  return caches <= 1 && corefiles.length - caches <= 1;
}

/** The file; of several clusters' Corefiles in one file, all but the first with their number. */
function nameOf(set: CorefileInputs, sets: readonly CorefileInputs[]): string {
  const file = set.corefiles[0]?.source.file ?? "";
  const alike = sets.filter(({ corefiles: [one] }) => one?.source.file === file);
  const number = alike.indexOf(set) + 1;
  return number > 1 ? `${file} (${number})` : file;
}
