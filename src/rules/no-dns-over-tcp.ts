/** The rule for answers that do not fit into a datagram, of which old musl keeps a part. Must stay a pure function. */
import { release, RESOLVER_GENERATIONS } from "../knowledge/musl.ts";
import type { Verdict } from "../model/report.ts";
import { cutOf } from "./large-answers.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { generationsOf } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, whyImageUnknown } from "./verdicts.ts";

const ID = "no-dns-over-tcp";
const SOURCES = [
  "musl commit 51d4669f, WHATSNEW 1.2.4: a truncated answer is asked for again over TCP; before, what came is all",
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
    "Service in sight, and the Deployments and StatefulSets in sight that it selects have more replicas.",
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

function check(context: RuleContext): Verdict | undefined {
  const { workload, image, cluster } = context;
  if (workload.usesClusterDns !== true) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, { below: release("1.2.4") });
  if (musl === false) return undefined;
  const old = new Set(RESOLVER_GENERATIONS.filter(({ tcp }) => !tcp));
  const [cut] = cutOf(
    workload,
    cluster,
    generationsOf(image?.process.musl).filter((one) => old.has(one)),
  );
  if (cut === undefined) return undefined;
  const { use, all, kept } = cut;
  const base = {
    ruleId: ID,
    level: "warning" as const,
    evidence: [
      {
        text: "musl before 1.2.4 does not ask over TCP for what was truncated",
        confidence: "measured" as const,
        source: SOURCES[0] ?? "",
      },
    ],
    at: workload.at ?? use.at,
    related: use.at === undefined ? [] : [use.at],
  };
  if (musl === "unknown")
    return imageUnknown(
      base,
      `${workload.name} sees all ${all} addresses of ${use.host}`,
      whyImageUnknown(context),
      { internal: "unknown", external: "resolves" },
    );
  return {
    ...base,
    outcome: "affected",
    confidence: "measured",
    summary: `${workload.name} resolves with musl ${image?.process.musl?.exact ?? "before 1.2.4"}, and is given ${use.host}, a headless Service of ${all} addresses: without TCP it sees ${kept} of them.`,
    names: { internal: "resolves", external: "resolves" },
    except: [`${all - kept} of ${all} addresses of ${use.host}`],
    remedies: [
      {
        id: "newer-alpine",
        title: "Build the image on Alpine 3.18 or newer",
        cost: "A new base image to build and test; port 53 has to be reached over TCP too, and 48 addresses are kept at most.",
        preferred: true,
      },
    ],
  };
}
