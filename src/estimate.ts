/** Says what an image that could not be read probably is, by its name alone. Must always call it an estimate. */
import { estimateFromTag } from "./discover/tag-estimate.ts";
import { ALPINE_WITH_STRICT_MUSL } from "./knowledge/alpine.ts";

/** A clause to put behind the reason why an image was not read; nothing where its name says nothing. */
export function estimateText(reference: string): string | undefined {
  const estimate = estimateFromTag(reference);
  if (estimate === undefined) return undefined;
  const { distribution, version, libc, because } = estimate;
  const named = `\`${because}\` in its name stands for ${distribution}${version === undefined ? "" : ` ${version}`}`;
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
