/** The regular expressions of one Corefile, equal ones compiled once and all on one budget. Must not know RE2's syntax. */
import type { Budget } from "./budget.ts";
import { compilePattern } from "./regex.ts";

/** What became of a regular expression; as Compiled, with the budget bound to it. */
export type Matcher =
  | {
      readonly kind: "pattern";
      readonly groups: number;
      /** As Pattern.find; throws OverBudget. */
      find(text: string): readonly string[] | undefined;
      /** As Pattern.witness; throws OverBudget. */
      witness(zone: string): string | undefined;
    }
  | { readonly kind: "invalid"; readonly because: string }
  | { readonly kind: "unsupported"; readonly because: string };

/** Compiles on demand, and remembers. */
export class Patterns {
  readonly #budget: Budget;
  readonly #known = new Map<string, Matcher>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** The matcher of a regular expression. */
  compile(source: string): Matcher {
    const known = this.#known.get(source);
    if (known !== undefined) return known;
    const compiled = compilePattern(source);
    const matcher: Matcher =
      compiled.kind === "pattern"
        ? {
            kind: "pattern",
            groups: compiled.pattern.groups,
            find: (text) => compiled.pattern.find(text, this.#budget),
            witness: (zone) => compiled.pattern.witness(zone, this.#budget),
          }
        : compiled;
    this.#known.set(source, matcher);
    return matcher;
  }
}
