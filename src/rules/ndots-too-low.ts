/** The rule for names of Services that musl does not search for, because they have too many dots. Must stay a pure function. */
import { SEARCH_FROM } from "../knowledge/musl.ts";
import { deadly, type ServiceUse } from "../model/pod.ts";
import type { Remedy } from "../model/report.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import { effectFor, generationsOf, having, optionOf, resolvConfOf } from "./pod-lookup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "ndots-too-low";
const SOURCES = [
  "musl src/network/lookup_name.c, name_from_dns_search, 1.1.13 to 1.2.6: a name with ndots dots or more is never searched",
  "https://github.com/kyverno/kyverno/issues/1911 and https://github.com/k0sproject/k0s/issues/6416",
  "measured: Alpine 3.12 to 3.19 fail `svc.ns` with ndots:1 at once, glibc 2.36 resolves it",
];

/** glibc tries the search list after the name as it stands; musl does one of both. */
export const ndotsTooLow: Rule = {
  id: ID,
  title: "musl does not search for names with `ndots` dots",
  description:
    "`ndots` is the number of dots from which a name is asked for as it stands. glibc goes on with the search list when " +
    "that fails; musl does not: with a low `ndots` the short names of Services that have as many dots are not found.",
  explanation: [
    "| `ndots` | names of Services that musl does not find |",
    "|---|---|",
    "| 0 | all but those in full |",
    "| 1 | `api.shop`, `api.shop.svc` |",
    "| 2 | `api.shop.svc` |",
    "",
    "A low `ndots` saves questions for names outside of the cluster, and is recommended for it. It is an error here where",
    "the container is given such a name, in its variables, its words or a ConfigMap, and a note where the setting alone is",
    "seen.",
  ].join("\n"),
  mend: [
    "Write the Services' names in full in the container's settings, or give the pod back what it had:",
    "",
    "```yaml",
    "dnsConfig:",
    "  options:",
    "    - name: ndots",
    '      value: "5"',
    "```",
  ].join("\n"),
  see: [
    "The first one fails, the second one resolves:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts api.shop",
    "kubectl exec POD -- getent ahosts api.shop.svc.cluster.local",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

const FULL: Remedy = {
  id: "write-names-in-full",
  title: "Write Services' names in full: `api.shop.svc.cluster.local`",
  cost: "Every name has to be found; it then holds on clusters of this domain alone.",
  preferred: false,
};
const RAISE: Remedy = {
  id: "raise-ndots",
  title: "Set `ndots` to 5 in `dnsConfig.options`, which is what pods have",
  cost: "Names outside of the cluster cost a question for each search domain again.",
  snippet: { language: "yaml", text: 'dnsConfig:\n  options:\n    - name: ndots\n      value: "5"' },
  preferred: true,
};

/** What stands for the names that are not seen. */
const ANY: readonly ServiceUse[] = ["api", "api.shop", "api.shop.svc"].map((host) => ({
  host,
  service: "api.shop.svc",
}));

function check(context: RuleContext): Finding | undefined {
  const { workload, image, cluster } = context;
  const option = optionOf(workload, "ndots");
  // Nobody sets it where a pod's own servers are all it has, and 1 is what libcs take then.
  const isOpen = option === undefined && workload.pod?.resolver?.before !== "none";
  if (isOpen || workload.usesClusterDns === false) return undefined;
  // Where nothing is found anyway, another rule says why.
  if (deadly(workload.pod) !== undefined) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, { from: SEARCH_FROM });
  if (musl === false) return undefined;
  const resolvConf = resolvConfOf(workload, cluster);
  const generations = generationsOf(image?.process.musl);
  const isLost = ({ host, service }: ServiceUse) => {
    const answers = having(`${service}.${cluster.domain}`);
    const [here, there] = [generations, ["glibc" as const]].map((libcs) =>
      effectFor(host, resolvConf, answers, libcs),
    );
    return here === "fails" && there === "resolves";
  };
  const lost = (workload.pod?.services ?? []).filter(isLost);
  const ndots = option === undefined ? "no ndots, which makes it 1" : `ndots:${option.value ?? ""}`;
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: [measured("musl never searches for a name with `ndots` dots or more", SOURCES[0] ?? "")],
    at: option?.at ?? workload.at,
    related: [workload.at, ...lost.map(({ at }) => at)].filter((at) => at !== undefined).slice(0, 4),
  };
  if (lost.length === 0) {
    // Whoever is not known to be musl's is not told of what may be well.
    const isSet = option !== undefined && musl === true;
    const some = isSet && workload.usesClusterDns === true ? ANY.filter(isLost) : [];
    const [shortest] = some;
    if (shortest === undefined) return undefined;
    return {
      ...base,
      level: "note",
      outcome: "affected",
      confidence: "likely",
      summary: (who) =>
        `${who} resolves with musl, and its pod has ${ndots}: Services are not found by names such as ${some.map(({ host }) => host).join(" or ")}, and it is given none of a Service that is in sight.`,
      names: { internal: "resolves", external: "resolves" },
      except: [`Services written as ${some.map(({ host }) => host).join(" or ")}`],
      remedies: [
        { ...RAISE, preferred: false },
        { ...FULL, preferred: true },
      ],
    };
  }
  const [first, second, ...more] = [...new Set(lost.map(({ host }) => host))];
  const which = [first, second].filter(Boolean).join(" and ");
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  if (musl === "unknown" || workload.usesClusterDns === "unknown") {
    const why =
      musl === "unknown"
        ? whyImageUnknown(context)
        : "whether it asks the cluster's DNS cannot be told from its manifest";
    return imageUnknown(base, (who) => `${who} finds ${which}${others}, whose pod has ${ndots},`, why, {
      internal: "unknown",
      external: "resolves",
    });
  }
  return {
    ...base,
    outcome: "affected",
    confidence: lost.some(({ at }) => at !== undefined) ? "measured" : "likely",
    summary: (who) =>
      `${who} resolves with musl, its pod has ${ndots}, and it is given ${which}${others}: musl does not search for names with as many dots, and the lookup fails.`,
    names: { internal: "fails", external: "resolves" },
    remedies: [RAISE, FULL],
  };
}
