/** Gathers the files that describe clusters. Must not read what they say. */
import type { ClusterFile } from "./cluster-file.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Kustomization } from "./kinds/kustomization.ts";
import { patchedCorefiles } from "./patched-corefiles.ts";
import type { Search } from "./search.ts";

/** They, and those that kustomizations make ConfigMaps of or that a container is given as its DNS; one inside an archive is told and left out. */
export async function describedClusters(
  search: Search,
  kustomizations: ReadonlyMap<string, Kustomization>,
): Promise<readonly ClusterFile[]> {
  const { packed, findings } = search;
  const found: ClusterFile[] = [];
  const more = [
    ...[...kustomizations.values()].flatMap(({ generated }) => generated),
    ...findings.workloads.flatMap(({ dnsCorefile }) => dnsCorefile ?? []),
  ];
  const all = await allFiles(search, more);
  const maps = all.filter(({ kind }) => kind === "config-map").map(({ file }) => file);
  const patched = await patchedCorefiles(search, kustomizations, maps);
  for (const one of all) {
    const place = packed.inside(one.file);
    const patchedBy = patched.get(one.file);
    if (place === undefined) found.push(patchedBy === undefined ? one : { ...one, patchedBy });
    else findings.take({ diagnostics: [corefileInArchive(place.archive, place.member)] });
  }
  return [...found, ...search.ofCharts.values];
}

async function allFiles(
  { repository, files }: Search,
  named: readonly string[],
): Promise<readonly ClusterFile[]> {
  const known = new Set(files.clusterFiles.map(({ file }) => file));
  const more: ClusterFile[] = [];
  for (const path of new Set(named)) {
    if (known.has(path) || !repository.paths.has(path)) continue;
    const file = await repository.text(path);
    if (file !== undefined) more.push({ file: path, text: file.text, kind: "corefile" });
  }
  return [...files.clusterFiles, ...more];
}

/** A line of it could not be corrected, and the values of a chart are only where it starts from. */
function corefileInArchive(archive: string, member: string): Diagnostic {
  return {
    code: "corefile-not-judged",
    message: `${member} in ${archive} may set a cluster's DNS up, which is not read out of an archive`,
    hint: "Unpack the chart, or give the ConfigMap that it makes as `corefile`.",
    weight: "gap",
    subject: archive,
  };
}
