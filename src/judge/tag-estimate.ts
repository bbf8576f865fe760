/** Guesses a distribution from an image's name and tag, for images that cannot be pulled. Must not pass for a reading. */
import { splitImage } from "../model/image-name.ts";
import { ALPINE_WITH_STRICT_MUSL } from "../knowledge/alpine.ts";

/** A guess, and from which words it came. */
export interface TagEstimate {
  /** Always true: nothing was read. */
  readonly estimate: true;
  /** os-release's ID: `alpine`, `debian`, `ubuntu`, ... */
  readonly distribution: string;
  /** os-release's VERSION_ID as far as the tag says, such as `3.13`. */
  readonly version?: string;
  /** The C library the distribution comes with. */
  readonly libc: "musl" | "glibc";
  /** The part of the reference it was taken from. */
  readonly because: string;
}

/** Code names (debian.org/releases, releases.ubuntu.com). */
const CODE_NAMES: Readonly<Record<string, readonly [string, string]>> = {
  jessie: ["debian", "8"],
  stretch: ["debian", "9"],
  buster: ["debian", "10"],
  bullseye: ["debian", "11"],
  bookworm: ["debian", "12"],
  trixie: ["debian", "13"],
  bionic: ["ubuntu", "18.04"],
  focal: ["ubuntu", "20.04"],
  jammy: ["ubuntu", "22.04"],
  noble: ["ubuntu", "24.04"],
};

/** Images named like their distribution, all with glibc but Alpine. */
const NAMES = new Set([
  "alpine",
  "debian",
  "ubuntu",
  "fedora",
  "centos",
  "rockylinux",
  "almalinux",
  "amazonlinux",
]);

/** Estimates; nothing when neither name nor tag says anything, or a digest alone names the image. */
export function estimateFromTag(reference: string): TagEstimate | undefined {
  const { name, tag, digest } = splitImage(reference);
  // A tag beside a digest still tells what was meant.
  const words = (tag ?? "").toLowerCase().split(/[-_]/).slice(0, 32);
  for (const word of words) {
    const alpine = /^alpine(\d{1,3}\.\d{1,3})?(?:\.\d{1,3})?$/.exec(word);
    if (alpine !== null) return guess("alpine", alpine[1] ?? versionAfter(words, word), word);
    const named = Object.hasOwn(CODE_NAMES, word) ? CODE_NAMES[word] : undefined;
    if (named !== undefined) return guess(named[0], named[1], word);
    const debian = /^(debian|ubuntu|ubi|rockylinux|fedora)(\d{1,2}(?:\.\d{1,2})?)$/.exec(word);
    if (debian !== null) return guess(debian[1] === "ubi" ? "rhel" : (debian[1] as string), debian[2], word);
  }
  const last = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  if (NAMES.has(last)) {
    const version = /^\d{1,4}(?:\.\d{1,3})?(?=$|[.\-_])/.exec(tag ?? "")?.[0];
    if (tag === undefined && digest !== undefined) return guess(last, undefined, last);
    return guess(last, version, tag === undefined ? last : `${last}:${tag}`);
  }
  const ubi = /^ubi(\d{1,2})(?:-|$)/.exec(last);
  if (ubi !== null) return guess("rhel", ubi[1], last);
  const distroless = /(?:^|\/)distroless\/[\w.-]*-debian(\d{1,2})$/.exec(name);
  if (distroless !== null) return guess("debian", distroless[1], last);
  return undefined;
}

/** `alpine-3.13` as a tag's words. */
function versionAfter(words: readonly string[], word: string): string | undefined {
  return /^\d{1,3}\.\d{1,3}/.exec(words[words.indexOf(word) + 1] ?? "")?.[0];
}

function guess(distribution: string, version: string | undefined, because: string): TagEstimate {
  return {
    estimate: true,
    distribution,
    version,
    libc: distribution === "alpine" ? "musl" : "glibc",
    because,
  };
}

/** A clause to put behind the reason why an image was not read; nothing where its name says nothing. */
export function estimateText(reference: string): string | undefined {
  const estimate = estimateFromTag(reference);
  if (estimate === undefined) return undefined;
  const { distribution, version, libc, because } = estimate;
  // Of a name that is the distribution's own, the tag is only its version.
  const part = splitImage(reference).tag?.toLowerCase().includes(because) === true ? "tag" : "name";
  const named = `its ${part} says ${distribution}${version === undefined ? "" : ` ${version}`}`;
  if (libc === "glibc") return `${named}, which resolves with glibc: an estimate, for nothing was read`;
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const [strictMajor, strictMinor] = ALPINE_WITH_STRICT_MUSL.release;
  const strict = major > strictMajor || (major === strictMajor && minor >= strictMinor);
  const musl =
    version === undefined
      ? "musl, of 1.2.1 or newer unless it is old"
      : strict
        ? "musl 1.2.1 or newer"
        : "musl 1.2.0 or older";
  return `${named}, which resolves with ${musl}: an estimate, for nothing was read`;
}
