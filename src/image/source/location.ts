/** Tells the path from the image name in `FILE:NAME:TAG`. Must not open anything. */
import { existsSync } from "node:fs";

/** A file or folder, and which image in it is meant (empty for all). */
export interface Location {
  readonly path: string;
  readonly selector: string;
}

/**
 * The shortest part before a `:` or `@` that exists is the path, so that names may hold both. Where nothing
 * exists the whole is the path, for the message that says so.
 */
export function splitLocation(reference: string): Location {
  if (existsSync(reference)) return { path: reference, selector: "" };
  for (const match of reference.matchAll(/[:@]/g)) {
    const path = reference.slice(0, match.index);
    if (path !== "" && existsSync(path)) return { path, selector: reference.slice(match.index + 1) };
  }
  return { path: reference, selector: "" };
}
