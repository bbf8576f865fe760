/** How discovery is given charts that are not in the repository. Must stay a type. */

/** The packed chart behind `host/path:tag` or `host/path@digest`. Rejects with MuslgateError. */
export type PackedChartPort = (reference: string) => Promise<Uint8Array>;
