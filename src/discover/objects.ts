/** Reads Kubernetes objects as kustomizations, Argo CD and Flux put them together. Must apply what is changed before it is told. */
import { append } from "../model/append.ts";
import { parentOf } from "../tree/paths.ts";
import { allConfigMaps } from "./all-config-maps.ts";
import type { ImageOverride } from "./kinds/image-overrides.ts";
import { patchFiles } from "./kinds/inline-patches.ts";
import { type Kustomization, readKustomization } from "./kinds/kustomization.ts";
import { kustomize } from "./kinds/kustomize.ts";
import type { ChartSource, WantedChart } from "./kinds/wanted-charts.ts";
import { type Manifest, unrendered } from "./kinds/manifest.ts";
import { readRemoteCharts } from "./remote-charts.ts";
import type { YamlSource } from "./repository.ts";
import type { Search } from "./search.ts";
import { patchReader, unfollowed } from "./unfollowed.ts";

/** Takes what all of them say; returns the kustomizations by their folders. */
export async function readObjects(search: Search): Promise<ReadonlyMap<string, Kustomization>> {
  const { repository, folders, files, objects, limits, budget } = search;
  const { take, about } = search.findings;
  const overrides = new Map<string, ImageOverride[]>();
  const manifests = new Map<string, Manifest>();
  const configMaps = await allConfigMaps(search);
  const charts: WantedChart[] = [];
  const sources: ChartSource[] = [];
  for (const [path, { gitops, added }] of objects.files) {
    await about(path, async () => {
      take({ diagnostics: added });
      manifests.set(path, await objects.manifestOf(path));
      if (gitops === undefined) return;
      take(gitops);
      append(charts, gitops.charts);
      append(sources, gitops.sources);
      for (const [folder, more] of gitops.overrides) {
        const known = overrides.get(folder);
        if (known === undefined) overrides.set(folder, [...more]);
        else append(known, more);
      }
    });
  }
  const kustomizations = new Map<string, Kustomization>();
  for (const { file, documents } of files.kustomizations) {
    const beside = new Map<string, YamlSource>();
    for (const path of patchFiles(file, documents[0]).keys()) {
      const patch = repository.paths.has(path) ? await repository.yaml(path) : undefined;
      if (patch !== undefined) beside.set(path, patch);
    }
    await about(
      file.file,
      () =>
        void kustomizations.set(
          parentOf(file.file),
          readKustomization(file, documents, { budget, configMaps, beside }),
        ),
    );
  }
  await readRemoteCharts(search, charts, sources, kustomizations);
  const followed = {
    repository,
    kustomizations,
    changesMore: patchReader(repository, manifests),
    folders,
    problemOf: search.problemOf,
  };
  for (const kustomization of kustomizations.values()) {
    take(kustomization);
    await about(kustomization.file.file, async () =>
      take({ diagnostics: await unfollowed(kustomization, followed) }),
    );
  }
  const kustomized = await about("what the kustomizations make", () =>
    kustomize(kustomizations, manifests, overrides, limits),
  );
  take(kustomized ?? {});
  for (const [path, manifest] of manifests) {
    const { containers, diagnostics } = manifest;
    if (kustomized?.taken.has(path) !== true) take({ workloads: containers.map(({ workload }) => workload) });
    take({ diagnostics });
    take({ diagnostics: unrendered(manifest) });
  }
  return kustomizations;
}
