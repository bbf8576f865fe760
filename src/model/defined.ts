/** Makes ready for a merge. Must not look at what the values are. */

/** The object without what is undefined in it, so that nothing undefined wins over what it is spread over. */
export function defined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
