/** The rule for A records in answers to AAAA, which old musl reads as IPv6 addresses. Must stay a pure function. */
import { release } from "../knowledge/musl.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { SCOPES } from "./pair-effect.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { corefileSays, measured } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "aaaa-rewritten";
const BELOW = { below: release("1.2.4") };
const SOURCES = [
  "musl commit 41603c77, first in 1.2.4: records of another type than was asked for are left out",
  "musl mailing list, on CoreDNS with `rewrite stop type AAAA A` and Alpine 3.14: an IPv4 address read as a60:244a::",
  "measured: with an A record for AAAA, `getent hosts` prints a60:244a:: for 10.96.36.74 in Alpine 3.6, 3.12 and 3.13, and the address itself in 3.18 and 3.19",
];

/** With `rewrite type AAAA A`, musl before 1.2.4 takes IPv4 addresses for IPv6 ones in lookups for IPv6 alone. */
export const aaaaRewritten: Rule = {
  id: ID,
  title: "musl before 1.2.4 misreads rewritten AAAA answers",
  description:
    "`rewrite type AAAA A` in a Corefile, or a template with A records for AAAA, answers a question for IPv6 addresses with IPv4 ones. musl before version " +
    "1.2.4 does not look at their type: a lookup for both families finds the same address twice, and a lookup for " +
    "IPv6 alone (gethostbyname2, `getent hosts`) returns four of its bytes as the start of an IPv6 address.",
  explanation: [
    "Ordinary lookups (getaddrinfo) work with every musl, so the rewrite is sometimes given as a cure for clusters that",
    "deny AAAA. The proper cure is an answer without records: `template IN AAAA { rcode NOERROR }`.",
  ].join("\n"),
  mend: [
    "Put an answer without records in the place of the rewrite:",
    "",
    "```corefile",
    "template ANY AAAA {",
    "    rcode NOERROR",
    "}",
    "```",
  ].join("\n"),
  see: [
    "The address that this prints ends in `::`:",
    "",
    "```sh",
    "kubectl exec POD -- getent hosts NAME",
    "```",
  ].join("\n"),
  level: "note",
  sources: SOURCES,
  check,
};

function check({ workload, image, cluster }: RuleContext): Finding | undefined {
  if (image === undefined || workload.usesClusterDns === false) return undefined;
  const answer = SCOPES.map((scope) => cluster.answers[scope]).find(({ recordType }) => recordType === "A");
  if (answer === undefined) return undefined;
  // Where the version is not known the rule has no say: what it finds is a note.
  if (resolvesWithMusl(image.process, BELOW) !== true) return undefined;
  const version = image.process.musl?.exact ?? "before 1.2.4";
  return {
    ruleId: ID,
    outcome: "affected",
    level: "note",
    confidence: "documented",
    summary: (who) =>
      `${who} resolves with musl ${version}, and on ${cluster.name} AAAA is answered with A records: lookups for IPv6 alone return addresses that do not exist.`,
    names: { internal: "resolves", external: "resolves" },
    evidence: [
      corefileSays(answer, cluster.confidence),
      measured("musl before 1.2.4 does not look at the type of a record", SOURCES[0] ?? ""),
    ],
    remedies: [
      {
        id: "answer-nodata",
        title: "Answer AAAA with `rcode NOERROR` and no record instead of the rewrite",
        cost: "One stanza, in a Corefile that is yours.",
        snippet: { language: "corefile", text: "template IN AAAA {\n    rcode NOERROR\n}" },
        preferred: true,
      },
    ],
    at: answer.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
}
