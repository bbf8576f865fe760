/** Takes the containers of manifests that stand as texts inside YAML, and tells of those in other languages. Must not read any other. */
import { imageNotLiteral } from "./gaps.ts";
import { innerManifests } from "./kinds/inner-manifests.ts";
import { readManifest } from "./kinds/manifest.ts";
import type { Search } from "./search.ts";
import { unreadKinds } from "./unfollowed.ts";

/** Takes what all of them say. */
export async function readElsewhere(search: Search): Promise<void> {
  await readInnerObjects(search);
  const { findings, repository } = search;
  await findings.about("files of other languages", async () =>
    findings.take({ diagnostics: await unreadKinds(repository) }),
  );
}

async function readInnerObjects(search: Search): Promise<void> {
  const { files, objects, budget } = search;
  const { take, about } = search.findings;
  const all = [...objects.files].map(([path, { inner }]) => ({ path, inner }));
  for (const { file, documents } of files.workflows)
    all.push({
      path: file.file,
      inner: await about(file.file, () => innerManifests(file, documents, budget)),
    });
  for (const { path, inner } of all) {
    if (inner === undefined) continue;
    take({ diagnostics: inner.diagnostics });
    await about(path, () => {
      for (const one of inner.found) {
        const { containers, templated, diagnostics } = readManifest(
          one.file,
          one.documents,
          undefined,
          objects.configMaps,
        );
        take({ workloads: containers.map(({ workload }) => workload), diagnostics });
        take({
          diagnostics: templated.map(({ image, rest }) => imageNotLiteral(image.text, rest.name, rest.at!)),
        });
      }
    });
  }
}
