/** The rule for a NetworkPolicy that lets DNS through over UDP alone. Must stay a pure function. */
import { release, RESOLVER_GENERATIONS } from "../knowledge/musl.ts";
import { cutOf } from "./large-answers.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { generationsOf } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "tcp-53-blocked";
const SOURCES = [
  "musl commit 51d4669f, first in 1.2.4: a truncated answer is asked for again over TCP, and fails where nothing answers",
  "measured: with TCP/53 closed Alpine 3.18 and glibc 2.36 fail on a truncated answer, Alpine 3.13 keeps what came",
];

/** It comes with the upgrade from Alpine 3.17 to 3.18. */
export const tcp53Blocked: Rule = {
  id: ID,
  title: "Large DNS answers fail: TCP on port 53 is not let through",
  description:
    "musl 1.2.4 and newer asks again over TCP when an answer is truncated, and fails where a NetworkPolicy lets port 53 " +
    "through over UDP alone. Older musl kept the part that came; glibc fails alike.",
  explanation:
    "A warning where the container is given the name of a headless Service in sight whose answer does not fit into 512 bytes, " +
    "else a note. Policies add up: another one that is not in sight may let TCP through.",
  mend: [
    "Let both protocols through:",
    "",
    "```yaml",
    "egress:",
    "  - ports:",
    "      - {protocol: UDP, port: 53}",
    "      - {protocol: TCP, port: 53}",
    "```",
  ].join("\n"),
  see: ["It fails:", "", "```sh", "kubectl exec POD -- nc -zw3 SERVER 53", "```"].join("\n"),
  level: "warning",
  sources: SOURCES,
  check,
};

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const egress = workload.pod?.dnsEgress;
  if (egress === undefined || workload.usesClusterDns !== true) return undefined;
  if (egress.tcp !== "nowhere" || !["anywhere", "pods"].includes(egress.udp)) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, { from: release("1.2.4") });
  if (musl === false) return undefined;
  const withTcp = new Set(RESOLVER_GENERATIONS.filter(({ tcp }) => tcp));
  const generations = generationsOf(image?.process.musl).filter((one) => withTcp.has(one));
  const [cut] = cutOf(workload, cluster, generations, "closed").filter(({ kept }) => kept === 0);
  if (musl === "unknown" && cut === undefined) return undefined;
  const base = {
    ruleId: ID,
    level: cut === undefined ? ("note" as const) : ("warning" as const),
    evidence: [measured("musl 1.2.4 and newer needs TCP for what was truncated", SOURCES[0] ?? "")],
    at: egress.at ?? workload.at,
    related: [workload.at, cut?.use.at].filter((at) => at !== undefined),
  };
  if (musl === "unknown")
    return imageUnknown(
      base,
      (who) => `${who} resolves ${cut?.use.host} without TCP`,
      whyImageUnknown(context),
      { internal: "unknown", external: "resolves" },
    );
  const what = cut === undefined ? "names with large answers" : cut.use.host;
  return {
    ...base,
    outcome: "affected",
    confidence: "likely",
    summary: (who) =>
      `${who} resolves with musl ${image?.process.musl?.exact ?? "1.2.4 or newer"}, and ${egress.policy} lets DNS through over UDP alone: ${what} fail${cut === undefined ? "" : "s"}, as the answer does not fit.`,
    names: { internal: "resolves", external: "resolves" },
    except: [what],
    remedies: [
      {
        id: "allow-dns-egress",
        title: "Let port 53 through over TCP as well",
        cost: "None beyond what UDP has.",
        snippet: {
          language: "yaml",
          text: "ports:\n  - {protocol: UDP, port: 53}\n  - {protocol: TCP, port: 53}",
        },
        preferred: true,
      },
    ],
  };
}
