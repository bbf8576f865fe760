/** Where a blob stands in an OCI layout. Must not look whether it is there. */
import type { Digest } from "../../model/digest.ts";

/** Where a layout keeps a blob (OCI image spec, "Blobs"). */
export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(":", "/")}`;
}
