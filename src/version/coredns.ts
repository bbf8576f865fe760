/** CoreDNS's own versions (x.y.z), as its behaviour changed between them. Must not know what changed. */
import type { Order } from "./range.ts";

/** `1.9.3`. */
export interface CoreDnsVersion {
  readonly text: string;
  readonly numbers: readonly [number, number, number];
}

/** Reads `1.9.3` or `v1.9.3`; nothing when the text is not a release. */
export function parseCoreDns(text: string): CoreDnsVersion | undefined {
  const match = /^v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/.exec(text.trim());
  if (match === null) return undefined;
  return {
    text: text.trim().replace(/^v/, ""),
    numbers: [Number(match[1]), Number(match[2]), Number(match[3])],
  };
}

/** Orders CoreDNS releases. */
export const orderCoreDns: Order<CoreDnsVersion> = (a, b) =>
  a.numbers[0] - b.numbers[0] || a.numbers[1] - b.numbers[1] || a.numbers[2] - b.numbers[2];
