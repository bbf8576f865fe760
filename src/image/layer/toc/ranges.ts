/** Fetches the parts of a layer that are wanted, neighbours together and some ahead. Must not look at the bytes. */
import type { RangedBlob, TablePart } from "./table.ts";

/** Stored bytes from `from` up to but without `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A gap smaller than this costs less to fetch than another request. */
const GAP = 64 * 1024;
/** Neighbours are put together up to this size. */
const TOGETHER = 4 * 2 ** 20;
/** One part, such as a whole program, has to be in memory at once. */
const MOST_PART = 64 * 2 ** 20;
/** Bytes and requests on their way at a time. */
const AHEAD_BYTES = 8 * 2 ** 20;
const AHEAD = 4;
/** Requests for one layer: beyond that, reading it from its start is faster. */
const MOST_RANGES = 1_000;

/**
 * What to fetch for these parts, in order. Undefined where they are out of order or overlap, which no writer
 * does, or where one is too large or they are too many.
 */
export function planRanges(parts: Iterable<TablePart>): readonly Range[] | undefined {
  const ranges: Range[] = [];
  let last: Range | undefined;
  for (const { from, to } of parts) {
    if (to - from > MOST_PART || (last !== undefined && from < last.to)) return undefined;
    if (last !== undefined && from - last.to <= GAP && to - last.from <= TOGETHER) {
      last = { from: last.from, to };
      ranges[ranges.length - 1] = last;
    } else {
      last = { from, to };
      ranges.push(last);
      if (ranges.length > MOST_RANGES) return undefined;
    }
  }
  return ranges;
}

/** A range with its bytes. */
export interface Fetched extends Range {
  readonly bytes: Uint8Array;
}

/**
 * The ranges in order; ends early where the source turns out not to serve them. Rejects with what `readRange`
 * rejects with; nothing is on its way any more once it has ended.
 */
export async function* fetchRanges(
  blob: RangedBlob,
  ranges: readonly Range[],
  signal: AbortSignal,
): AsyncGenerator<Fetched, void> {
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const onTheWay: { readonly range: Range; readonly bytes: Promise<Uint8Array | undefined> }[] = [];
  let ahead = 0;
  let next = 0;
  try {
    while (next < ranges.length || onTheWay.length > 0) {
      for (; next < ranges.length && onTheWay.length < AHEAD; next++) {
        const range = ranges[next] as Range;
        const size = range.to - range.from;
        if (onTheWay.length > 0 && ahead + size > AHEAD_BYTES) break;
        ahead += size;
        const bytes = blob.readRange(range.from, range.to, stopped);
        // Whoever waits for it is told; one that nobody waits for any more must not end the process.
        bytes.catch(() => {});
        onTheWay.push({ range, bytes });
      }
      const { range, bytes } = onTheWay[0] as (typeof onTheWay)[number];
      const got = await bytes;
      if (got?.length !== range.to - range.from) return;
      onTheWay.shift();
      ahead -= got.length;
      yield { ...range, bytes: got };
    }
  } finally {
    stop.abort();
    await Promise.allSettled(onTheWay.map(({ bytes }) => bytes));
  }
}
