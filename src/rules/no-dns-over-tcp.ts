/** The rule for answers that do not fit into a datagram, of which old musl keeps a part. Must stay a pure function. */
import { release } from "../knowledge/musl.ts";
import { largeAnswersVerdict } from "./large-answers.ts";
import type { Rule, RuleContext } from "./rule.ts";
import type { Finding } from "./subject.ts";

const ID = "no-dns-over-tcp";
const TRUNCATED =
  "musl commit 51d4669f, WHATSNEW 1.2.4: a truncated answer is asked for again over TCP; before, what came is all";
const SOURCES = [
  TRUNCATED,
  "https://github.com/coredns/coredns/issues/5362 and https://github.com/kubernetes/website/pull/42690",
  "measured: Alpine 3.12 and 3.13 get 29 of 40 A records, Alpine 3.18 and glibc 2.36 all",
];

/** A headless Service has an address for each of its pods. */
export const noDnsOverTcp: Rule = {
  id: ID,
  title: "musl before 1.2.4 keeps a part of a large answer",
  description:
    "musl before 1.2.4 takes answers of up to 512 bytes over UDP and never asks over TCP. A headless Service with more than " +
    "some 29 pods is answered with more: musl sees a part of its addresses, another one each time.",
  explanation:
    "An answer holds about 29 IPv4 or 16 IPv6 addresses of a Service. Said where the container is given the name of a headless " +
    "Service in sight, and the Deployments and StatefulSets in sight that it selects have more replicas; a note where a " +
    "HorizontalPodAutoscaler or KEDA's ScaledObject may make them more.",
  mend: [
    "Build the image on Alpine 3.18 or newer, whose musl is 1.2.4, and let port 53 be reached over TCP:",
    "",
    "```dockerfile",
    "FROM alpine:3.22",
    "```",
  ].join("\n"),
  see: [
    "The first one counts fewer than there are pods:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts SERVICE | wc -l",
    "kubectl get endpointslices",
    "```",
  ].join("\n"),
  level: "warning",
  sources: SOURCES,
  check,
};

function check(context: RuleContext): Finding | undefined {
  return largeAnswersVerdict(context, {
    id: ID,
    range: { below: release("1.2.4") },
    tcp: false,
    fact: "musl before 1.2.4 does not ask over TCP for what was truncated",
    source: TRUNCATED,
    told: ({ kept }) => `without TCP it sees ${kept} of them`,
    remedy: {
      id: "newer-alpine",
      title: "Build the image on Alpine 3.18 or newer",
      cost: "A new base image to build and test; port 53 has to be reached over TCP too, and 48 addresses are kept at most.",
      preferred: true,
    },
  });
}
