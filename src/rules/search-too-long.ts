/** The rule for a search list that does not fit into musl's line buffer. Must stay a pure function. */
import { release } from "../knowledge/musl.ts";
import { muslConfig } from "../lookup/resolv-conf.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "search-too-long";
/** Before it, the list was not read at all (musl 3d6e2e47). */
const FROM = { from: release("1.1.13") };
const SOURCES = [
  "musl commit d6cb08bc: a line of resolv.conf that does not fit into 256 bytes is dropped as a whole",
  "measured: Alpine 3.12, 3.13 and 3.19 search with a line of 254 characters, and not at all with 255",
];

/** musl leaves out the whole `search` line when it is longer than 254 characters. */
export const searchTooLong: Rule = {
  id: ID,
  title: "musl drops a `search` line over 254 characters",
  description:
    "musl reads resolv.conf by lines of up to 254 characters and leaves out a longer one as a whole. A pod whose search " +
    "list makes such a line has no search list: Services are not found by their short names any more, while whole names resolve.",
  explanation: [
    "Kubernetes takes search lists of up to 2048 characters since 1.28, and glibc reads all of them. With musl the line",
    "`search …` that kubelet writes may have 254 characters: 247 for all domains with the blanks between them, the",
    "cluster's own three among them.",
  ].join("\n"),
  mend: [
    "Write names in full in the program's settings, or take domains out of the list until it fits:",
    "",
    "```yaml",
    "dnsConfig:",
    "  searches: [corp.example.com]",
    "```",
  ].join("\n"),
  see: [
    "The first one fails, the second one resolves:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts kubernetes.default",
    "kubectl exec POD -- getent ahosts kubernetes.default.svc.cluster.local",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const { searches } = workload;
  if (searches === undefined) return undefined;
  // The namespace is not known here: the shortest there can be.
  const own = searches.afterCluster
    ? [`n.svc.${cluster.domain}`, `svc.${cluster.domain}`, cluster.domain]
    : [];
  const line = ["search", ...own, ...searches.domains].join(" ");
  if (muslConfig(`${line}\n`).search.length > 0 || searches.domains.length === 0) return undefined;
  const { length } = line;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, FROM);
  if (musl === false) return undefined;
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: [measured("musl drops a line of resolv.conf with more than 254 characters", SOURCES[0] ?? "")],
    at: searches.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
  if (musl === "unknown") {
    const why = whyImageUnknown(context);
    return {
      ...imageUnknown(base, (who) => `${who} searches with a list of ${length} characters`, why, {
        internal: "unknown",
        external: "resolves",
      }),
      because: `its search list has ${length} characters, and ${why}`,
    };
  }
  return {
    ...base,
    outcome: "affected",
    confidence: "measured",
    summary: (who) =>
      `${who} resolves with musl, and its search list makes a line of at least ${length} characters, which musl drops: Services are not found by short names.`,
    names: { internal: "fails", external: "resolves" },
    remedies: [
      {
        id: "shorten-searches",
        title: "Shorten `dnsConfig.searches` to 247 characters, the cluster's domains included",
        cost: "Names in the domains left out have to be written in full.",
        preferred: true,
      },
      {
        id: "write-names-in-full",
        title: "Write names in full in the workload's settings",
        cost: "Every name has to be found; the search list stays without effect.",
        preferred: false,
      },
    ],
  };
}
