/** Gathers the texts of a repository that speak of AAAA as a Corefile does. Must not tell who reads them. */
import { append } from "../model/append.ts";
import type { UnreadText } from "../model/unread-text.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { Findings } from "./findings.ts";
import { aaaaTexts, isLookedAt } from "./net.ts";
import type { Repository } from "./repository.ts";
import { wholeFile } from "../text/source.ts";

/** Looks through files of any language; those that are no text, or too long, are no text that anybody wrote. */
export async function aaaaTextsOf(
  { paths }: Repository,
  tree: FileTree,
  about: Findings["about"],
): Promise<readonly UnreadText[]> {
  const found: UnreadText[] = [];
  for (const path of paths) {
    if (!isLookedAt(path)) continue;
    await about(path, async () => {
      const read = await tree.read(path);
      if ("text" in read) append(found, aaaaTexts(wholeFile(path, read.text)));
    });
  }
  return found;
}
