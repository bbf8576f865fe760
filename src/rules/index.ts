/** The rules, in the order they are judged. Must hold no logic. */
import { pairedLookup } from "./musl-paired-lookup.ts";
import type { Rule } from "./rule.ts";

/** Every rule there is. */
export const RULES: readonly Rule[] = [pairedLookup];
