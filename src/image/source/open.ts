/** Finds the source that opens a reference: by its prefix, else by looking. Must not know any format itself. */
import { existsSync } from "node:fs";
import { MuslgateError, messageOf } from "../../model/error.ts";
import { splitImage } from "../../model/image-name.ts";
import type { Platform } from "../../model/oci.ts";
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
    return named.open({ reference, written, platform, signal });
  }
  const tried: string[] = [];
  for (const source of sources) {
    const guess = await source.guess(written, signal).catch((error: unknown) => messageOf(error));
    if (guess === true) return source.open({ reference: written, written, platform, signal });
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
  throw new MuslgateError(
    code,
    `${written} ${what}; tried ${tried.join(", ")}`,
    "Check the path, or say what it is with one of these and a colon before it.",
  );
}

/** The reference with its name in lower case; tags may be in any. */
function lowerName(written: string): string {
  const { name } = splitImage(written);
  return name.toLowerCase() + written.slice(name.length);
}
