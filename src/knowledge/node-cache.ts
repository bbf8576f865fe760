/** What is known of node-cache, the CoreDNS of NodeLocal DNSCache: which CoreDNS it holds and which plugins. Must not judge. */
import { type CoreDnsVersion, orderCoreDns, parseCoreDns } from "../version/coredns.ts";

/** kubernetes/dns tags: the first release of node-cache with each CoreDNS, oldest first (go.mod at the tag). */
export const CORE_DNS_BY_RELEASE: readonly (readonly [nodeCache: string, coreDns: string])[] = [
  ["1.17.0", "1.7.0"],
  ["1.20.0", "1.8.3"],
  ["1.21.0", "1.7.0"],
  ["1.22.14", "1.10.0"],
  ["1.24.0", "1.11.3"],
  ["1.26.5", "1.12.2"],
  ["1.26.6", "1.13.1"],
];

/**
 * The last release of node-cache whose CoreDNS was looked at (kubernetes/dns tag 1.26.7). 1.26.8 of 2026-04 is out, and
 * most likely the last of all (kubernetes/kubernetes pull request 138610); its go.mod was not found.
 */
export const LAST_KNOWN = "1.26.7";

/**
 * The CoreDNS inside a node-cache release, from the tag of its image (`1.21.4`, `1.21.4-gke.0`); nothing
 * before 1.17.0 and after the last release that was looked at.
 */
export function coreDnsOfNodeCache(tag: string): CoreDnsVersion | undefined {
  const version = parseCoreDns(tag.trim().replace(/-gke\.\d+$/, ""));
  const last = parseCoreDns(LAST_KNOWN);
  if (version === undefined || last === undefined || orderCoreDns(version, last) > 0) return undefined;
  let found: CoreDnsVersion | undefined;
  for (const [from, coreDns] of CORE_DNS_BY_RELEASE) {
    const start = parseCoreDns(from);
    if (start !== undefined && orderCoreDns(version, start) >= 0) found = parseCoreDns(coreDns);
  }
  return found;
}

/** Plugins compiled into node-cache (kubernetes/dns cmd/node-cache/main.go at tag 1.26.7). */
const PLUGINS = new Set(
  "bind bufsize cache debug dns64 errors forward health hosts loadbalance log loop prometheus pprof reload rewrite template trace whoami".split(
    " ",
  ),
);

/** Whether node-cache has a plugin; with any other directive it does not start. */
export function nodeCacheHasPlugin(name: string): boolean {
  return PLUGINS.has(name);
}
