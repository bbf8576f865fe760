/** The bounds that keep hostile images from taking the machine down; each can be set. Must be plain numbers. */

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
  /** Layers of one image. */
  readonly layers: number;
  /** Milliseconds without a byte before a transfer is given up. */
  readonly idleMilliseconds: number;
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
  layers: 512,
  idleMilliseconds: 30_000,
};
