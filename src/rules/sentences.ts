/** Puts sentences of profiles into a verdict's. Must not word anything of its own. */

/** A sentence as a clause: without its full stop, and without the capital it begins with where that is no name's. */
export function lowerFirst(text: string): string {
  // Names keep their capitals: only an article or the like loses it.
  return text
    .replace(/^(The|A|An|It|Its|No|Every|What|Nothing|This|There) /, (word) => word.toLowerCase())
    .replace(/\.$/, "");
}
