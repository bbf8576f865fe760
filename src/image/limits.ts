/** The bounds that keep hostile images from taking the machine down; each can be set. Must not know what is read. */

import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";

/** Bounds on one image. Bytes unless said otherwise. */
export interface Limits {
  /** Uncompressed bytes of one layer. */
  readonly layerBytes: number;
  /** Headers in one layer. */
  readonly layerEntries: number;
  /** Uncompressed bytes per compressed byte, checked once `ratioFloor` bytes came out. */
  readonly ratio: number;
  readonly ratioFloor: number;
  /** A manifest, an index or a configuration. */
  readonly documentBytes: number;
  /** Nesting of JSON and of indexes. */
  readonly documentDepth: number;
  /** A path in a tar, and a PAX or GNU extension header. */
  readonly nameBytes: number;
  readonly headerBytes: number;
  /** All PAX and GNU extension headers of one tar together. */
  readonly headersBytes: number;
  /** Holes of sparse files that are read, in one tar together. */
  readonly holeBytes: number;
  /** Names and facts kept of one layer, of one streamed archive, and of one image. */
  readonly keptBytes: number;
  /** Manifests, indexes and configurations behind one reference, and their bytes together. */
  readonly documents: number;
  readonly documentsBytes: number;
  /** Bytes of the targets of symbolic links that are followed while one image is judged. */
  readonly linkBytes: number;
  /** Layers of one image. */
  readonly layers: number;
  /** Milliseconds without a byte before a transfer is given up. */
  readonly idleMilliseconds: number;
}

/** The error of work that reached a bound. `what` is a sentence without its end that holds the bound's value. */
export function limitReached(name: keyof Limits, limits: Limits, what: string): MuslgateError {
  return new MuslgateError(
    "limit",
    `${what} (limit ${name})`,
    `Real images stay below that. If you trust this one, raise the bound with the option limit: ${name}=${2 * limits[name]}.`,
  );
}

/**
 * What may be spent of one bound; past it, spending throws MuslgateError (`limit`). `what` is said in it, such as `the
 * extension headers of the tar have`.
 */
export function imageBudget(name: keyof Limits, limits: Limits, what: string): Budget {
  return new Budget(name, limits[name], (most) => limitReached(name, limits, `${what} more than ${most}`));
}

/** What the manifests, indexes and configurations of one reference may come to. */
export class DocumentBudget {
  readonly #count: Budget;
  readonly #bytes: Budget;

  constructor(limits: Limits) {
    this.#count = imageBudget("documents", limits, "manifests, indexes and configurations are");
    this.#bytes = imageBudget(
      "documentsBytes",
      limits,
      "manifests, indexes and configurations have together",
    );
  }

  /** One more of them. Throws MuslgateError (`limit`) when there are too many. */
  spend(bytes: number): void {
    this.#count.spend(1);
    this.#bytes.spend(bytes);
  }
}

/** Generous for real images: the largest public ones have layers of some tens of gigabytes. */
export const DEFAULT_LIMITS: Limits = {
  layerBytes: 64 * 2 ** 30,
  layerEntries: 4_000_000,
  ratio: 1_000,
  ratioFloor: 256 * 2 ** 20,
  documentBytes: 8 * 2 ** 20,
  documentDepth: 64,
  nameBytes: 4_096,
  headerBytes: 1 * 2 ** 20,
  headersBytes: 128 * 2 ** 20,
  holeBytes: 256 * 2 ** 20,
  keptBytes: 256 * 2 ** 20,
  documents: 1_024,
  documentsBytes: 64 * 2 ** 20,
  linkBytes: 64 * 2 ** 20,
  layers: 512,
  idleMilliseconds: 30_000,
};
