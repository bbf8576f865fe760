/** What a source is: something that opens images of one format. Must not read layers, only say where they are. */
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Image, Platform } from "../../model/oci.ts";

/** What a user may ask of any source. */
export interface SourceRequest {
  /** Reference without its prefix. */
  readonly reference: string;
  /** As the user wrote it, for messages. */
  readonly written: string;
  /** The platform to take from an index, or all of them. */
  readonly platform: Platform | "all";
  readonly signal: AbortSignal;
}

/** The images of a reference, and what could not be known on the way (such as skipped manifests). */
export interface Opened {
  readonly images: readonly Image[];
  readonly diagnostics: readonly Diagnostic[];
  /** Releases what is held open; layers cannot be read after it. */
  close(): Promise<void>;
}

/** Opens images of one format. */
export interface Source {
  /** The prefix users write: `docker-archive`, `oci-layout`, `registry`, ... */
  readonly scheme: string;
  /** Whether a reference without prefix could be of this format; what costs more than a few bytes is kept for `open`. */
  guess(reference: string, signal: AbortSignal): Promise<boolean>;
  /** Rejects with MuslgateError. Manifest and configuration are verified against their digests. */
  open(request: SourceRequest): Promise<Opened>;
}
