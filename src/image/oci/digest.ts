/** Digests of bytes, and documents checked against theirs. Must not read any format. */
import type { Digest } from "../../model/digest.ts";
import { createHash } from "node:crypto";
import { MuslgateError } from "../../model/error.ts";

/** Throws MuslgateError (`input`) when a document's bytes are not what its digest says. */
export function verifyDocument(digest: Digest, bytes: Uint8Array): void {
  const found = digestOf(bytes);
  if (found === digest) return;
  throw new MuslgateError(
    "input",
    `a document does not match its digest: ${digest} is promised, its bytes have ${found}`,
    "The image was damaged or changed: fetch or build it again.",
  );
}

/** The digest of bytes in memory. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
