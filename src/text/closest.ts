/** The known word that somebody may have meant. Must not decide what is known. */
import { closest, distance } from "fastest-levenshtein";

/** No known word is longer; what is, was not meant. */
const MOST_LETTERS = 60;

/**
 * `Did you mean X? `, where one of the known words differs in at most a third of its letters, or is the only one with
 * that word between its hyphens; else nothing.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length > MOST_LETTERS || known.length === 0) return "";
  const plain = word.toLowerCase().replaceAll("_", "-");
  const meant = closest(
    plain,
    known.map((one) => one.toLowerCase()),
  );
  const found = known.find((one) => one.toLowerCase() === meant) ?? "";
  if (distance(plain, meant) <= Math.ceil(found.length / 3)) return `Did you mean ${found}? `;
  const [first, ...others] =
    plain === "" ? [] : known.filter((one) => one.toLowerCase().split("-").includes(plain));
  return first === undefined || others.length > 0 ? "" : `Did you mean ${first}? `;
}
