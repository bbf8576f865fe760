/** Finds the source that opens a reference: by its prefix, else by looking. Must not know any format itself. */
import { existsSync } from "node:fs";
import { MuslgateError, messageOf } from "../../model/error.ts";
import type { Platform } from "../../model/oci.ts";
import type { Opened, Source } from "./source.ts";

/**
 * Opens a reference with the first source that takes it. Rejects with MuslgateError; when no source is named
 * and several were tried, the error lists each with its reason.
 */
export async function openReference(
  written: string,
  sources: readonly Source[],
  platform: Platform,
  signal: AbortSignal,
): Promise<Opened> {
  const named = sources.find(({ scheme }) => written.startsWith(`${scheme}:`));
  if (named !== undefined) {
    const reference = written.slice(named.scheme.length + 1).replace(/^\/\//, "");
    return named.open({ reference, written, platform, signal });
  }
  const request = { reference: written, written, platform, signal };
  const refused: { scheme: string; error: MuslgateError }[] = [];
  for (const source of sources) {
    // A guess that fails says no: the file is not of this format.
    if (!(await source.guess(written).catch(() => false))) continue;
    try {
      return await source.open(request);
    } catch (error) {
      if (!(error instanceof MuslgateError)) throw error;
      refused.push({ scheme: source.scheme, error });
    }
  }
  if (refused.length === 1 && refused[0] !== undefined) throw refused[0].error;
  throw nothingOpens(written, refused, sources);
}

function nothingOpens(
  written: string,
  refused: readonly { scheme: string; error: MuslgateError }[],
  sources: readonly Source[],
): MuslgateError {
  const prefixes = sources.map(({ scheme }) => `${scheme}:`).join(" ");
  if (refused.length > 0) {
    const reasons = refused.map(({ scheme, error }) => `${scheme}: ${messageOf(error)}`).join("; ");
    return new MuslgateError(
      "input",
      `${written} could not be opened (${reasons})`,
      `Say what it is with a prefix: ${prefixes}`,
    );
  }
  const what = existsSync(written)
    ? "is a folder, but no OCI image layout"
    : "is neither a file, a folder, nor a reference to an image in a registry";
  return new MuslgateError(
    "input",
    `${written} ${what}`,
    `Check the path, or say what it is with a prefix: ${prefixes}`,
  );
}
