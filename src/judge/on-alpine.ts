/** An image as it would be on another release of Alpine. Must change its musl alone: programs stay as they are. */
import { ALPINE_MUSL } from "../knowledge/alpine.ts";
import { MuslgateError } from "../model/error.ts";
import type { Evidenced, ImageProfile, MuslVersion, StartProcess } from "../model/image-profile.ts";
import type { Finding } from "../rules/subject.ts";

/** Images on one release of Alpine. */
export interface OnAlpine {
  /** The image there; the same one of the same, and itself where it is not built on Alpine. */
  readonly moved: (image: ImageProfile) => ImageProfile;
  /** What an image there was made of. */
  readonly original: (image: ImageProfile) => ImageProfile;
}

/** Those on a release such as `3.24`. Throws MuslgateError (`usage`) for one that is older than what is known. */
export function onAlpine(release: string): OnAlpine {
  const musl = muslOf(release);
  const known = new Map<ImageProfile, ImageProfile>();
  const originals = new Map<ImageProfile, ImageProfile>();
  return {
    moved(image) {
      const made = known.get(image) ?? movedTo(image, release, musl);
      known.set(image, made);
      originals.set(made, image);
      return made;
    },
    original: (image) => originals.get(image) ?? image,
  };
}

/** What is found of an image there, in a sentence about what would be. */
export function asSupposed(finding: Finding): Finding {
  return {
    ...finding,
    summary: (who) =>
      finding
        .summary(who)
        .split(who)
        .map((part) => part.replace(" resolves with musl", " would resolve with musl"))
        .join(who),
  };
}

/** Whether it is built on Alpine. */
export function isOnAlpine({ distribution }: ImageProfile): boolean {
  return distribution?.id === "alpine";
}

/** The musl of a release: that of its row, else that of the releases around it. */
function muslOf(release: string): MuslVersion {
  const { releases, citation } = ALPINE_MUSL;
  const minor = minorOf(release);
  const row = releases.find(([name]) => minorOf(name) === minor);
  const below = releases.findLast(([name]) => minorOf(name) <= minor);
  const above = releases.find(([name]) => minorOf(name) > minor);
  const said = {
    confidence: citation.confidence,
    because: `it is judged as if it were on Alpine ${release}`,
  };
  if (row !== undefined) return { exact: upstream(row[1]), ...said };
  if (below !== undefined && above !== undefined && upstream(below[1]) === upstream(above[1]))
    return { exact: upstream(below[1]), ...said };
  if (below !== undefined) return { atLeast: upstream(below[1]), ...said };
  throw new MuslgateError(
    "usage",
    `\`to\` is "alpine=${release}", and which musl that has is not known`,
    `The oldest release that is known is ${releases[0][0]}, the newest ${releases.at(-1)?.[0]}.`,
  );
}

/** Major and minor as one number. */
function minorOf(release: string): number {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major * 1000 + minor;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Without the revision of the package. */
function upstream(version: string): string {
  return version.replace(/-r\d+$/, "");
}

/** A static program has its own musl, whatever lies beside it. */
function movedTo(image: ImageProfile, release: string, musl: MuslVersion): ImageProfile {
  const { distribution, process } = image;
  if (!isOnAlpine(image) || distribution === undefined) return image;
  const version = musl.exact ?? `${musl.atLeast} or newer`;
  const withMusl = <T extends Evidenced<string> | undefined>(one: T) => one && { ...one, value: version };
  const isLoaders =
    process.kind === "uses-musl" ||
    (process.kind === "mixed" && process.musl?.exact === image.musl.loader?.value);
  const onIt: StartProcess = {
    ...process,
    musl,
    reason: process.kind === "mixed" ? process.reason : `${upperFirst(musl.because)}, with musl ${version}.`,
    supposed: `as if on Alpine ${release}: musl ${version}`,
  };
  return {
    ...image,
    distribution: { ...distribution, version: release },
    musl: { loader: withMusl(image.musl.loader), package: withMusl(image.musl.package) },
    process: isLoaders && process.musl !== undefined ? onIt : process,
  };
}
