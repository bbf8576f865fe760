/** The rules, in the order they are judged. Must hold no logic. */
import { aaaaDenied } from "./aaaa-denied.ts";
import { aaaaRewritten } from "./aaaa-rewritten.ts";
import { corefileRefused } from "./corefile-refused.ts";
import { matchWithoutFallthrough } from "./match-without-fallthrough.ts";
import { pairedLookup } from "./musl-paired-lookup.ts";
import { nginxResolver } from "./nginx-resolver.ts";
import { nodeLocalDnsTurnedOn } from "./node-local-dns-turned-on.ts";
import type { ClusterRule, Rule, RuleInfo } from "./rule.ts";
import { searchDot } from "./search-dot.ts";
import { searchTooLong } from "./search-too-long.ts";

/** The rules about containers. */
export const CONTAINER_RULES: readonly Rule[] = [
  pairedLookup,
  nginxResolver,
  searchDot,
  searchTooLong,
  aaaaRewritten,
];

/** The rules about clusters. */
export const CLUSTER_RULES: readonly ClusterRule[] = [
  corefileRefused,
  matchWithoutFallthrough,
  aaaaDenied,
  nodeLocalDnsTurnedOn,
];

/** Every rule there is. */
export const RULES: readonly RuleInfo[] = [...CONTAINER_RULES, ...CLUSTER_RULES];
