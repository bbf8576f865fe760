/** Gathers what texts of any kind say besides what their readers take: AAAA as a Corefile writes it, and whose cluster it is. Must not tell who reads them. */
import { append } from "../model/append.ts";
import type { UnreadText } from "../model/unread-text.ts";
import { type ProviderMark, providersIn } from "../providers/shown.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type { Findings } from "./findings.ts";
import { aaaaTexts, isAside, isLookedAt } from "./net.ts";
import type { Repository } from "./repository.ts";
import { wholeFile } from "../text/source.ts";

/** What was found. */
export interface LooseTexts {
  readonly unread: readonly UnreadText[];
  readonly providers: readonly ProviderMark[];
}

/** Files in which people describe clusters: of other languages whole programs would be searched for a word. */
const DESCRIBES = /\.(?:ya?ml|json|tf|tfvars|hcl|bicep|toml|j2)$/i;
/** JSON above that is data. */
const MOST_CHARACTERS = 256 * 1024;

/** The most files that are kept as showing a provider. */
const MAX_MARKS = 5_000;

/** Looks through files of any language; those that are no text, or too long, are no text that anybody wrote. */
export async function looseTexts(
  { paths }: Repository,
  tree: FileTree,
  about: Findings["about"],
): Promise<LooseTexts> {
  const unread: UnreadText[] = [];
  const providers: ProviderMark[] = [];
  for (const path of paths) {
    if (!isLookedAt(path)) continue;
    await about(path, async () => {
      const read = await tree.read(path);
      if (!("text" in read)) return;
      append(unread, aaaaTexts(wholeFile(path, read.text)));
      if (isAside(path) || !DESCRIBES.test(path) || providers.length >= MAX_MARKS) return;
      if (read.text.length > MOST_CHARACTERS) return;
      for (const provider of providersIn(read.text)) providers.push({ provider, file: path });
    });
  }
  return { unread, providers };
}
