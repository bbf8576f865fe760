/** Every bound that `limit` can change, in the tables of the rooms that hold them. Must hold no number itself. */
import { REPOSITORY_LIMITS, type RepositoryLimits } from "../model/repository-limits.ts";
import { DEFAULT_LIMITS, type Limits } from "../image/limits.ts";
import { didYouMean } from "../text/closest.ts";
import { MuslgateError } from "../model/error.ts";

/** The bounds of each kind of input. */
export interface AllLimits {
  readonly image: Limits;
  readonly repository: RepositoryLimits;
}

/** The default bounds with some replaced. Throws MuslgateError (`usage`) for a name that is none. */
export function limitsWith(replaced: Readonly<Record<string, number>>): AllLimits {
  const names = [...Object.keys(DEFAULT_LIMITS), ...Object.keys(REPOSITORY_LIMITS)];
  const unknown = Object.keys(replaced).find((name) => !names.includes(name));
  if (unknown === undefined)
    return { image: over(DEFAULT_LIMITS, replaced), repository: over(REPOSITORY_LIMITS, replaced) };
  throw new MuslgateError(
    "usage",
    `there is no limit called "${unknown}"`,
    `${didYouMean(unknown, names)}There are: ${names.join(", ")}.`,
  );
}

/** A table with the rows of it that are replaced. */
function over<T extends object>(table: T, replaced: Readonly<Record<string, number>>): T {
  const own = Object.entries(replaced).filter(([name]) => Object.hasOwn(table, name));
  return { ...table, ...Object.fromEntries(own) };
}
