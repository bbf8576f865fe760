/** The rule for names with more addresses than musl keeps. Must stay a pure function. */
import { release } from "../knowledge/musl.ts";
import { largeAnswersVerdict } from "./large-answers.ts";
import type { Rule, RuleContext } from "./rule.ts";
import type { Finding } from "./subject.ts";

const ID = "too-many-addresses";
const MAXADDRS =
  "musl src/network/lookup.h: MAXADDRS is 48; lookup_name.c, name_from_dns: what comes after is left out";
const SOURCES = [
  MAXADDRS,
  "musl commit 41603c77, first in 1.2.4: AAAA is read first, so that IPv4 is what is left out",
  "measured: Alpine 3.18 and 3.19 keep 48 of 60 addresses, glibc 2.36 all",
];

/** Both families share the 48. */
export const tooManyAddresses: Rule = {
  id: ID,
  title: "musl keeps 48 addresses of a name",
  description:
    "getaddrinfo of musl returns 48 addresses at most, IPv6 before IPv4. A client that spreads its work over the addresses of " +
    "a headless Service leaves the others out, and on a dual-stack cluster may see no IPv4 address at all.",
  explanation:
    "Said where the container is given the name of a headless Service in sight, and the Deployments and StatefulSets in sight " +
    "that it selects have more replicas; a note where an autoscaler may make them more. With two families each pod counts twice. musl before 1.2.4 comes to fewer already: " +
    "[no-dns-over-tcp](no-dns-over-tcp.md).",
  mend: [
    "Give the client a Service with an address of its own, which spreads over all pods:",
    "",
    "```yaml",
    "apiVersion: v1",
    "kind: Service",
    "metadata: {name: db-any}",
    "spec: {selector: {app: db}, ports: [{port: 5432}]}",
    "```",
    "",
    "or have it ask the Kubernetes API for endpoints, or build the image on a distribution with glibc.",
  ].join("\n"),
  see: [
    "It counts 48:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts SERVICE | sort -u | wc -l",
    "```",
  ].join("\n"),
  level: "warning",
  sources: SOURCES,
  check,
};

function check(context: RuleContext): Finding | undefined {
  return largeAnswersVerdict(context, {
    id: ID,
    range: { from: release("1.2.4") },
    tcp: true,
    fact: "musl keeps 48 addresses of a name",
    source: MAXADDRS,
    // An older musl sees fewer, which is said.
    isSilentOfUnread: true,
    told: ({ use, kept, keptV4 }) =>
      `musl keeps ${kept} of them${keptV4 === 0 && (use.addresses?.a ?? 0) > 0 ? ", none of them IPv4" : ""}`,
    remedy: {
      id: "leave-musl",
      title: "Build the image on a distribution with glibc",
      cost: "A larger image, and other packages.",
      preferred: false,
    },
  });
}
