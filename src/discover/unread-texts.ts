/** Gathers what texts of any kind say besides what their readers take: AAAA as a Corefile writes it, and whose cluster it is. Must not tell who reads them. */
import { append } from "../model/append.ts";
import type { UnreadText } from "../model/unread-text.ts";
import { type ProviderMark, providersIn } from "../providers/shown.ts";
import type { FileTree } from "../tree/file-tree.ts";
import { aaaaTexts, isAside, isLookedAt } from "./net.ts";
import { isReport } from "./own-reports.ts";
import { type Source, wholeFile } from "../text/source.ts";

/** What was found. */
export interface LooseTexts {
  readonly unread: readonly UnreadText[];
  readonly providers: readonly ProviderMark[];
}

/** Files in which people describe clusters: of other languages whole programs would be searched for a word. */
const DESCRIBES = /\.(?:ya?ml|json|tf|tofu|tfvars|hcl|bicep|toml|j2)$/i;
/** JSON above that is data. */
const MOST_CHARACTERS = 256 * 1024;

/** The most files that are kept as showing a provider. */
const MAX_MARKS = 5_000;

/** Gathers, file by file. */
export interface TextGatherer extends LooseTexts {
  /**
   * Looks through one of any language, reading it where it was not read, and returns it; one that is no text, or too long,
   * is none that anybody wrote.
   */
  look(path: string, file: Source | undefined): Promise<Source | undefined>;
}

/** Nothing yet. */
export function gatherTexts(tree: FileTree): TextGatherer {
  const unread: UnreadText[] = [];
  const providers: ProviderMark[] = [];
  return {
    unread,
    providers,
    async look(path, file) {
      if (!isLookedAt(path)) return undefined;
      const text = file === undefined ? await tree.read(path) : file;
      if (!("text" in text) || isReport(text.text)) return undefined;
      const read = file ?? wholeFile(path, text.text);
      append(unread, aaaaTexts(read));
      const shows = !isAside(path) && DESCRIBES.test(path) && read.text.length <= MOST_CHARACTERS;
      for (const provider of shows && providers.length < MAX_MARKS ? providersIn(read.text) : [])
        providers.push({ provider, file: path });
      return read;
    },
  };
}
