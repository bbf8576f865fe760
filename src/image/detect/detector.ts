/** What a detector is: one kind of evidence, read from the bodies of files as a layer streams by. Must do no I/O. */
import type { FileFact } from "../../model/layer-facts.ts";

/** What the tar header says of a regular file. */
export interface FileHeader {
  /** Relative to the root, without leading `/`, `.` or `..` parts. */
  readonly path: string;
  /** Bytes of the body. */
  readonly size: number;
  /** Whether any of the three execute bits is set. */
  readonly executable: boolean;
}

/** Takes one file's body in order. */
export interface Collector {
  /**
   * The next bytes; valid only during the call. Returns false when no more are needed, after which
   * the reader may skip the rest of the body.
   */
  push(bytes: Uint8Array): boolean;
  /** What was learnt; nothing when the file is not of this kind. Never throws on hostile bytes. */
  end(): FileFact | undefined;
}

/** One kind of evidence. */
export interface Detector {
  /** Stable name, part of the cache key with `version`. */
  readonly id: string;
  /** Raised whenever the same bytes would give another fact. */
  readonly version: number;
  /** The most bytes of one body it keeps in memory. */
  readonly maxBytes: number;
  /**
   * Paths it may want. A file that cannot be executed and whose path does not match is never asked about; without it
   * every file is. No flags.
   */
  readonly names?: RegExp;
  /** A collector for this file, or nothing when its header already says that it is of no interest. */
  start(file: FileHeader): Collector | undefined;
}

/**
 * A detector that wants a whole small file at once, by its path or by more. Files larger than `maxBytes` are cut there
 * and `parse` is told so.
 */
export function wholeFile(
  id: string,
  version: number,
  maxBytes: number,
  wants: RegExp | ((file: FileHeader) => boolean),
  parse: (bytes: Uint8Array, file: FileHeader, cut: boolean) => FileFact | undefined,
): Detector {
  const names = wants instanceof RegExp ? wants : undefined;
  const isWanted = wants instanceof RegExp ? ({ path }: FileHeader) => wants.test(path) : wants;
  return {
    id,
    version,
    maxBytes,
    names,
    start(file) {
      if (!isWanted(file)) return undefined;
      // Taken with the first byte: whoever only asks whether the file is wanted must not pay for it.
      let kept = new Uint8Array(0);
      let length = 0;
      return {
        push(bytes) {
          if (length === 0) kept = new Uint8Array(Math.min(file.size, maxBytes));
          const room = Math.min(bytes.length, kept.length - length);
          kept.set(bytes.subarray(0, room), length);
          length += room;
          return length < kept.length;
        },
        end: () => parse(kept.subarray(0, length), file, length < file.size),
      };
    },
  };
}
