/** The rule for settings of a resolver that musl does not read. Must stay a pure function. */
import { DENIALS } from "../model/dns.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Place } from "../model/place.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { measured } from "./verdicts.ts";
import type { Finding, Subject } from "./subject.ts";

const ID = "resolver-option-ignored";
const SOURCES = [
  "musl src/network/resolvconf.c, 1.1.13 to 1.2.6: it reads ndots, attempts and timeout, and no other option",
  "https://github.com/coredns/coredns/issues/1752 and https://github.com/Azure/AKS/issues/667",
  "measured in musl 1.1.16 to 1.2.5: the same questions and addresses with each of these settings and without (docs/musl-dns.md)",
];

/** What glibc reads and musl does not (resolv.conf(5)). */
const OPTIONS: ReadonlySet<string> = new Set([
  "edns0",
  "inet6",
  "no-aaaa",
  "no-check-names",
  "rotate",
  "single-request",
  "single-request-reopen",
  "trust-ad",
  "use-vc",
]);
const FILES = ["/etc/gai.conf", "/etc/nsswitch.conf"];

/** A workaround that works nothing. */
export const resolverOptionIgnored: Rule = {
  id: ID,
  title: "musl ignores a resolver setting of the pod",
  description:
    "musl reads `ndots`, `timeout` and `attempts` of resolv.conf's options and nothing else: a workaround such as " +
    "`single-request-reopen`, `use-vc` or `no-aaaa` has no effect there, nor have RES_OPTIONS, LOCALDOMAIN, gai.conf and nsswitch.conf.",
  explanation: [
    "Nothing fails for it that would not fail without it. It is a note, because whoever set it holds something for mended that",
    "is not: lost answers of parallel questions (`single-request`), truncated ones (`use-vc`), AAAA questions (`no-aaaa`).",
    "A nsswitch.conf of the image with `hosts: files dns` alone is passed over: it is there for Go, and is what musl does.",
  ].join("\n"),
  mend: [
    "Take the setting out, and mend what it was set for where musl is heard: NodeLocal DNSCache for lost answers, musl 1.2.4",
    "(Alpine 3.18) for truncated ones, NODATA instead of an error for AAAA:",
    "",
    "```corefile",
    "template ANY AAAA {",
    "    rcode NOERROR",
    "}",
    "```",
  ].join("\n"),
  see: [
    "What musl asks is what it asked without:",
    "",
    "```sh",
    "kubectl exec POD -- cat /etc/resolv.conf",
    "```",
  ].join("\n"),
  level: "note",
  sources: SOURCES,
  check,
};

/** The settings, as they are written. */
function ignored(
  { pod, resolverVariables, mounts, at }: Subject,
  { glibcFiles = [] }: ImageProfile,
): readonly { readonly text: string; readonly at?: Place }[] {
  const options = (pod?.resolver?.options ?? []).filter(({ name }) => OPTIONS.has(name));
  return [
    ...options.map((option) => ({ text: option.name, at: option.at })),
    ...resolverVariables.map((text) => ({ text, at })),
    ...FILES.filter((path) => glibcFiles.includes(path) || mounts.some((mount) => mount.path === path)).map(
      (text) => ({ text, at }),
    ),
  ];
}

function check({ workload, image, cluster }: RuleContext): Finding | undefined {
  if (image === undefined || resolvesWithMusl(image.process, {}) !== true) return undefined;
  const found = ignored(workload, image);
  const [first] = found;
  if (first === undefined || workload.usesClusterDns !== true) return undefined;
  const denied = DENIALS.has(cluster.answers.external.kind) || DENIALS.has(cluster.answers.internal.kind);
  const texts = [...new Set(found.map(({ text }) => text))];
  const still =
    denied && texts.includes("no-aaaa")
      ? `; it asks ${cluster.name} for AAAA all the same, which is denied there`
      : "";
  return {
    ruleId: ID,
    outcome: "affected",
    level: "note",
    confidence: "measured",
    summary: (who) =>
      `${who} resolves with musl, which does not read ${texts.join(", ")}: the setting has no effect${still}.`,
    names: { internal: "resolves", external: "resolves" },
    evidence: [measured("musl reads ndots, attempts and timeout alone", SOURCES[0] ?? "")],
    remedies: [
      {
        id: "take-option-out",
        title: `Take ${texts.join(", ")} out, and mend what it was set for elsewhere`,
        cost: "None: it has no effect.",
        preferred: false,
      },
    ],
    at: first.at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
}
