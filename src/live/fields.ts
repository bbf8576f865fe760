/** Reads fields of objects as an API server printed them. Must take nothing for granted: what is not of the type asked for is not there. */

/** The value under a path of keys; nothing where there is none. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || Array.isArray(found) || !Object.hasOwn(found, key))
      return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** The same where it is a text that is not empty. */
export function textIn(value: unknown, ...path: readonly string[]): string | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** The items of a list under a path; none where it is no list. */
export function itemsIn(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** A map with some keys of another, those that are there. */
export function picked(value: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const found = fieldAt(value, key);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}
