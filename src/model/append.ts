/** Adds many to a list. Must take any number: `push(...many)` puts each on the stack, which ends at some 100,000. */
export function append<T>(to: T[], many: Iterable<T>): void {
  for (const one of many) to.push(one);
}
