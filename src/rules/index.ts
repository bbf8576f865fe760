/** The rules, in the order they are judged. Must hold no logic. */
import { aaaaRewritten } from "./aaaa-rewritten.ts";
import { pairedLookup } from "./musl-paired-lookup.ts";
import { nginxResolver } from "./nginx-resolver.ts";
import type { Rule } from "./rule.ts";
import { searchDot } from "./search-dot.ts";
import { searchTooLong } from "./search-too-long.ts";

/** Every rule there is. */
export const RULES: readonly Rule[] = [pairedLookup, nginxResolver, searchDot, searchTooLong, aaaaRewritten];
