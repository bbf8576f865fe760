/** Refuses a word that is none of a few. Must not be loaded before a command is. */
import { PROVIDER_IDS, type ProviderId } from "../knowledge/provider-ids.ts";
import { MuslgateError } from "../model/error.ts";
import { didYouMean } from "../text/closest.ts";

/** The word, where it is one of these. Throws MuslgateError (`usage`) that says which was meant, and which there are. */
export function chosen<T extends string>(what: string, word: string, among: readonly T[]): T {
  const found = among.find((one) => one === word);
  if (found !== undefined) return found;
  throw new MuslgateError(
    "usage",
    `${what} is "${word}", which is not known here`,
    `${didYouMean(word, among)}Write one of: ${among.join(", ")}.`,
  );
}

/** The provider that a flag names; nothing where it is not there. Throws as `chosen` does. */
export function chosenProvider(word: string | undefined): ProviderId | undefined {
  return word === undefined ? undefined : chosen("--provider", word, PROVIDER_IDS);
}
