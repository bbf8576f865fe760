/** Gathers the ConfigMaps that containers may be given. Must not say who is given which. */
import { ConfigMapsInSight } from "./config-maps.ts";
import { generatedConfigMaps } from "./kinds/generated-config-maps.ts";
import { textReader } from "./repository.ts";
import type { Search } from "./search.ts";

/** ConfigMaps of every file, and those that kustomizations make. */
export async function allConfigMaps({
  repository,
  files,
  findings: { about },
  startCharacters,
}: Search): Promise<ConfigMapsInSight> {
  const found = new ConfigMapsInSight(startCharacters);
  const textOf = textReader(repository);
  const settings = [...files.loneValues, ...[...files.charts.values()].flat()];
  for (const { file, documents } of [...files.manifests.values(), ...settings])
    await about(file.file, () => found.add(file.file, documents));
  for (const { file, documents } of files.kustomizations)
    await about(file.file, async () => {
      for (const { name, data } of await generatedConfigMaps(file.file, documents[0], textOf))
        found.addMade(file.file, name, data);
    });
  return found;
}
