/** The rule for a template that ends names which its pattern does not match. Must stay a pure function. */
import type { ClusterContext, ClusterRule } from "./rule.ts";
import { corefileSays, faultVerdict } from "./verdicts.ts";

const ID = "match-without-fallthrough";
const SOURCES = [
  "coredns plugin/template, README and template.go, v1.7.0 to v1.14.7: `fallthrough` is what lets other names go on",
  "coredns commit 4d1d9adb, first in 1.9.3: SERVFAIL for them, where there was no reply at all before",
];

/** With `match` and without `fallthrough`, names that no pattern matches are answered with an error. */
export const matchWithoutFallthrough: ClusterRule = {
  id: ID,
  title: "Names that no pattern matches get no answer",
  description:
    "A `template` with `match` and without `fallthrough` ends every question of its type in its zones: names that no pattern " +
    "matches get SERVFAIL, before CoreDNS 1.9.3 no reply, and never reach the plugins behind. With musl every such lookup " +
    "takes the resolver's timeout, and fails from 1.2.1 on.",
  explanation: [
    "| names | without `fallthrough` | with it |",
    "|---|---|---|",
    "| a pattern matches | answered by the template | the same |",
    "| no pattern matches | SERVFAIL, or no reply before CoreDNS 1.9.3 | answered by the plugins behind |",
    "",
    "Patterns are tested against the whole name in lower case with its closing dot: `\\.example\\.com$` matches nothing.",
  ].join("\n"),
  mend: [
    "Let names that no pattern matches reach the plugins behind; `muslgate corefile FILE --fix` adds the line:",
    "",
    "```corefile",
    "template ANY AAAA {",
    "    match ^legacy[.]example[.]com[.]$",
    "    rcode NOERROR",
    "    fallthrough",
    "}",
    "```",
  ].join("\n"),
  see: [
    "Ask for a name of the zone that no pattern matches. The status is SERVFAIL, or nothing answers:",
    "",
    "```sh",
    "dig @SERVER NAME AAAA +noall +comments",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  checkCluster: ({ cluster, containersNamed }: ClusterContext) =>
    cluster.faults
      // What AAAA alone does to a container, musl-paired-lookup says; a failing A hits all of them.
      .filter(({ kind, type }) => kind === ID && !(containersNamed && type === "AAAA"))
      .map((fault) =>
        faultVerdict(fault, {
          level: fault.type === "AAAA" ? "warning" : "error",
          summary: `On ${cluster.name} ${fault.because}: ${fault.type === "ANY" ? "every question" : `every ${fault.type} question`} for another name is answered with an error.`,
          concerns: [...(fault.type === "ANY" ? ["A", "AAAA"] : [fault.type ?? ""]), ...fault.zones],
          evidence: [
            corefileSays(fault),
            {
              text: "names that no pattern matches go on with `fallthrough` only",
              confidence: "documented",
              source: SOURCES[0] ?? "",
            },
          ],
          remedies: [
            {
              id: "add-fallthrough",
              title: "Add `fallthrough` to the template",
              cost: "One line, in a Corefile that is yours.",
              preferred: true,
            },
          ],
        }),
      ),
};
