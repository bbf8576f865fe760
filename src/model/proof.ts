/** How it is known that what was read of an image is what it promises. Must not check anything. */

/**
 * What was hashed and found to be as promised, the strongest first: of a layer the bytes as stored and unpacked; as stored
 * (docs/adr/0005-hashed-once.md); unpacked, where the format gives no other digest; its table of contents and what was
 * fetched by it (docs/adr/0004-tables-of-contents.md); nothing, since it was read by seeking or promises nothing.
 */
export const PROOFS = ["every-digest", "stored-digest", "diff-id", "table-of-contents", "none"] as const;

/** One of them. */
export type Proof = (typeof PROOFS)[number];

/** The weaker of two: what holds of both. */
export function weaker(one: Proof, other: Proof): Proof {
  return PROOFS.indexOf(one) > PROOFS.indexOf(other) ? one : other;
}

/** Whether all bytes of a layer were hashed, in one form or the other. */
export function isHashed(proof: Proof): boolean {
  return PROOFS.indexOf(proof) <= PROOFS.indexOf("diff-id");
}
