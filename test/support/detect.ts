/** Hands one file to one detector, whole or in pieces. Must not be used by src. */
import type { Detector } from "../../src/image/detect/detector.ts";
import type { FileFact } from "../../src/model/layer-facts.ts";
import { pieces } from "./tar.ts";

/** What the detector learns of a file; nothing when it does not want it. */
export function detect(
  detector: Detector,
  path: string,
  body: string | Uint8Array,
  { executable = true, piece = 65_536 }: { readonly executable?: boolean; readonly piece?: number } = {},
): FileFact | undefined {
  const bytes = Buffer.from(body);
  const collector = detector.start({ path, size: bytes.length, executable });
  if (collector === undefined) return undefined;
  for (const part of pieces(bytes, piece)) {
    // What was pushed is only valid during the call.
    const lent = Buffer.from(part);
    const goesOn = collector.push(lent);
    lent.fill(0xaa);
    if (!goesOn) break;
  }
  return collector.end();
}
