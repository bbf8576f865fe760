/** The bounds that keep a hostile Dockerfile from taking the machine down. Must be plain numbers. */

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
