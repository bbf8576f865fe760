/** The words every format uses for outcomes, effects and resolvers, so that they all say the same. Must not format. */
import type { NameScope } from "../model/cluster-profile.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Judgement, NameEffect, Outcome, Report } from "../model/report.ts";
import { nameOf } from "../model/workload-names.ts";
import { counts, firstOf, subjectOf } from "./arrange.ts";

/** How an outcome is written. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  affected: "affected",
  unknown: "unknown",
  "not-affected": "not affected",
};

/** What happens to lookups of a kind of name. */
const EFFECT_WORDS: Readonly<Record<NameEffect, string>> = {
  fails: "fail",
  "fails-slowly": "fail after the timeout",
  "resolves-slowly": "resolve after the timeout",
  resolves: "resolve",
  unknown: "unknown",
};

/** `all fail`, `Services fail`, `all resolve`: what happens to which names, in a few words. */
function namesWords(names: Readonly<Record<NameScope, NameEffect>> | undefined): string {
  if (names === undefined) return "";
  const { internal, external } = names;
  if (internal === external) return internal === "unknown" ? "unknown" : `all ${EFFECT_WORDS[internal]}`;
  const quiet = (effect: NameEffect) => effect === "resolves";
  if (quiet(external)) return `Services ${EFFECT_WORDS[internal]}`;
  if (quiet(internal)) return `outside names ${EFFECT_WORDS[external]}`;
  return `Services ${EFFECT_WORDS[internal]}, others ${EFFECT_WORDS[external]}`;
}

/** `new`, `as before`, `waived until 2027-01-31`: what has been said of a finding already. */
export function statusWords({ status, waived }: Judgement): string {
  if (waived !== undefined) return `waived until ${waived.expires}`;
  return status === "existing" ? "as before" : (status ?? "");
}

/** `musl 1.2.2 (node)`: what the process that starts resolves names with. */
export function resolverWords(image: ImageProfile | undefined): string {
  if (image === undefined) return "unreadable";
  const { process } = image;
  const runtime = process.runtime === undefined ? "" : ` (${process.runtime})`;
  const version = muslWords(image);
  switch (process.kind) {
    case "uses-musl":
      return `musl ${version}${runtime}`;
    case "is-musl":
      return `static musl ${version}${runtime}`;
    case "uses-glibc":
      return `glibc${runtime}`;
    case "own-resolver":
      return `own resolver${runtime}`;
    case "no-lookups":
      return "no lookups";
    case "mixed":
      return `mixed${process.musl === undefined ? "" : `, musl ${version}`}${runtime}`;
    case "unknown":
      return "unknown";
  }
}

/** `deployment/api, container app`, or the image and how many containers start it, on which platforms. */
export function rowName(row: readonly Judgement[]): string {
  const workloads = row.flatMap(({ workload }) => workload ?? []);
  const [first] = workloads;
  if (first === undefined) return "";
  const variants = [...new Set(workloads.flatMap(({ variant }) => variant ?? []))].join(", ");
  const names = new Set(workloads.map((one) => nameOf({ ...one, variant: undefined })));
  if (variants === "") return row.length === 1 ? first.name : `${first.image} (${row.length} containers)`;
  return names.size === 1
    ? `${[...names].join("")} (${variants})`
    : `${first.image} (${names.size} containers, ${variants})`;
}

/**
 * `2 affected · 1 unknown before`: the whole report in a line, each part with its outcome. What is not known is that,
 * whenever it came.
 */
export function countWords(report: Report): readonly { readonly outcome: Outcome; readonly text: string }[] {
  const found = counts(report);
  const isNew = report.fixed === undefined ? "" : "newly ";
  const gone = report.fixed?.length ?? 0;
  const parts: readonly (readonly [Outcome, number, string])[] = [
    ["affected", found.affected, `${isNew}affected`],
    ["affected", found.clusters, found.clusters === 1 ? "fault of a cluster" : "faults of clusters"],
    ["unknown", found.unknown, `${isNew}unknown`],
    ["unknown", found["clusters-unknown"], "not known of a cluster"],
    ["not-affected", found.existing - found["existing-unknown"], "affected before"],
    ["unknown", found["existing-unknown"], "unknown before"],
    ["not-affected", found.waived, "waived"],
    ["not-affected", gone, "fixed"],
    ["not-affected", found["not-affected"], OUTCOME_WORDS["not-affected"]],
  ];
  return parts
    .filter(([, count]) => count > 0)
    .map(([outcome, count, words]) => ({ outcome, text: `${count} ${words}` }));
}

/** `all fail`; of a container that asks other servers, or runs on Windows, only that. */
export function rowNames({ workload, verdict }: Judgement): string {
  if (workload?.os !== undefined) return "runs on Windows";
  if (workload?.usesClusterDns === false) return "asks other DNS";
  const { onDenial, names } = verdict;
  return onDenial === undefined ? namesWords(names) : `all ${EFFECT_WORDS[onDenial]} where AAAA is denied`;
}

/** `warning: ` before what does not fail a run by itself. */
export function levelWords({ outcome, level }: Judgement["verdict"]): string {
  return outcome === "affected" && level !== "error" ? `${level}: ` : "";
}

/** Waived findings, each with why and until when. */
export function waivedLines(report: Report): readonly string[] {
  return report.judgements.flatMap((judgement) => {
    const { waived, verdict } = judgement;
    if (waived === undefined) return [];
    return [`${subjectOf(report, judgement)} (${verdict.ruleId}): ${waived.reason}, until ${waived.expires}`];
  });
}

/** What holds for the others of a group, in the words of its first. */
export function othersWords(outcome: Outcome, others: readonly string[]): string {
  return outcome === "unknown"
    ? `Nor is it known for ${listed(others)}.`
    : `The same holds for ${listed(others)}.`;
}

/** `a, b and c`; of many, the first and how many more. */
function listed(names: readonly string[], most = 10): string {
  const { first, more } = firstOf(names, most);
  const all = more === 0 ? first : [...first, `${more} more`];
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

/** `1.2.2`, `1.2.4 or newer`, `before 1.2.4`. */
function muslWords(image: ImageProfile): string {
  const { exact, atLeast, below } = image.process.musl ?? {};
  if (exact !== undefined) return exact;
  if (atLeast !== undefined && below !== undefined) return `${atLeast} up to before ${below}`;
  if (atLeast !== undefined) return `${atLeast} or newer`;
  return below === undefined ? "of unknown version" : `before ${below}`;
}

/** `Alpine Linux 3.13.12`, or nothing. */
export function distributionWords(image: ImageProfile | undefined): string {
  const distribution = image?.distribution;
  if (distribution === undefined) return "";
  const { name, version } = distribution;
  return version === undefined || name.includes(version) ? name : `${name} ${version}`;
}

/** Every diagnostic of a report, each once. */
export function allDiagnostics(report: Report): Report["diagnostics"] {
  const all = [
    ...report.diagnostics,
    ...report.clusters.flatMap((cluster) => cluster.diagnostics),
    ...report.images.flatMap((image) => image.diagnostics),
  ];
  const seen = new Set<string>();
  return all.filter((one) => {
    const key = JSON.stringify([one.code, one.message, one.subject, one.at]);
    return !seen.has(key) && seen.add(key);
  });
}
