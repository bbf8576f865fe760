/** The rule for `timeout:0` and `attempts:0`, with which musl finds nothing. Must stay a pure function. */
import { SEARCH_FROM } from "../knowledge/musl.ts";
import { deadly } from "../model/pod.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { generationsOf, having, resolvConfOf, waysFor } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "resolver-option-zero";
const SOURCES = [
  "musl src/network/res_msend.c, 1.1.13 to 1.2.6: `retry_interval = timeout / attempts`, an integer division",
  "measured: Alpine 3.12 to 3.19 fail every lookup at once with timeout:0, and die of SIGFPE with attempts:0",
];

/** glibc takes a timeout of 0 for 1. */
export const resolverOptionZero: Rule = {
  id: ID,
  title: "musl finds nothing with `timeout:0` or `attempts:0`",
  description:
    "musl takes `timeout` for the whole time a lookup may take and divides it by `attempts`. With `timeout:0` every lookup " +
    "fails at once; with `attempts:0` the process dies of a division by zero (SIGFPE).",
  explanation: [
    "| option | musl | glibc |",
    "|---|---|---|",
    "| `timeout:0` | EAI_AGAIN at once | resolves |",
    "| `attempts:0` | SIGFPE | EAI_AGAIN |",
    "",
    "/etc/hosts and literal addresses still resolve. Which server is asked makes no difference.",
  ].join("\n"),
  mend: [
    "Take the option out, or give it a number:",
    "",
    "```yaml",
    "dnsConfig:",
    "  options:",
    "    - name: timeout",
    '      value: "2"',
    "```",
  ].join("\n"),
  see: [
    "It fails, or ends the program:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts kubernetes.default",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const option = deadly(workload.pod);
  if (option === undefined || workload.os !== undefined) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, { from: SEARCH_FROM });
  if (musl === false) return undefined;
  const name = "www.example.com";
  const ways = waysFor(
    `${name}.`,
    resolvConfOf(workload, cluster),
    having(name),
    generationsOf(image?.process.musl),
  );
  if (!ways.every(({ error }) => error !== undefined)) return undefined;
  const dies = ways.some(({ error }) => error === "SIGFPE");
  const written = `${option.name}:${option.value}`;
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: [
      measured(
        dies
          ? "musl divides the timeout by the attempts"
          : "musl takes `timeout` for the whole time of a lookup",
        SOURCES[0] ?? "",
      ),
    ],
    at: option.at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
  if (musl === "unknown")
    return imageUnknown(base, (who) => `${who} resolves names with ${written}`, whyImageUnknown(context), {
      internal: "unknown",
      external: "unknown",
    });
  return {
    ...base,
    outcome: "affected",
    confidence: "measured",
    summary: (who) =>
      `${who} resolves with musl, and its pod has ${written}: ${dies ? "the process dies of a division by zero at its first lookup" : "every lookup fails at once"}.`,
    names: { internal: "fails", external: "fails" },
    remedies: [
      {
        id: "take-option-out",
        title: `Take \`${option.name}\` out of \`dnsConfig.options\`, or give it 1 or more`,
        cost: "None: 0 is of no use to any libc.",
        preferred: true,
      },
    ],
  };
}
