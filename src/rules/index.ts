/** The rules, in the order they are judged. Must hold no logic. */
import { aaaaDenied } from "./aaaa-denied.ts";
import { addressDenied, addressDeniedThere, unlessAddressDenied } from "./address-denied.ts";
import { aaaaRewritten } from "./aaaa-rewritten.ts";
import { corefileRefused } from "./corefile-refused.ts";
import { matchWithoutFallthrough } from "./match-without-fallthrough.ts";
import { ndotsTooLow } from "./ndots-too-low.ts";
import { nginxResolver } from "./nginx-resolver.ts";
import { nodeLocalDnsTurnedOn } from "./node-local-dns-turned-on.ts";
import { pairedByPart } from "./paired-by-part.ts";
import type { ClusterRule, Rule, RuleInfo } from "./rule.ts";
import { hostsLineTooLong } from "./hosts-line-too-long.ts";
import { mixedNameservers } from "./mixed-nameservers.ts";
import { resolverOptionIgnored } from "./resolver-option-ignored.ts";
import { resolverOptionZero } from "./resolver-option-zero.ts";
import { noDnsOverTcp } from "./no-dns-over-tcp.ts";
import { tcp53Blocked } from "./tcp-53-blocked.ts";
import { tooManyAddresses } from "./too-many-addresses.ts";
import { dnsPolicyRefuses } from "./dns-policy-refuses.ts";
import { dnsEgressBlocked } from "./dns-egress-blocked.ts";
import { searchDot } from "./search-dot.ts";
import { searchStops } from "./search-stops.ts";
import { searchTooLong } from "./search-too-long.ts";

/** The rules about containers. */
export const CONTAINER_RULES: readonly Rule[] = [
  unlessAddressDenied(pairedByPart),
  addressDenied,
  unlessAddressDenied(nginxResolver),
  ndotsTooLow,
  mixedNameservers,
  resolverOptionIgnored,
  resolverOptionZero,
  hostsLineTooLong,
  noDnsOverTcp,
  tcp53Blocked,
  tooManyAddresses,
  dnsPolicyRefuses,
  dnsEgressBlocked,
  searchDot,
  searchTooLong,
  searchStops,
  aaaaRewritten,
];

/** The rules about clusters. */
export const CLUSTER_RULES: readonly ClusterRule[] = [
  corefileRefused,
  matchWithoutFallthrough,
  aaaaDenied,
  addressDeniedThere,
  nodeLocalDnsTurnedOn,
];

/** Every rule there is. */
export const RULES: readonly RuleInfo[] = [
  ...CONTAINER_RULES,
  // One rule speaks of containers and of clusters.
  ...CLUSTER_RULES.filter(({ id }) => !CONTAINER_RULES.some((rule) => rule.id === id)),
];
