/** The named members of an image archive or layout, wherever they are. Must not know what they mean. */
import type { Blob } from "../../model/oci.ts";

/** Members by name. */
export interface Members {
  /** The names there are, clean; of a folder only its own. */
  names(): Iterable<string>;
  has(name: string): boolean;
  /** A small member, whole; nothing when there is none. Throws MuslgateError (`limit`) above `maxBytes`. */
  read(name: string, maxBytes: number): Uint8Array | undefined;
  /** A member as a blob; nothing when there is none. */
  blob(name: string): Blob | undefined;
}
