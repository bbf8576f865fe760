/** The rule for a DNS policy that refuses the names musl's search asks for first. Must stay a pure function. */
import { SEARCH_FROM } from "../knowledge/musl.ts";
import type { Answers } from "../lookup/question.ts";
import { deadly } from "../model/pod.ts";
import type { NameEffect } from "../model/report.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { effectFor, generationsOf, resolvConfOf } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "dns-policy-refuses";
const SOURCES = [
  "docs.cilium.io, DNS Policy and IP Discovery: what no rule allows is answered REFUSED, or NXDOMAIN with dnsRejectResponseCode: nameError",
  "https://github.com/cilium/cilium/issues/11034 and https://github.com/cilium/cilium/issues/38002",
  "measured: REFUSED to the first expansion ends the search in Alpine 3.12 to 3.19 after the timeout; glibc 2.36 goes on",
];

/** The expansion with the first search domain is refused, before the name itself is asked for. */
export const dnsPolicyRefuses: Rule = {
  id: ID,
  title: "Cilium's DNS policy refuses what musl asks first",
  description:
    "A name outside of the cluster is asked for in every search domain first. A CiliumNetworkPolicy whose `rules.dns` allows " +
    "the name alone has its expansions answered REFUSED, where musl's search ends: the allowed name fails too.",
  explanation:
    "The rules' names are held against each question that musl would send, as Cilium does: `*` stands for letters of one label, " +
    "`**.` before a name for any number of labels. Rules of all policies in sight that select the pod count together.",
  mend: [
    "Have Cilium answer NXDOMAIN, by its chart's value:",
    "",
    "```yaml",
    "dnsProxy:",
    "  dnsRejectResponseCode: nameError",
    "```",
    "",
    "or give the pod `ndots:1`, so that the name is asked for as it stands. Services' names then have to be written in full.",
  ].join("\n"),
  see: [
    "The first one fails, the second one resolves:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts NAME",
    "kubectl exec POD -- getent ahosts NAME.",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

/** Patterns of one container that are tried. */
const MOST = 100;

/** As Cilium's matchpattern.go has it: a star alone is all, a double star labels, a star letters of one. */
function allows(pattern: string): (name: string) => boolean {
  const text = pattern.replace(/\.$/, "");
  if (/^\*+$/.test(text)) return () => true;
  const labels = text.startsWith("**.");
  const parts = (labels ? text.slice(3) : text).split("*");
  return (name) => {
    const rest = labels ? endOf(name, parts.length === 1 ? (parts[0] ?? "") : undefined) : name;
    return rest !== undefined && fits(rest, parts);
  };
}

/** What a double star leaves of a name: the end that is written. */
function endOf(name: string, end: string | undefined): string | undefined {
  return end !== undefined && name.endsWith(`.${end}`) ? end : undefined;
}

/** Whether a text is made of these parts in order, with letters of a label between. */
function fits(text: string, parts: readonly string[]): boolean {
  const [first = "", ...others] = parts;
  if (!text.startsWith(first)) return false;
  if (others.length === 0) return text === first;
  let ends = new Set([first.length]);
  for (const [index, part] of others.entries()) {
    const next = new Set<number>();
    for (const start of ends) {
      for (let at = start; at <= text.length; at++) {
        if (text.startsWith(part, at)) next.add(at + part.length);
        if (text[at] === "." || at === text.length) break;
      }
    }
    ends = next;
    if (index === others.length - 1) return ends.has(text.length);
  }
  return false;
}

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const rules = workload.pod?.dnsNames;
  if (rules === undefined || workload.usesClusterDns !== true) return undefined;
  // Where nothing is found anyway, another rule says why.
  if (deadly(workload.pod) !== undefined) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, { from: SEARCH_FROM });
  if (musl === false) return undefined;
  const patterns = rules.patterns.slice(0, MOST);
  const tests = patterns.map(allows);
  const resolvConf = resolvConfOf(workload, cluster);
  const generations = generationsOf(image?.process.musl);
  const hit = patterns
    .map((pattern) =>
      pattern
        .replace(/\.$/, "")
        .replace(/^\*\*\./, "*.")
        .replaceAll("*", "api"),
    )
    .filter((name) => name.includes(".") && !name.endsWith(`.${cluster.domain}`))
    .map((name) => {
      const answers: Answers = (_, asked, type) => {
        if (!tests.some((test) => test(asked))) return { rcode: "REFUSED", addresses: [] };
        if (asked !== name) return { rcode: "NXDOMAIN", addresses: [] };
        return { rcode: "NOERROR", addresses: type === "A" ? ["192.0.2.1"] : [] };
      };
      const glibc = effectFor(name, resolvConf, answers, ["glibc"]);
      const effect: NameEffect = effectFor(name, resolvConf, answers, generations);
      return { name, isHit: glibc === "resolves" && effect !== "resolves", effect };
    })
    .find(({ isHit }) => isHit);
  if (hit === undefined) return undefined;
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: [measured("REFUSED to the first expansion ends musl's search", SOURCES[2] ?? "")],
    at: rules.at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
  if (musl === "unknown")
    return imageUnknown(
      base,
      (who) => `${who} resolves ${hit.name}, which ${rules.policy} allows,`,
      whyImageUnknown(context),
      { internal: "resolves", external: "unknown" },
    );
  return {
    ...base,
    outcome: "affected",
    confidence: "likely",
    summary: (who) =>
      `${who} resolves with musl, and ${rules.policy} refuses the expansions of ${hit.name} by the search list: the name fails though it is allowed.`,
    names: { internal: "resolves", external: hit.effect },
    remedies: [
      {
        id: "answer-nxdomain",
        title: "Have Cilium answer NXDOMAIN: `dnsRejectResponseCode: nameError`",
        cost: "A setting of the whole cluster; programs then take a name that is not allowed for one that does not exist.",
        snippet: { language: "yaml", text: "dnsProxy:\n  dnsRejectResponseCode: nameError" },
        preferred: true,
      },
      {
        id: "lower-ndots",
        title: "Give the pod `ndots:1`",
        cost: "Services' names have to be written in full.",
        snippet: { language: "yaml", text: 'dnsConfig:\n  options:\n    - name: ndots\n      value: "1"' },
        preferred: false,
      },
    ],
  };
}
