/** What the Corefiles of one file may cost in sum, whatever is written in them. Must count steps and things, never time. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";

/** The bounds, far above any Corefile in use: a ConfigMap holds 1 MiB. The rows of docs/limits.md. */
export const COREFILE_LIMITS = {
  /** Words, with imports in place; snippets can multiply without end. */
  corefileWords: 200_000,
  /** Imports that are followed. */
  corefileImports: 1_000,
  /** Server blocks. */
  corefileBlocks: 10_000,
  /** Zones of keys and arguments; a network that is no whole octet is up to 128 of them. */
  corefileZones: 25_000,
  /** Zones times the addresses they are bound to. */
  corefileListeners: 50_000,
  /** Steps of the compiled regular expressions that a name was matched with. */
  corefilePatterns: 250_000,
  /** Names that are asked for: one for each zone, pattern and entry. */
  corefileNames: 50_000,
  /** Steps of regular expressions that are walked to find a name they match. */
  corefileWitnesses: 500_000,
  /** Plugins, rules and steps of regular expressions that are tried to answer the questions. */
  corefileSteps: 15_000_000,
} as const;

/** The name of a bound. */
export type CorefileLimit = keyof typeof COREFILE_LIMITS;

const COUNTED: Readonly<Record<CorefileLimit, string>> = {
  corefileWords: "words",
  corefileImports: "imports",
  corefileBlocks: "server blocks",
  corefileZones: "zones",
  corefileListeners: "zones and addresses to bind them to",
  corefilePatterns: "steps in its regular expressions",
  corefileNames: "names that it tells apart",
  corefileWitnesses: "steps to find names for its regular expressions",
  corefileSteps: "steps to answer",
};

/** Thrown where a bound is reached, and caught where what it leaves unknown has a name. */
export class OverBudget {
  readonly limit: CorefileLimit;
  constructor(limit: CorefileLimit) {
    this.limit = limit;
  }

  /** One clause, without full stop. */
  get because(): string {
    const most = String(COREFILE_LIMITS[this.limit]).replace(/\B(?=(?:\d{3})+$)/g, ",");
    return `the Corefile takes more than ${most} ${COUNTED[this.limit]} (${this.limit})`;
  }

  /** The gap it leaves. */
  diagnostic(at?: Place): Diagnostic {
    const endless = this.limit === "corefileImports" || this.limit === "corefileWords";
    return {
      code: "corefile-too-large",
      message: `${this.because}; what depends on the rest is not known`,
      hint: endless
        ? "A snippet that imports itself never ends; take the import out, or give a smaller Corefile."
        : "Give a smaller Corefile, or ask the server itself with muslgate probe.",
      weight: "gap",
      at,
    };
  }
}

/** What is left. */
export class Budget {
  readonly #spent: Record<CorefileLimit, number> = {
    corefileWords: 0,
    corefileImports: 0,
    corefileBlocks: 0,
    corefileZones: 0,
    corefileListeners: 0,
    corefilePatterns: 0,
    corefileNames: 0,
    corefileWitnesses: 0,
    corefileSteps: 0,
  };
  #exceeded: OverBudget | undefined;

  /** Takes from a row; throws OverBudget, now and from then on, where not enough is left. */
  spend(limit: CorefileLimit, count = 1): void {
    this.#spent[limit] += count;
    if (this.#spent[limit] <= COREFILE_LIMITS[limit]) return;
    this.#exceeded ??= new OverBudget(limit);
    throw new OverBudget(limit);
  }

  /** What was taken of a row so far. */
  spent(limit: CorefileLimit): number {
    return this.#spent[limit];
  }

  /** The first bound that was reached. */
  get exceeded(): OverBudget | undefined {
    return this.#exceeded;
  }
}

/** The outcome, or that a bound was reached; any other error goes on. */
export function within<T>(run: () => T): T | OverBudget {
  try {
    return run();
  } catch (error) {
    if (error instanceof OverBudget) return error;
    throw error;
  }
}
