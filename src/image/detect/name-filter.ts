/** Tells most files of an image from those that some detector wants, by one look at the path. Must never leave out a wanted one. */
import type { Detector, FileHeader } from "./detector.ts";

/** Whether a detector may want a file; where not, none of them does. */
export function mayBeWanted(
  detectors: readonly Detector[],
): (file: Pick<FileHeader, "path" | "executable">) => boolean {
  const sources: string[] = [];
  for (const { names } of detectors) {
    if (names === undefined) return () => true;
    sources.push(`(?:${names.source})`);
  }
  if (sources.length === 0) return () => false;
  const any = new RegExp(sources.join("|"));
  return ({ path, executable }) => executable || any.test(path);
}
