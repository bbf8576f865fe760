/** Goes through a tree's files once: each is sorted, and looked through for what nobody reads. Must not read images out of any. */
import type { DiscoverPorts } from "./ports.ts";
import type { Findings } from "./findings.ts";
import { takeHandedOn } from "./handed-on.ts";
import type { Repository } from "./repository.ts";
import { fileSorter, type ObjectReader, type SortedFiles } from "./sort-files.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { gatherTexts, type LooseTexts } from "./unread-texts.ts";
import type { YamlBudget } from "../yaml/budget.ts";

/** What they are. */
export interface Sorted {
  readonly files: SortedFiles;
  /** What texts say, whoever reads them. */
  readonly loose: LooseTexts;
}

/** What going through them needs. */
interface With extends Pick<DiscoverPorts, "hcl"> {
  readonly budget: YamlBudget;
  readonly findings: Findings;
  /** Where objects go. */
  readonly objects: ObjectReader;
}

/** All but plain YAML and JSON; werf has its own in YAML. */
const MAY_BE_OTHER = /(?<!\.ya?ml|\.json)$|(?:^|\/)werf[^/]*$/;

/** Goes through them; what cannot be read is among the findings. */
export async function sortAll(
  paths: Iterable<string>,
  tree: FileTree,
  repository: Repository,
  { budget, hcl, objects, findings: { take, about } }: With,
): Promise<Sorted> {
  const sorter = fileSorter(repository, objects);
  const loose = gatherTexts(tree);
  for (const path of paths) {
    const file = await about(path, () => sorter.sort(path));
    const looked = await about(path, () => loose.look(path, file));
    // Whole repositories are YAML: what knows other languages is loaded for those that have some.
    const others = MAY_BE_OTHER.test(path) ? await import("./kinds/other-languages.ts") : undefined;
    const text = looked ?? (others?.isAllObjects(path) === true ? await repository.text(path) : undefined);
    if (text === undefined) continue;
    await about(path, async () => take({ diagnostics: await takeHandedOn(text, { sorter, budget, hcl }) }));
    await about(path, () => take({ diagnostics: others?.unreadKind(text) }));
  }
  const files = sorter.sorted();
  take(files);
  return { files, loose };
}
