/** Texts of which parts are not known, each such part one private character. Must hold no rules of the shell. */

/** Some text, of which nothing is known. */
export const HOLE = "\uE000";
/** A variable that nothing in sight sets: most likely empty, but whoever starts the container may set it. */
export const OPEN = "\uE001";
/** Any number of words. */
export const ANY = "\uE002";
/** What whoever starts the container chose to set. */
export const CHOSEN = "\uE003";

/** Longer texts are not followed: doubling a variable a few dozen times would fill the memory. */
export const MOST_TEXT = 16_384;

const MARKS = /[\uE000-\uE003]/;

/** Whether all of a text is known. */
export function isKnown(text: string): boolean {
  return !MARKS.test(text);
}

/** Whether a text may be empty; `undefined` where that depends on what is not known. */
export function isEmpty(text: string): boolean | undefined {
  if (text === "") return true;
  return /[^\uE000-\uE002]/.test(text) ? false : undefined;
}

/** A text without what is most likely empty. */
export function withoutOpen(text: string): string {
  return text.replaceAll(OPEN, "");
}

/** A text as a person may read it, what is not known as `…`. */
export function readable(text: string): string {
  const shown = text.replace(/[\uE000-\uE003]+/g, "…");
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

/** A text that is not too long to be followed, else one that is not known. */
export function bounded(text: string, most: number = MOST_TEXT): string {
  return text.length > most ? HOLE : text;
}
