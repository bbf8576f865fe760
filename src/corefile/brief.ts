/** Keeps the words of a file short enough for a sentence: one may have millions of letters. Must not change what is short. */

/** Letters of a file that a sentence repeats. */
const MOST = 400;

/** The text, cut where it is too long, with an ellipsis. */
export function brief(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}…`;
}

/** Words with blanks between, cut as brief does; those behind the cut are not looked at. */
export function inWords(words: Iterable<string>): string {
  let said = "";
  for (const word of words) {
    if (said.length > MOST) break;
    said += `${said === "" ? "" : " "}${brief(word)}`;
  }
  return brief(said);
}
