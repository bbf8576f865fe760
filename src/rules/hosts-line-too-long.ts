/** The rule for a line of /etc/hosts that does not fit into musl's buffer. Must stay a pure function. */
import { glibcHosts, muslHosts } from "../lookup/hosts.ts";
import type { HostLine } from "../model/pod.ts";
import { resolvesWithMusl } from "./musl-range.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { imageUnknown, measured, whyImageUnknown } from "./verdicts.ts";
import type { Finding } from "./subject.ts";

const ID = "hosts-line-too-long";
const SOURCES = [
  "musl src/network/lookup_name.c, name_from_hosts, to 1.2.6: a line is read by 511 bytes",
  "kubernetes pkg/kubelet/kubelet_pods.go, hostsEntriesFromHostAliases: an entry of hostAliases is one line, all names on it",
  "measured: Alpine 3.12 to 3.19 do not find a name behind byte 511, glibc 2.36 does",
];

/** What musl reads of a line, its break included. */
const LINE = 511;
/** Letters of such lines that are looked through for each name. */
const MOST_LETTERS = 20_000;
/** Names of such a line that are looked for. */
const MOST_NAMES = 2_000;
/** Names that are told. */
const MOST_TOLD = 5;

/** The rest is read as a line of its own, which begins with no address. */
export const hostsLineTooLong: Rule = {
  id: ID,
  title: "musl loses names of a long `hostAliases` entry",
  description:
    "kubelet writes each entry of `hostAliases` as one line of /etc/hosts. musl reads lines of up to 511 bytes: the names " +
    "behind are not found, or are asked for at the DNS, which may know another address.",
  explanation:
    "A line of 511 bytes holds some twenty names of usual length. glibc reads lines of any length. The name that stands " +
    "across the border is lost too.",
  mend: [
    "Give the same address several entries, each with some of its names:",
    "",
    "```yaml",
    "hostAliases:",
    "  - ip: 192.0.2.10",
    "    hostnames: [a.example.com, b.example.com]",
    "  - ip: 192.0.2.10",
    "    hostnames: [c.example.com]",
    "```",
  ].join("\n"),
  see: [
    "The last name of the entry is not found:",
    "",
    "```sh",
    "kubectl exec POD -- getent ahosts NAME",
    "```",
  ].join("\n"),
  level: "error",
  sources: SOURCES,
  check,
};

/** As kubelet writes it. */
function lineOf({ address, names }: HostLine): string {
  return `${[address, ...names].join("\t")}\n`;
}

/** The first few names of a line that glibc finds in the file and musl does not. */
function lostOf(line: HostLine, text: string): readonly string[] {
  const lost: string[] = [];
  for (const name of line.names.slice(0, MOST_NAMES)) {
    if (lost.length > MOST_TOLD) break;
    if (Array.isArray(muslHosts(text, name, "any"))) continue;
    if (Array.isArray(glibcHosts(text, name, "any"))) lost.push(name);
  }
  return lost;
}

function check(context: RuleContext): Finding | undefined {
  const { workload, image } = context;
  const long = (workload.pod?.hostLines ?? []).filter((line) => lineOf(line).length > LINE);
  if (long.length === 0) return undefined;
  const musl = image === undefined ? "unknown" : resolvesWithMusl(image.process, {});
  if (musl === false) return undefined;
  // A name that stands in a line that fits is found there.
  const all = (workload.pod?.hostLines ?? []).map(lineOf).join("");
  const [at, lost] = long
    .map(
      (line) =>
        [
          line.at,
          lostOf(line, all.length > MOST_LETTERS ? lineOf(line).slice(0, MOST_LETTERS) : all),
        ] as const,
    )
    .find(([, names]) => names.length > 0) ?? [undefined, []];
  if (lost.length === 0) return undefined;
  const more = lost.length > MOST_TOLD ? " and others" : "";
  const which = `${lost.slice(0, MOST_TOLD).join(", ")}${more}`;
  const base = {
    ruleId: ID,
    level: "error" as const,
    evidence: [measured("musl reads a line of /etc/hosts by 511 bytes", SOURCES[0] ?? "")],
    at: at ?? workload.at,
    related: workload.at === undefined ? [] : [workload.at],
  };
  if (musl === "unknown")
    return imageUnknown(
      base,
      (who) => `${who} finds ${which} in its long line of /etc/hosts`,
      whyImageUnknown(context),
      { internal: "resolves", external: "resolves" },
    );
  return {
    ...base,
    outcome: "affected",
    confidence: "measured",
    summary: (who) =>
      `${who} resolves with musl, and an entry of its \`hostAliases\` makes a line of over 511 bytes, behind which musl does not find ${which}.`,
    names: { internal: "resolves", external: "resolves" },
    except: lost.slice(0, MOST_TOLD),
    remedies: [
      {
        id: "split-host-aliases",
        title: "Split the entry of `hostAliases` into several of the same address",
        cost: "None.",
        preferred: true,
      },
    ],
  };
}
