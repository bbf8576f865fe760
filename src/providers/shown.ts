/** Tells by its words which provider a text is for, and by its files which one a folder is. Must not judge a Corefile. */
import { PROVIDER_IDS, type ProviderId } from "../knowledge/provider-ids.ts";
import { PROVIDERS } from "../knowledge/providers.ts";

/** A file that shows a provider. */
export interface ProviderMark {
  readonly provider: ProviderId;
  readonly file: string;
}

/** One pattern for all of them: every file of a repository is searched. */
const MARKS = new RegExp(
  PROVIDER_IDS.map((id, i) => `(?<p${i}>${PROVIDERS[id].shownBy.join("|")})`).join("|"),
  "g",
);

/** The most words of one text that are looked at. */
const MAX_MARKS = 50;
/** The most folders above a file that are kept apart; those above are one. */
const MAX_DEPTH = 32;

/** The providers that a text shows, each once. */
export function providersIn(text: string): readonly ProviderId[] {
  const found = new Set<ProviderId>();
  // What goes through all of them costs more than to see that there is none.
  if (text.search(MARKS) < 0) return [];
  let marks = 0;
  for (const { groups } of text.matchAll(MARKS)) {
    if (++marks > MAX_MARKS) break;
    const at = Object.entries(groups ?? {})
      .find(([, word]) => word !== undefined)?.[0]
      .slice(1);
    const id = PROVIDER_IDS[Number(at)];
    if (id !== undefined) found.add(id);
  }
  return [...found];
}

/**
 * For a folder the provider that the files nearest to it show: those below the nearest folder above it that has any.
 * Nothing where they show several.
 */
export function providerByFolder(marks: readonly ProviderMark[]): (folder: string) => ProviderId | undefined {
  const below = new Map<string, Set<ProviderId>>();
  for (const { provider, file } of marks) {
    for (const folder of foldersAbove(file)) {
      const known = below.get(folder);
      if (known === undefined) below.set(folder, new Set([provider]));
      else known.add(provider);
    }
  }
  return (folder) => {
    const near = foldersAbove(folder).find((one) => below.has(one));
    const [only, second] = near === undefined ? [] : (below.get(near) ?? []);
    return second === undefined ? only : undefined;
  };
}

/** The folders above a path, the nearest first, each with its closing slash; the last is the root, without a letter. */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    folders.push(path.slice(0, end + 1));
    if (folders.length === MAX_DEPTH) break;
  }
  return [...folders, ""];
}
