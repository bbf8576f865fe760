/** Finds the source that opens a reference: by its prefix, else by looking. Must not know any format itself. */
import { existsSync } from "node:fs";
import { MuslgateError, messageOf } from "../../model/error.ts";
import { splitImage } from "../../model/image-name.ts";
import { type Platform, platformText } from "../../model/oci.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { didYouMean } from "../../text/closest.ts";
import { servesPlatform } from "../oci/manifest.ts";
import type { Opened, Source } from "./source.ts";

/**
 * Opens a reference with the source its prefix names, else with the first that recognises it: once one does, its
 * error is the answer, not an invitation to take the bytes for something else. Rejects with MuslgateError; when
 * nothing recognises it, the error has this code and lists what was tried.
 */
export async function openReference(
  written: string,
  sources: readonly Source[],
  platform: Platform | "all",
  signal: AbortSignal,
  code: "usage" | "input" = "input",
): Promise<Opened> {
  const named = sources.find(({ scheme }) => written.startsWith(`${scheme}:`));
  if (named !== undefined) {
    const reference = written.slice(named.scheme.length + 1).replace(/^\/\//, "");
    return saidOfPlatform(await named.open({ reference, written, platform, signal }), written, platform);
  }
  const tried: string[] = [];
  for (const source of sources) {
    const guess = await source.guess(written, signal).catch((error: unknown) => messageOf(error));
    if (guess === true)
      return saidOfPlatform(
        await source.open({ reference: written, written, platform, signal }),
        written,
        platform,
      );
    tried.push(guess === false ? source.scheme : `${source.scheme} (${guess})`);
  }
  const lower = lowerName(written);
  for (const source of lower === written ? [] : sources) {
    if (await source.guess(lower, signal).catch(() => false))
      throw new MuslgateError(
        code,
        `${written} is no image: names of images have no upper-case letters`,
        `Write ${lower}, or check the path.`,
      );
  }
  const what = existsSync(written)
    ? "is a folder, but no OCI image layout"
    : "is neither a file, a folder, nor a reference to an image in a registry";
  const prefix = /^([a-z][a-z-]+):/.exec(written)?.[1] ?? "";
  const schemes = sources.map(({ scheme }) => scheme);
  const meant = prefix === "" ? "" : didYouMean(prefix, schemes).replace("?", ":?");
  throw new MuslgateError(
    code,
    `${written} ${what}; tried ${tried.join(", ")}`,
    `${meant}Check the path, or say what it is with one of these and a colon before it.`,
  );
}

/** Of an index the platform is chosen; what there is for one alone is taken, and said where that is another. Registries say it. */
function saidOfPlatform(opened: Opened, written: string, wanted: Platform | "all"): Opened {
  const platforms = opened.images.map(({ config }) => config.platform);
  const serves = (one: Platform) =>
    wanted === "all" || one.architecture === "unknown" || servesPlatform(one, wanted);
  const isSaid = opened.diagnostics.some(({ code }) => code === "other-platform");
  if (wanted === "all" || isSaid || platforms.some(serves)) return opened;
  const said = [...new Set(platforms.map(platformText))].map(
    (other): Diagnostic => ({
      code: "other-platform",
      message: `${written} is for ${other}, not for ${platformText(wanted)}`,
      reason: `the image is for ${other}, not for ${platformText(wanted)}`,
      hint: "It has no other; what is said of it holds for the platform it is for.",
      weight: "notice",
      subject: written,
    }),
  );
  return {
    images: opened.images,
    diagnostics: [...opened.diagnostics, ...said],
    close: () => opened.close(),
  };
}

/** The reference with its name in lower case; tags may be in any. */
function lowerName(written: string): string {
  const { name } = splitImage(written);
  return name.toLowerCase() + written.slice(name.length);
}
