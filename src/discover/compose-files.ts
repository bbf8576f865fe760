/** Reads compose files with what stands beside them: files that they are laid over or extend, and `.env`. Must not read what they build. */
import type { Budget } from "../model/budget.ts";
import type { ImageBuild } from "../model/image-build.ts";
import { joinPath, parentOf } from "../tree/paths.ts";
import type { ComposeChains } from "./compose-chains.ts";
import { type Compose, readCompose } from "./kinds/compose.ts";
import { isOverrideName, isPart } from "./kinds/compose-name.ts";
import { readEnvironment } from "./kinds/environment-file.ts";
import { type Repository, textReader, type YamlSource } from "./repository.ts";

/** A compose file with what it is laid over and extends, and with the variables that stand beside it. */
export async function composeOf(
  repository: Repository,
  source: YamlSource,
  budget: Budget,
  chains: ComposeChains,
): Promise<Compose> {
  const path = source.file.file;
  const below = chains.below.get(path);
  const textOf = textReader(repository);
  const spend = (characters: number) => budget.spend(characters);
  const partOf = async (path: string) => (repository.paths.has(path) ? repository.yaml(path) : undefined);
  const { file, documents } =
    below !== undefined || isPart(path, source.documents)
      ? await (await import("./kinds/compose-whole.ts")).wholeCompose(source, partOf, spend, below)
      : source;
  const folder = chains.folders.get(path) ?? parentOf(path);
  const environment = await textOf(joinPath(folder, ".env")?.path ?? "");
  const said = await readCompose(file, documents, readEnvironment(environment ?? ""), textOf, spend, folder);
  // An override is for whoever runs compose: what is deployed under the name is built as the file below it says, where
  // that one has the name.
  const isLaid = ({ at }: ImageBuild) =>
    isOverrideName(path) || (below !== undefined && at !== undefined && at.file !== path);
  const builds = said.builds.map((one) => (isLaid(one) ? { ...one, tags: [] } : one));
  return { ...said, builds };
}
