/** What a run tells of how far it is. Must not print. */

/** Hears how far a run is. Every method returns at once. */
export interface Progress {
  /** So many more images are to be read. */
  images(count: number): void;
  /** One of them was read, or could not be. */
  imageDone(reference: string): void;
  /** A layer is being read that was not known; `size` in stored bytes, where it is known. */
  layerStarted(size: number | undefined): void;
  /** So many more stored bytes of some layer have come. */
  bytes(count: number): void;
  layerDone(): void;
}
