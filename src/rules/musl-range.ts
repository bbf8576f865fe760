/** Whether the process that starts resolves with a musl of some releases. Must stay pure. */
import type { MuslVersion, StartProcess } from "../model/image-profile.ts";
import { type MuslRelease, orderMusl, parseMusl } from "../version/musl.ts";
import { inRange, type Range } from "../version/range.ts";

/** `unknown` where the resolver, or enough of its version, is not known. */
export function resolvesWithMusl(process: StartProcess, range: Range<MuslRelease>): boolean | "unknown" {
  if (neverMusl(process)) return false;
  return process.musl === undefined ? "unknown" : muslIn(process.musl, range);
}

/** Whether another resolver answers, whatever musl the image holds. */
export function neverMusl(process: StartProcess): boolean {
  if (["uses-glibc", "own-resolver", "no-lookups"].includes(process.kind)) return true;
  // Several programs of which none is musl's and none unknown.
  return process.kind === "mixed" && process.musl === undefined;
}

/** Whether all that a version may be is in a range (true), none of it (false), or some. */
export function muslIn(version: MuslVersion, range: Range<MuslRelease>): boolean | "unknown" {
  const { atLeast, below } = version;
  const exact = version.exact === undefined ? undefined : parseMusl(version.exact);
  if (exact !== undefined) return inRange(orderMusl, range, exact);
  const low = atLeast === undefined ? undefined : parseMusl(atLeast);
  const high = below === undefined ? undefined : parseMusl(below);
  if (low !== undefined && range.below !== undefined && orderMusl(low, range.below) >= 0) return false;
  if (high !== undefined && range.from !== undefined && orderMusl(high, range.from) <= 0) return false;
  const fromHolds = range.from === undefined || (low !== undefined && orderMusl(low, range.from) >= 0);
  const belowHolds = range.below === undefined || (high !== undefined && orderMusl(high, range.below) <= 0);
  return fromHolds && belowHolds ? true : "unknown";
}
