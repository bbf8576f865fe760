/** Tells an image archive that was read as a root file system. Must not decide what it should be read as. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { unpackNames } from "../model/layer-names.ts";
import type { Image } from "../model/oci.ts";
import type { OverlayLayer } from "./overlay.ts";
import { namesImage } from "./source/archive-kind.ts";

/** An image archive that is said to be a root file system reads like one with odd files in it. */
export function archiveInside(image: Image, layers: readonly OverlayLayer[]): Diagnostic[] {
  const facts = image.config.diffIds.length === 0 ? layers[0]?.facts : undefined;
  if (facts === undefined) return [];
  if (!unpackNames(facts.names).some((name) => namesImage(name) === "surely")) return [];
  return [
    {
      code: "archive-as-rootfs",
      message: `${image.reference} is an image archive, not a root file system.`,
      hint: "Leave out rootfs-tar: before it, or write docker-archive: or oci-archive: instead.",
      weight: "gap",
      subject: image.reference,
    },
  ];
}
