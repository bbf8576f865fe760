/** What the tag of an image has in common with the tags of its other builds. Must not look an image up. */
import { ALPINE_WITH_STRICT_MUSL } from "../knowledge/alpine.ts";
import { splitImage } from "../model/image-name.ts";

/** The most words of a tag: a tag has 128 characters (distribution/reference). */
const MOST_WORDS = 64;

/**
 * The words of a reference's tag without version numbers, dates and hashes, in no order: `1.2.3-slim` and `1.3.0-slim`
 * are one family, `slim` and `alpine` are two. Alpine before and from the release whose musl fails lookups are two as
 * well: that is what must not pass for another build of the same.
 */
export function tagFamily(reference: string): string {
  const { name, tag = "" } = splitImage(reference);
  const words = tag
    .toLowerCase()
    .split(/[-_+]/)
    .slice(0, MOST_WORDS)
    .flatMap((word, i, all) => wordOf(word, all[i + 1]) ?? []);
  const own = /(?:^|\/)alpine$/.test(name) ? [alpine(tag)] : [];
  return [...new Set([...own, ...words])].toSorted((a, b) => (a < b ? -1 : 1)).join("-");
}

/** A word without its numbers; nothing where it is one, or stands for whatever is newest. */
function wordOf(word: string, next: string | undefined): string | undefined {
  if (word.startsWith("alpine")) return alpine(word.slice("alpine".length) || (next ?? ""));
  const isHash = /^g?[0-9a-f]{7,64}$/.test(word) && /\d/.test(word);
  const letters = isHash ? "" : word.replace(/[\d.]+/g, "");
  // One letter is a part of a number, as in `v1.2` and `r3`.
  return letters.length < 2 || NO_WORDS.has(letters) ? undefined : letters;
}

/** Words that name no other kind of build: what is newest, what comes before a hash, and pre-releases (SemVer section 9). */
const NO_WORDS: ReadonlySet<string> = new Set(["latest", "sha", "alpha", "beta", "rc", "pre"]);

/** Which Alpine a number stands for, where there is one. */
function alpine(number: string): string {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})/.exec(number) ?? [];
  if (major === undefined || minor === undefined) return "alpine";
  const [strictMajor, strictMinor] = ALPINE_WITH_STRICT_MUSL.release;
  const isOld = Number(major) < strictMajor || (Number(major) === strictMajor && Number(minor) < strictMinor);
  return isOld ? `alpine before ${strictMajor}.${strictMinor}` : "alpine";
}
