/** Half-open ranges over any total order, so that a boundary is written once and never off by one. Must not know what is ordered. */

/** A total order: negative, zero or positive, as for Array.prototype.sort. */
export type Order<T> = (a: T, b: T) => number;

/** From `from` (inclusive) up to, not including, `below`; either end may be open. */
export interface Range<T> {
  readonly from?: T;
  readonly below?: T;
}

/** Whether a value lies in a range. */
export function inRange<T>(order: Order<T>, range: Range<T>, value: T): boolean {
  if (range.from !== undefined && order(value, range.from) < 0) return false;
  return range.below === undefined || order(value, range.below) < 0;
}
