/** Gathers the ConfigMaps that containers may be given. Must not say who is given which. */
import type { ConfigMapsInSight } from "./config-maps.ts";
import { generatedConfigMaps } from "./kinds/generated-config-maps.ts";
import { textReader } from "./repository.ts";
import type { Search } from "./search.ts";

/** ConfigMaps of every file, and those that kustomizations make. To be asked once. */
export async function allConfigMaps({
  repository,
  files,
  objects: { configMaps },
  findings: { about },
}: Search): Promise<ConfigMapsInSight> {
  const textOf = textReader(repository);
  for (const { file, documents } of [...files.loneValues, ...[...files.charts.values()].flat()])
    await about(file.file, () => configMaps.add(file.file, documents));
  for (const { file, documents } of files.kustomizations)
    await about(file.file, async () => {
      for (const { name, data } of await generatedConfigMaps(file.file, documents[0], textOf))
        configMaps.addMade(file.file, name, data);
    });
  return configMaps;
}
