/** Content digests. Must not compute one. */

/** `sha256:` and 64 lower-case hex digits (OCI image spec, descriptor). */
export type Digest = `sha256:${string}`;

/** Whether text is a sha256 digest in OCI's canonical form. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && /^sha256:[0-9a-f]{64}$/.test(text);
}
