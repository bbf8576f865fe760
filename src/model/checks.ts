/** Says whether a value that anybody may have written has a form. Must not change it. */

/** Any object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is so. */
export type Check = (value: unknown) => boolean;

/** Whether it is an object, and no list. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string. */
export const text: Check = (value) => typeof value === "string";

/** A whole number. */
export const number: Check = (value) => Number.isSafeInteger(value);

/** A whole number, not below 0. */
export const whole: Check = (value) => number(value) && (value as number) >= 0;

/** One of these. */
export const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value);

/** A list of such. */
export const list =
  (each: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(each);

/** Such, or not there. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** An object that has these fields; others may be there. */
export const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
