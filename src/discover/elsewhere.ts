/** Takes the containers of manifests that stand as texts inside YAML. Must not read any other. */
import { allConfigMaps } from "./all-config-maps.ts";
import { innerManifests } from "./kinds/inner-manifests.ts";
import { readManifest, unrendered } from "./kinds/manifest.ts";
import type { Search } from "./search.ts";

/** Takes what all of them say. */
export async function readElsewhere(search: Search): Promise<void> {
  const { files, budget } = search;
  const { take, about } = search.findings;
  let configMaps: Awaited<ReturnType<typeof allConfigMaps>> | undefined;
  for (const { file, documents } of [...files.manifests.values(), ...files.workflows, ...files.loneValues]) {
    const inner = await about(file.file, () => innerManifests(file, documents, budget));
    if (inner === undefined) continue;
    take({ diagnostics: inner.diagnostics });
    if (inner.found.length === 0) continue;
    configMaps ??= await allConfigMaps(search);
    const known = configMaps;
    await about(file.file, () => {
      for (const one of inner.found) {
        const manifest = readManifest(one.file, one.documents, undefined, known);
        const { containers, diagnostics } = manifest;
        take({ workloads: containers.map(({ workload }) => workload), diagnostics });
        take({ diagnostics: unrendered(manifest) });
      }
    });
  }
}
