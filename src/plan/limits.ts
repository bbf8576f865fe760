/** The bounds that keep a hostile Dockerfile from taking the machine down. Must not know what is counted. */
import { Budget } from "../model/budget.ts";
import { MuslgateError } from "../model/error.ts";

/** By the names that sentences and docs/limits.md call them. */
export const PLAN_LIMITS = {
  /** Instructions of one Dockerfile; hand-written ones have dozens. */
  planInstructions: 20_000,
  /** Stages that one target needs. */
  planStages: 200,
  /** Paths that are laid over each other, copied and compared, and commands that are walked. */
  planSteps: 4_000_000,
  /** Files of the context that are read, in bytes. */
  planBytes: 64 * 2 ** 20,
  /** Letters of instructions and of values, each time they are expanded. */
  planLetters: 8 * 2 ** 20,
} as const;

/** What one plan may spend; past a bound spending throws MuslgateError (`limit`). `path` is the Dockerfile's. */
export function planBudgets(
  path: string,
): Readonly<Record<"stages" | "steps" | "bytes" | "letters", Budget>> {
  const budget = (name: keyof typeof PLAN_LIMITS, what: string) =>
    new Budget(
      name,
      PLAN_LIMITS[name],
      (most) =>
        new MuslgateError(
          "limit",
          `${path}: to plan what it builds takes more than ${most} ${what} (limit ${name})`,
          "Build the image and check the result.",
        ),
    );
  return {
    stages: budget("planStages", "stages"),
    steps: budget("planSteps", "steps"),
    bytes: budget("planBytes", "bytes of its context"),
    letters: budget("planLetters", "letters of values"),
  };
}
