/** Whether the process that starts resolves with a musl of some releases. Must stay a pure function. */
import type { StartProcess } from "../model/image-profile.ts";
import { type MuslRelease, orderMusl, parseMusl } from "../version/musl.ts";
import { inRange, type Range } from "../version/range.ts";

/** `unknown` where the resolver, or enough of its version, is not known. */
export function resolvesWithMusl(process: StartProcess, range: Range<MuslRelease>): boolean | "unknown" {
  if (process.kind === "uses-glibc" || process.kind === "own-resolver") return false;
  const { exact, atLeast, below } = process.musl ?? {};
  const version = exact === undefined ? undefined : parseMusl(exact);
  if (version !== undefined) return inRange(orderMusl, range, version);
  const low = atLeast === undefined ? undefined : parseMusl(atLeast);
  const high = below === undefined ? undefined : parseMusl(below);
  if (low !== undefined && range.below !== undefined && orderMusl(low, range.below) >= 0) return false;
  if (high !== undefined && range.from !== undefined && orderMusl(high, range.from) <= 0) return false;
  const fromHolds = range.from === undefined || (low !== undefined && orderMusl(low, range.from) >= 0);
  const belowHolds = range.below === undefined || (high !== undefined && orderMusl(high, range.below) <= 0);
  return fromHolds && belowHolds ? true : "unknown";
}
