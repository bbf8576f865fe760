/** Takes the containers of manifests that stand as texts inside YAML. Must not read any other. */
import { innerManifests } from "./kinds/inner-manifests.ts";
import { readManifest, unrendered } from "./kinds/manifest.ts";
import type { Search } from "./search.ts";

/** Takes what all of them say. */
export async function readElsewhere(search: Search): Promise<void> {
  const { files, objects, budget } = search;
  const { take, about } = search.findings;
  const all = [...objects.files].map(([path, { inner }]) => ({ path, inner }));
  for (const { file, documents } of [...files.workflows, ...files.loneValues])
    all.push({
      path: file.file,
      inner: await about(file.file, () => innerManifests(file, documents, budget)),
    });
  for (const { path, inner } of all) {
    if (inner === undefined) continue;
    take({ diagnostics: inner.diagnostics });
    await about(path, () => {
      for (const one of inner.found) {
        const manifest = readManifest(one.file, one.documents, undefined, objects.configMaps);
        const { containers, diagnostics } = manifest;
        take({ workloads: containers.map(({ workload }) => workload), diagnostics });
        take({ diagnostics: unrendered(manifest) });
      }
    });
  }
}
