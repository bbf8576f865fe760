/** Alpine package versions in apk-tools' order. Must not know any package. */
import type { Order } from "./range.ts";

/** `1.2.4_git20230717-r4` taken apart (apk-tools, package version specification). */
export interface ApkVersion {
  readonly text: string;
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly { readonly name: string; readonly number: number }[];
  readonly revision: number;
}

const PATTERN =
  /^(\d{1,20}(?:\.\d{1,20}){0,20})([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d{0,15}){0,8})(?:~[0-9a-f]{1,64})?(?:-r(\d{1,9}))?$/;

/** Suffixes in apk's order; a version without suffix stands between `rc` and `cvs`. */
const SUFFIX_ORDER = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];

/** Reads an apk version; nothing when the text is not one. */
export function parseApk(text: string): ApkVersion | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const suffixes = [...(match[3] ?? "").matchAll(/_([a-z]+)(\d*)/g)].map(([, name, number]) => ({
    name: name ?? "",
    number: Number(number || 0),
  }));
  return {
    text,
    numbers: (match[1] ?? "").split("."),
    letter: match[2] ?? "",
    suffixes,
    revision: Number(match[4] ?? 0),
  };
}

/** The part before `_` and `-r`: the upstream release. */
export function apkUpstream(version: ApkVersion): string {
  return version.text.replace(/-r\d+$/, "").replace(/~[0-9a-f]+$/, "");
}

/** Orders apk versions. `-r10` is after `-r4`; `_git` after the release, `_pre` before it. */
export const orderApk: Order<ApkVersion> = (a, b) =>
  orderNumbers(a.numbers, b.numbers) ||
  (a.letter < b.letter ? -1 : a.letter > b.letter ? 1 : 0) ||
  orderSuffixes(a, b) ||
  a.revision - b.revision;

function orderNumbers(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    // Behind the first dot a part with a leading zero compares as a fraction, digit by digit.
    const fraction = i > 0 && (x.startsWith("0") || y.startsWith("0")) && x !== y;
    const difference = fraction ? (x < y ? -1 : 1) : Number(BigInt(x) - BigInt(y));
    if (difference !== 0) return difference;
  }
  return 0;
}

function orderSuffixes(a: ApkVersion, b: ApkVersion): number {
  for (let i = 0; i < Math.max(a.suffixes.length, b.suffixes.length); i++) {
    const [x, y] = [a.suffixes[i], b.suffixes[i]];
    const rank = SUFFIX_ORDER.indexOf(x?.name ?? "") - SUFFIX_ORDER.indexOf(y?.name ?? "");
    const difference = rank || (x?.number ?? 0) - (y?.number ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
