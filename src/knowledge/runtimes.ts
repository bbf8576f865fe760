/** Language runtimes and servers by their programs, and what spares each of them the AAAA question. Must hold data only. */
import type { Confidence } from "../model/cluster-profile.ts";
import type { Citation } from "./citation.ts";

/** A runtime and its way out. */
export interface Runtime {
  readonly name: string;
  /** Base names of its programs. */
  readonly programs: RegExp;
  /** What makes it ask for A only, or nothing where no such thing is known. */
  readonly mitigation?: string;
  /** Where it is known from that the runtime asks libc for both families, and that the way out works. */
  readonly citation: Citation;
}

const checked = "2026-11-24";
/** That a lookup of A alone succeeds was measured on every Alpine; each source says how the runtime makes one. */
const known = (source: string, confidence: Confidence): Citation => ({ source, confidence, checked });

/** The runtimes that are recognised. */
export const RUNTIMES: readonly Runtime[] = [
  {
    name: "node",
    programs: /^node(js)?(-?\d+)?$/,
    mitigation: "pass `family: 4` to connections and `dns.lookup`, so that it asks for A alone",
    citation: known("nodejs/node, lib/net.js and lib/dns.js (dns.lookup is getaddrinfo)", "documented"),
  },
  {
    name: "python",
    programs: /^(python|pypy)(\d(\.\d+)?)?$/,
    mitigation: "ask `socket.getaddrinfo` for `AF_INET` alone",
    citation: known("CPython, Lib/socket.py (create_connection asks for any family)", "documented"),
  },
  {
    name: "java",
    programs: /^java$/,
    mitigation: "start it with `-Djava.net.preferIPv4Stack=true`, so that it asks for A alone",
    citation: known("OpenJDK, Inet4AddressImpl and Inet6AddressImpl", "likely"),
  },
  {
    name: "ruby",
    programs: /^ruby(\d(\.\d+)?)?$/,
    citation: known("Ruby, ext/socket and lib/resolv.rb", "likely"),
  },
  {
    name: "php",
    programs: /^php(-fpm|-cgi)?\d*(\.\d+)?$/,
    mitigation:
      "resolve with `gethostbyname()`, or set `CURLOPT_IPRESOLVE` to `CURL_IPRESOLVE_V4`; both ask for A alone, streams do not",
    citation: known("php-src, main/network.c (php_network_getaddresses)", "documented"),
  },
  {
    name: "dotnet",
    programs: /^dotnet$/,
    mitigation: "ask `Dns.GetHostAddressesAsync` for `AddressFamily.InterNetwork` alone",
    citation: known("https://github.com/axeII/home-ops/pull/3806 (.NET on Alpine fails)", "likely"),
  },
  {
    name: "nginx",
    programs: /^(nginx|openresty)(-debug)?$/,
    mitigation:
      "names in `proxy_pass` and `upstream` go to libc; those a `resolver` looks up need `ipv6=off`",
    citation: known("nginx, src/core/ngx_resolver.c and ngx_inet.c", "documented"),
  },
];

/** The runtime whose program has this base name. */
export function runtimeOf(baseName: string): Runtime | undefined {
  return RUNTIMES.find(({ programs }) => programs.test(baseName));
}
