/** The rule for `.` in a search list, which old musl turns into a malformed question. Must stay a pure function. */
import { RESOLVER_GENERATIONS, release } from "../knowledge/musl.ts";
import { lookup } from "../lookup/lookup.ts";
import { effectOf } from "../lookup/pair.ts";
import type { Answers } from "../lookup/question.ts";
import type { NameScope } from "../model/cluster-profile.ts";
import type { NameEffect } from "../model/report.ts";
import type { SearchList } from "../model/workload.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "search-dot";
const BELOW = { below: release("1.2.4") };
const SOURCES = [
  "musl commits 001c1afb and 1e7fb12f, first in 1.2.4",
  "https://github.com/k3s-io/k3s/issues/6132 (Kubernetes 1.25.0 wrote such a list into every pod)",
  "measured: Alpine 3.6, 3.12 and 3.13 fail after the timeout with CoreDNS 1.13.1, Alpine 3.18 and 3.19 resolve",
];

/** musl before 1.2.4 asks for `NAME..` when `.` is a search domain, and no server answers that. */
export const searchDot: Rule = {
  id: ID,
  title: "musl before 1.2.4 fails on a search domain `.`",
  description:
    "A search list may hold the root, written `.`. musl before version 1.2.4 appends it to a name as it appends any " +
    "other domain, and sends a question with an empty label, which DNS servers do not answer: the lookup fails after " +
    "the resolver's timeout, unless an earlier domain of the list already had the name.",
  explanation: [
    "| search list | musl before 1.2.4 | musl 1.2.4 and newer |",
    "|---|---|---|",
    "| `svc.cluster.local .` | Services resolve, other names fail after the timeout | all resolve |",
    "| `. svc.cluster.local` | all fail after the timeout | all resolve |",
    "",
    "Names with their closing dot, and names with as many dots as `ndots` asks for, are not searched and resolve.",
  ].join("\n"),
  mend: [
    "Take the dot out of the pod's search list, or build the image on Alpine 3.18 or newer, whose musl is 1.2.4:",
    "",
    "```yaml",
    "dnsConfig:",
    "  searches: [example.com]",
    "```",
  ].join("\n"),
  see: [
    "The first one fails after the timeout, the second one resolves:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts example.com",
    "kubectl exec POD -- getent ahosts example.com.",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

/**
 * What becomes of a name that the first real domain of the list has, and of one that none has, in musl before 1.2.4. The
 * list's length is another rule's matter: domains are short here.
 */
function namesOf({ domains, afterCluster }: SearchList): Readonly<Record<NameScope, NameEffect>> {
  const list = [
    ...(afterCluster ? ["cluster"] : []),
    ...domains.map((one, i) => (one === "." ? one : `d${i}`)),
  ];
  const resolvConf = `nameserver 192.0.2.53\nsearch ${list.join(" ")}\noptions ndots:5\n`;
  const effect = (existing: string) => {
    const answers: Answers = (_, name, type) =>
      name === existing
        ? { rcode: "NOERROR", addresses: type === "A" ? ["192.0.2.1"] : [] }
        : { rcode: "NXDOMAIN", addresses: [] };
    const question = { name: "name", family: "any", hosts: "", resolvConf, answers } as const;
    const old = RESOLVER_GENERATIONS.filter(({ asksEmptyLabel }) => asksEmptyLabel);
    return effectOf(old.flatMap((libc) => lookup(question, libc)));
  };
  return { internal: effect(`name.${list.find((one) => one !== ".")}`), external: effect("name") };
}

function check(context: RuleContext): Finding | undefined {
  const { workload, image } = context;
  const { searches } = workload;
  if (searches?.domains.includes(".") !== true) return undefined;
  const old = image === undefined ? "unknown" : resolvesWithMusl(image.process, BELOW);
  if (old === false) return undefined;
  const names = namesOf(searches);
  const first = names.internal !== "resolves";
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: SOURCES.slice(0, 1).map((source) => ({
      text: "musl before 1.2.4 makes a malformed question of the search domain `.`",
      confidence: "measured" as const,
      source,
    })),
    at: searches.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
  if (old === "unknown")
    return imageUnknown(
      base,
      (who) => `${who} resolves names with \`.\` in its search list`,
      whyImageUnknown(context),
      { internal: first ? "unknown" : "resolves", external: "unknown" },
    );
  const version = image?.process.musl?.exact;
  const which = first ? "every name that is searched for fails" : "names outside the cluster fail";
  return {
    ...base,
    outcome: "affected",
    confidence: version === undefined ? "likely" : "measured",
    summary: (who) =>
      `${who} resolves with musl ${version ?? "before 1.2.4"}, and \`.\` stands in its search list: ${which} after the resolver's timeout.`,
    names,
    remedies: [
      {
        id: "take-dot-out",
        title: "Take `.` out of `dnsConfig.searches`",
        cost: "None: a name is tried as it stands anyway, when no domain of the list has it.",
        preferred: true,
      },
      {
        id: "newer-alpine",
        title: "Build the image on Alpine 3.18 or newer",
        cost: "A new base image to build and test; on a cluster that denies AAAA, musl 1.2.1 and newer fails for another reason.",
        preferred: false,
      },
    ],
  };
}
