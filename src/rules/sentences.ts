/** What sentences of several rules have in common. Must not word what a rule alone has to say. */
import type { StartProcess } from "../model/image-profile.ts";

/** A sentence as a clause: without its full stop, and without the capital it begins with where that is no name's. */
export function lowerFirst(text: string): string {
  // Names keep their capitals: only an article or the like loses it.
  return text
    .replace(/^(The|A|An|It|Its|No|Every|What|Nothing|This|There) /, (word) => word.toLowerCase())
    .replace(/\.$/, "");
}

/** How sentences begin about the version that it resolves with: no image has one that is supposed. */
export function resolvesWords(process: StartProcess | undefined): string {
  return process?.musl?.supposed === true ? "would resolve with" : "resolves with";
}
