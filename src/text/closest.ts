/** The known word that somebody may have meant. Must not decide what is known. */
import { closest, distance } from "fastest-levenshtein";

/** No known word is longer; what is, was not meant. */
const MOST_LETTERS = 60;

/** `Did you mean X? `, where one of the known words differs in at most a third of its letters; else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length > MOST_LETTERS || known.length === 0) return "";
  const plain = word.toLowerCase().replaceAll("_", "-");
  const meant = closest(
    plain,
    known.map((one) => one.toLowerCase()),
  );
  const found = known.find((one) => one.toLowerCase() === meant) ?? "";
  return distance(plain, meant) <= Math.ceil(found.length / 3) ? `Did you mean ${found}? ` : "";
}
