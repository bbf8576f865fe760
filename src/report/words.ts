/** The words every format uses for outcomes, effects and resolvers, so that they all say the same. Must not format. */
import { NAMELESS, type NameScope } from "../model/cluster-profile.ts";
import { hidesPods } from "../model/hidden-pods.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import { counted, type Judgement, type NameEffect, type Report } from "../model/report.ts";
import { nameOf } from "../model/workload-names.ts";
import { groupBy } from "../model/group-by.ts";
import { upperFirst } from "./text.ts";
import { noClusterInSight, nothingRead } from "../judge/exit-code.ts";
import {
  type Container,
  containers,
  counts,
  type Finding,
  firstOf,
  gone,
  isNote,
  notesBefore,
  type Row,
  type Standing,
  subjectOf,
} from "./arrange.ts";
import { imageAt } from "./image-at.ts";

/** How a standing is written. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  affected: "affected",
  unknown: "unknown",
  note: "note",
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

/** ` (for search-stops, ndots-too-low)`: whose findings something mends; nothing where all findings are of one rule. */
export function forWords(rules: readonly string[], shown = (rule: string): string => rule): string {
  return rules.length === 0 ? "" : ` (for ${rules.map(shown).join(", ")})`;
}

/** `musl-paired-lookup, likely`: which rule says so, and whether that is derived and nothing that was read or measured. */
export function ruleWords(verdict: Judgement["verdict"], shown = verdict.ruleId): string {
  return isLikely(verdict) ? `${shown}, likely` : shown;
}

/** Whether more than its outcome is to be said of how sure it is: what is not known is no surer than that. */
function isLikely({ outcome, confidence }: Judgement["verdict"]): boolean {
  return outcome !== "unknown" && confidence === "likely";
}

/** `likely`, of what becomes of names on the cluster. */
function likelyWords({ workload, verdict }: Judgement): string {
  const asks = workload?.usesClusterDns !== false && workload?.os === undefined;
  return asks && isLikely(verdict) ? "likely" : "";
}

/** `as before`, `waived until 2027-01-31`: why a finding does not count. */
function statusWords({ status, waived }: Judgement): string {
  if (waived !== undefined) return `waived until ${waived.expires}`;
  return status === "existing" ? "as before" : "";
}

/** `musl 1.2.2 (node)`: what the process that starts resolves names with. */
function resolverWords(image: ImageProfile): string {
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

/** What the containers of a row resolve with: `musl 1.2.2 (node), Alpine Linux 3.13.12`. */
export function startWords(report: Report, [{ image, workload, worst, told }]: Row): string {
  // Whoever asks other servers is not opened for this cluster's sake.
  if (image === undefined) {
    return workload.usesClusterDns === false || workload.os !== undefined ? "not looked at" : "not read";
  }
  const profile = report.images[image];
  if (profile === undefined) return "";
  // What will be installed on a base is on none yet.
  const { process, musl } = profile;
  const isBase =
    process.kind === "unknown" && worst.verdict.outcome === "affected" && musl.loader !== undefined;
  const resolver = isBase ? `likely musl ${musl.loader?.value}` : resolverWords(profile);
  const read = [resolver, distributionWords(profile)].filter(Boolean).join(", ");
  return [read, ...elsewhereWords(report, told, resolverWords(profile))].join("; ");
}

/** `musl 1.2.6 at alpine=3.24`: what it would resolve with instead. */
function elsewhereWords(report: Report, told: Container["told"], read: string): readonly string[] {
  if (report.targets === undefined) return [];
  const others = [...told.values()].flatMap((one) => {
    const image = imageAt(report, one);
    const to = report.clusters[one.cluster]?.target?.to;
    return image === undefined || to === undefined ? [] : [{ to, words: resolverWords(image) }];
  });
  const groups = groupBy(
    others.filter(({ words }) => words !== read),
    ({ words }) => words,
  );
  return [...groups].map(([words, all]) => `${words} at ${fewOf([...new Set(all.map(({ to }) => to))], 2)}`);
}

/**
 * `deployment/api, container app (overlays/dev, overlays/prod)`; of several `deployment/api, container app and 2 more`.
 * Nothing where the user named the image itself.
 */
export function whoWords(row: Row): string {
  const workloads = row.map(({ workload }) => workload).filter(({ role }) => role !== "image");
  const names = groupBy(workloads, (one) => nameOf({ ...one, apart: undefined, variant: undefined }));
  const [first] = names;
  if (first === undefined) return "";
  const [name, all] = first;
  const apart = [...new Set(all.flatMap((one) => one.apart ?? []))];
  const where = apart.length === 0 ? "" : ` (${fewOf(apart, 3)})`;
  return names.size === 1 ? `${name}${where}` : `${name}${where} and ${names.size - 1} more`;
}

/**
 * `shop/api:1.0`, with the platforms where they are told apart: `shop/api:1.0 (linux/amd64, linux/arm64)`. What a Dockerfile
 * makes has no name yet: it is called by what it is based on, `FROM alpine:3.19`.
 */
export function imageWords(row: Row): string {
  const { image, role } = row[0].workload;
  const variants = [...new Set(row.flatMap(({ workload }) => workload.variant ?? []))];
  return `${role === "base image" ? "FROM " : ""}${image}${variants.length === 0 ? "" : ` (${variants.join(", ")})`}`;
}

/** The same with twelve digits of each digest, for where there is no room for all. */
export function shortDigests(text: string): string {
  return text.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g, "$1…");
}

/** How columns call a cluster: by the target alone where that is all that tells them apart. */
export function clusterWords({ clusters }: Report, index: number): string {
  const { name = "", target } = clusters[index] ?? {};
  const isOne = clusters.every((one) => one.target !== undefined && one.target.of === target?.of);
  return isOne ? (target?.to ?? name) : name;
}

/** `a, b, c and 4 more`. */
export function fewOf(all: readonly string[], most: number): string {
  const { first, more } = firstOf(all, most);
  return more === 0 ? first.join(", ") : `${first.join(", ")} and ${more} more`;
}

/** `all fail`, `all resolve, waived until 2027-01-31`: a row's cell for a cluster; nothing where it was not judged there. */
export function cellWords({ told }: Container, cluster: number): string {
  const judgement = told.get(cluster);
  if (judgement === undefined) return "";
  return [effectOf(judgement), likelyWords(judgement), statusWords(judgement)].filter(Boolean).join(", ");
}

/** `This pull request makes 4 containers unable to resolve any name`; without a comparison what is so. */
export function changeWords(report: Report): string {
  const compared = report.fixed !== undefined;
  const found = counts(report);
  const all = containers(report)
    .map(({ worst }) => worst)
    .filter((one) => counted(one) && one.verdict.outcome === "affected");
  const hit = all.filter((one) => !isNote(one));
  const faults = found.clusters === 1 ? "a fault" : `${found.clusters} faults`;
  const parts = [
    ...(hit.length > 0
      ? [`${compared ? "makes" : "finds"} ${containersWord(hit.length)} ${effectWords(hit)}`]
      : []),
    ...(found.clusters > 0
      ? [compared ? `gives a cluster's DNS ${faults}` : `finds ${faults} of a cluster's DNS`]
      : []),
  ];
  const mended = report.fixed?.length ?? 0;
  // What is not known is not the change's doing alone.
  if (parts.length > 0) return `${compared ? "This pull request" : "muslgate"} ${parts.join(" and ")}`;
  if (found.unknown > 0) {
    const whose = found.unknown === 1 ? "1 container resolves" : `${found.unknown} containers resolve`;
    return `muslgate does not know whether ${whose} names`;
  }
  if (found["clusters-unknown"] > 0) return "muslgate does not know how a cluster's DNS answers";
  if (found.notes > 0) return `muslgate has a note on ${containersWord(found.notes)}`;
  return `This pull request mends ${mended === 1 ? "a finding" : `${mended} findings`}`;
}

function containersWord(count: number): string {
  return count === 1 ? "1 container" : `${count} containers`;
}

/** `unable to resolve any name`, `slow to resolve names`: what they have in common. */
function effectWords(hit: readonly Judgement[]): string {
  const fails = (scope: NameScope) => (one: Judgement) =>
    one.verdict.names?.[scope].startsWith("fails") ?? false;
  const [internal, external] = [hit.every(fails("internal")), hit.every(fails("external"))];
  if (internal && external) return "unable to resolve any name";
  if (hit.every((one) => !fails("internal")(one) && fails("external")(one)))
    return "unable to resolve names outside the cluster";
  if (hit.every((one) => fails("internal")(one) && !fails("external")(one)))
    return "unable to resolve Services";
  const slow = hit.every(
    ({ verdict: { names, except } }) =>
      names !== undefined &&
      except === undefined &&
      Object.values(names).every((one) => one.startsWith("resolves")),
  );
  return slow ? "slow to resolve names" : "unable to resolve some names";
}

/**
 * `2 affected · 1 unknown before`: the whole report in a line, each part with how it stands. What is not known is that,
 * whenever it came.
 */
export function countWords(
  report: Report,
): readonly { readonly standing: Standing; readonly text: string }[] {
  const found = counts(report);
  const isNew = report.fixed === undefined ? "" : "newly ";
  const { fixed, healed, known } = gone(report);
  const noted = notesBefore(report);
  const hidden = report.diagnostics.filter(hidesPods).length;
  const parts: readonly (readonly [Standing, number, string])[] = [
    ["affected", found.affected, `${isNew}affected`],
    ["affected", found.clusters, found.clusters === 1 ? "fault of a cluster" : "faults of clusters"],
    ["note", found.notes, `${isNew}affected at level note`],
    ["unknown", found.unknown, `${isNew}unknown`],
    ["unknown", found["clusters-unknown"], "not known of a cluster"],
    ["unknown", hidden, `${hidden === 1 ? "cluster" : "clusters"} whose pods were not all seen`],
    ["not-affected", found.existing - found["existing-unknown"] - noted, "affected before"],
    ["not-affected", noted, "affected at level note before"],
    ["unknown", found["existing-unknown"], "unknown before"],
    ["not-affected", found.waived, "waived"],
    ["not-affected", fixed, "fixed"],
    ["not-affected", healed, "healed"],
    ["not-affected", known, "no longer unknown"],
    ["not-affected", found["not-affected"], STANDING_WORDS["not-affected"]],
  ];
  // A run that says nothing else is unknown ends as one that knows nothing.
  const unread = found.unknown === 0 && nothingRead(report);
  return [
    ...parts
      .filter(([, count]) => count > 0)
      .map(([standing, count, words]) => ({ standing, text: `${count} ${words}` })),
    ...(unread ? [{ standing: "unknown" as const, text: "not one image could be read" }] : []),
  ];
}

/** What a report ends with that counts nothing, as a sentence without its full stop. */
export function nothingWords(report: Report): string {
  if (report.judgements.length > 0) return "Nothing new";
  if (report.diagnostics.some(hidesPods)) return "Nothing was judged: not all pods were seen";
  const what = noClusterInSight(report) ? "an image or describes a cluster" : "an image";
  return `Nothing was judged: nothing here names ${what}`;
}

/** `all fail`: what becomes of names by this verdict; of a container that asks other servers, or runs on Windows, only that. */
export function effectOf({ workload, verdict }: Judgement): string {
  if (workload?.os !== undefined) return "runs on Windows";
  if (workload?.usesClusterDns === false) return "asks other DNS";
  const { onDenial, names, except: others = [] } = verdict;
  if (onDenial !== undefined) return `all ${EFFECT_WORDS[onDenial]} where AAAA is denied`;
  // What would become of names is said with what it hangs on, or not at all.
  if (verdict.outcome === "unknown" && others.length === 0 && names !== undefined && isDecided(names)) {
    return workload?.usesClusterDns === "unknown" ? `${namesWords(names)} if it asks this DNS` : "unknown";
  }
  const { first, more } = firstOf(others, 2);
  const except = (more === 0 ? first : [...first, `${more} more`]).join(", ");
  const { outcome, providedThat } = verdict;
  if (outcome === "not-affected" && providedThat !== undefined)
    return `${namesWords(names)} while ${providedThat}`;
  if (except === "") return namesWords(names);
  return outcome === "unknown"
    ? `${namesWords(names)}, unknown for ${except}`
    : `${namesWords(names)} but ${except}`;
}

function isDecided({ internal, external }: Readonly<Record<NameScope, NameEffect>>): boolean {
  return internal !== "unknown" && external !== "unknown";
}

/** `warning: ` before what does not fail a run by itself. */
function levelWords({ outcome, level }: Judgement["verdict"]): string {
  return outcome === "affected" && level !== "error" ? `${level}: ` : "";
}

/** Waived findings, each with why and until when; those of one rule on one subject once. */
export function waivedLines(report: Report): readonly string[] {
  const all = report.judgements.flatMap((judgement) => {
    const { waived, verdict } = judgement;
    if (waived === undefined) return [];
    return [`${subjectOf(report, judgement)} (${verdict.ruleId}): ${waived.reason}, until ${waived.expires}`];
  });
  return [...new Set(all)];
}

/** The summary of a cause's first, and what it holds for besides; containers stand in the table. */
export function causeWords(report: Report, { hit: [first, ...others], notes }: Finding): string {
  const { verdict, workload } = first;
  const more = new Set(others.map((one) => subjectOf(report, one)));
  // On another cluster it is the same container.
  more.delete(subjectOf(report, first));
  const zones = [...new Set(others.flatMap((one) => one.verdict.concerns ?? []))];
  const same =
    others.length === 0 || (workload !== undefined && more.size === 0)
      ? []
      : workload !== undefined
        ? [`The same holds for ${more.size} more ${more.size === 1 ? "container" : "containers"}.`]
        : zones.length > 0
          ? [`The same holds for ${fewOf(zones.map(zoneWords), 5)}.`]
          : [`The same holds for ${others.length} more ${others.length === 1 ? "place" : "places"}.`];
  const summary = summaryWords(report, first);
  const who = new Set(notes.map((one) => subjectOf(report, one))).size;
  const named = workload === undefined ? `${containersWord(who)} here` : `${who} more`;
  const noted = `${named} would be hit, if ${who === 1 ? "it" : "they"} asked for one of these.`;
  return [`${levelWords(verdict)}${summary}`, ...same, ...(who === 0 ? [] : [noted])].join(" ");
}

/** A verdict's sentence; an image, and a cluster that somebody has named, keep their letters. */
export function summaryWords(report: Report, { verdict: { summary }, workload, cluster }: Judgement): string {
  const on = report.clusters[cluster];
  const isName =
    workload === undefined
      ? on !== undefined && on.name !== NAMELESS && summary.startsWith(on.name)
      : workload.role === "image";
  return isName ? summary : upperFirst(summary);
}

/** `the zone .`: a dot alone would be taken for the sentence's end. */
function zoneWords(name: string): string {
  return name === "." ? "the root zone (.)" : name.replace(/\.$/, "");
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
function distributionWords({ distribution }: ImageProfile): string {
  if (distribution === undefined) return "";
  const { name, version } = distribution;
  return version === undefined || name.includes(version) ? name : `${name} ${version}`;
}
