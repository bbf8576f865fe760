/** Language runtimes and servers by their programs, and what spares each of them the AAAA question. Must hold data only. */
import type { Citation } from "./citation.ts";

/** A runtime and its way out. */
export interface Runtime {
  readonly name: string;
  /** Base names of its programs. */
  readonly programs: RegExp;
  /** What makes it ask for A only, or nothing where no such thing is known. */
  readonly mitigation?: string;
  readonly citation: Citation;
}

const MEASURED_INET: Citation = {
  source: "measured: getaddrinfo for AF_INET alone in Alpine 3.13 to 3.20 while AAAA is answered NXDOMAIN",
  confidence: "measured",
  checked: "2026-11-20",
};

/** The runtimes that are recognised. */
export const RUNTIMES: readonly Runtime[] = [
  {
    name: "node",
    programs: /^node(js)?(-?\d+)?$/,
    mitigation: "pass `family: 4` to connections and `dns.lookup`, so that it asks for A alone",
    citation: MEASURED_INET,
  },
  {
    name: "python",
    programs: /^python(\d(\.\d+)?)?$/,
    mitigation: "ask `socket.getaddrinfo` for `AF_INET` alone",
    citation: MEASURED_INET,
  },
  {
    name: "java",
    programs: /^java$/,
    mitigation: "start it with `-Djava.net.preferIPv4Stack=true`, so that it asks for A alone",
    citation: {
      source: "OpenJDK, Inet4AddressImpl and Inet6AddressImpl",
      confidence: "likely",
      checked: "2026-11-20",
    },
  },
  { name: "ruby", programs: /^ruby(\d(\.\d+)?)?$/, citation: MEASURED_INET },
  {
    name: "php",
    programs: /^php(-fpm|-cgi)?\d*$/,
    mitigation: "resolve with `gethostbyname()`, which asks for A alone; streams and curl ask for both",
    citation: { source: "php-src, main/network.c", confidence: "documented", checked: "2026-11-20" },
  },
  { name: "dotnet", programs: /^dotnet$/, citation: MEASURED_INET },
  { name: "nginx", programs: /^(nginx|openresty)(-debug)?$/, citation: MEASURED_INET },
];

/** The runtime whose program has this base name. */
export function runtimeOf(baseName: string): Runtime | undefined {
  return RUNTIMES.find(({ programs }) => programs.test(baseName));
}
