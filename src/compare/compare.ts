/** Compares a report with an earlier one: what is new, what was there, what is fixed. Must identify findings by keys, never by shown names. */
import { imageName } from "../model/image-name.ts";
import { counterparts } from "./counterparts.ts";
import { groundsOf } from "./grounds.ts";
import { hiddenIn } from "./hidden.ts";
import { identities, type Identities } from "./identities.ts";
import type { ClusterProfile, NamePart, NameScope } from "../model/cluster-profile.ts";
import type { Answer } from "../model/dns.ts";
import { groupBy } from "../model/group-by.ts";
import { samePlace } from "../model/place.ts";
import { type Judgement, LEVELS, type NameEffect, type Report, type Verdict } from "../model/report.ts";

/**
 * The report with each finding marked as new or existing, since when, and the findings of `before` that are gone. What is not known
 * is existing only where all that it rests on is as it was: one that was known before, or not known for another reason,
 * is new. What is gone from a cluster is told by its name now, or by the one it had before where the two are not one.
 */
export function compare(report: Report, before: Report, goneFrom: "now" | "before" = "now"): Report {
  const clusters = counterparts(report.clusters, before.clusters);
  const who = identities(report, before);
  const now = report.judgements.filter(isFinding);
  const earlier = before.judgements.filter(isFinding);
  const found = new Set<Judgement>();
  /** Each with the day since when. */
  const existing = new Map<Judgement, string | undefined>();
  const grounds = new Map<Judgement, string>();
  const groundsIn = (one: Judgement, state: Report): string | undefined => {
    if (one.verdict.outcome !== "unknown") return undefined;
    const text = grounds.get(one) ?? groundsOf(one, state);
    grounds.set(one, text);
    return text;
  };
  for (const step of [...CLUSTER_STEPS, ...stepsOf(who)]) {
    const isOpen = (one: Judgement) => !existing.has(one) && step.here(one);
    const isLeft = (then: Judgement) => !found.has(then) && step.before(then);
    const markOf = (one: Judgement, cluster: number, state: Report) =>
      JSON.stringify([saying(one, cluster), groundsIn(one, state), step.marks(one)]);
    const left = groupBy(earlier.filter(isLeft), (then) => markOf(then, then.cluster, before));
    const queues = new Map([...left].map(([mark, all]) => [mark, queuesOf(all)]));
    for (const judgement of now.filter(isOpen)) {
      const cluster = clusters[judgement.cluster];
      const alike = cluster === undefined ? undefined : queues.get(markOf(judgement, cluster, report));
      const queue = alike?.find((all) => isNoWorseThanLast(judgement, all));
      const match = queue?.pop();
      if (match === undefined) continue;
      found.add(match);
      existing.set(judgement, match.since ?? before.made);
    }
  }
  // What an earlier comparison has found to be known stays so.
  for (const judgement of now)
    if (judgement.status === "existing") existing.set(judgement, judgement.since ?? existing.get(judgement));
  const judgements = report.judgements.map((judgement): Judgement => {
    if (!isFinding(judgement)) return judgement;
    if (existing.has(judgement)) return { ...judgement, status: "existing", since: existing.get(judgement) };
    const then = clusters[judgement.cluster];
    const atCause = atItsCause(judgement, report, then === undefined ? undefined : before.clusters[then]);
    return { ...atCause, status: "new" };
  });
  // What got worse or is not known any more is not gone.
  const ruleAndWho = ({ verdict, workload }: Judgement, key: string, cluster: number | undefined) =>
    JSON.stringify(workload === undefined ? [verdict.ruleId, cluster] : [verdict.ruleId, key]);
  const still = new Set(now.map((one) => ruleAndWho(one, who.keyOf(one), clusters[one.cluster])));
  const isOpen = ({ workload, cluster }: Judgement): boolean => {
    const now = report.clusters[clusters.indexOf(cluster)];
    return (
      workload === undefined && now !== undefined && SCOPES.some((one) => now.answers[one].kind === "unknown")
    );
  };
  const isHidden = hiddenIn(report, who);
  const gone = earlier.filter(
    (one) =>
      !found.has(one) &&
      !still.has(ruleAndWho(one, who.keyOf(one), one.cluster)) &&
      !isOpen(one) &&
      !isHidden(one, clusters.indexOf(one.cluster)),
  );
  // As this report calls it where it still is; else as it was called.
  const nameOf = (then: Judgement): string => {
    if (then.workload !== undefined) return who.nameHere(then) ?? then.workload.name;
    const here = goneFrom === "now" ? report.clusters[clusters.indexOf(then.cluster)] : undefined;
    return (here ?? before.clusters[then.cluster])?.name ?? "";
  };
  return {
    ...report,
    comparedWith: before.made,
    judgements,
    fixed: [...new Set([...(report.fixed ?? []), ...goneLines(gone, nameOf)])],
  };
}

/** What a finding says and of which cluster, whoever it is about. */
function saying({ verdict, workload }: Judgement, cluster: number): string {
  return JSON.stringify([verdict.ruleId, verdict.outcome, workload === undefined, cluster]);
}

/** Those that hit alike together, so that few have to be looked at however many there are; the first of each comes last. */
function queuesOf(findings: readonly Judgement[]): readonly Judgement[][] {
  const alike = groupBy(findings, ({ verdict: { level, names, concerns, except } }) =>
    JSON.stringify([level, names?.internal, names?.external, concerns, except]),
  );
  return [...alike.values()].map((all) => all.toReversed());
}

/** Findings that say the same are the same where the marks of both are. */
interface Step {
  readonly marks: (one: Judgement) => readonly (string | undefined)[];
  /** Which findings of either state the step is for. */
  readonly here: (one: Judgement) => boolean;
  readonly before: (then: Judgement) => boolean;
}

const ofCluster = ({ workload }: Judgement) => workload === undefined;
const ofContainer = ({ workload }: Judgement) => workload !== undefined;

/** A cluster alone was found again already: the file of the line only tells its findings apart. */
const CLUSTER_STEPS: readonly Step[] = [
  { marks: ({ verdict }) => [verdict.at?.file], here: ofCluster, before: ofCluster },
  { marks: () => [], here: ofCluster, before: ofCluster },
];

/** Ways to know a container again, the surest first. */
function stepsOf({ keyOf, keyWithoutRoot, fileOf, ...who }: Identities): readonly Step[] {
  const written = ({ workload }: Judgement) => workload?.image;
  const image = ({ workload }: Judgement) => imageName(workload?.image ?? "");
  // One that is there in both states is nobody else.
  const moved = (one: Judgement) => ofContainer(one) && who.isPlaceOfOne(one);
  const renamed = (one: Judgement) => ofContainer(one) && who.isKeyOfOne(one);
  const isNamed = ({ workload }: Judgement) => workload !== undefined && workload.key.name !== "";
  return [
    // Its key in its file, so that of two alike the added one is new; of alike ones in one file that of its image.
    { marks: (one) => [keyOf(one), fileOf(one), written(one)], here: ofContainer, before: ofContainer },
    { marks: (one) => [keyOf(one), fileOf(one), image(one)], here: ofContainer, before: ofContainer },
    {
      marks: (one) => [keyOf(one), fileOf(one)],
      here: (one) => ofContainer(one) && who.isAlone(one),
      before: ofContainer,
    },
    // A key that differs by its file alone; then one that came through something else.
    { marks: (one) => [keyOf(one), image(one)], here: moved, before: moved },
    {
      marks: (one) => [keyOf(one)],
      here: (one) => moved(one) && isNamed(one) && who.isAlone(one),
      before: moved,
    },
    { marks: (one) => [keyWithoutRoot(one), image(one)], here: renamed, before: renamed },
    // Called anew; and at last called anew and moved.
    { marks: (one) => [fileOf(one), image(one)], here: renamed, before: renamed },
    { marks: (one) => [image(one)], here: renamed, before: renamed },
  ];
}

/** `deployment/api, container api: musl-paired-lookup`, one line for each container or cluster. */
function goneLines(gone: readonly Judgement[], nameOf: (one: Judgement) => string): readonly string[] {
  return [...groupBy(gone, nameOf)].map(([name, all]) => {
    const rules = new Set(all.map(({ verdict }) => verdict.ruleId));
    return `${name}: ${[...rules].join(", ")}`;
  });
}

const EFFECTS: readonly NameEffect[] = ["resolves", "resolves-slowly", "unknown", "fails-slowly", "fails"];

function isNoWorseThanLast(now: Judgement, all: readonly Judgement[]): boolean {
  const then = all.at(-1);
  return then !== undefined && noWorse(now, then);
}

/** Whether nothing is hit that was not, and nothing harder: what got worse is new. */
function noWorse({ verdict: now }: Judgement, { verdict: then }: Judgement): boolean {
  if (LEVELS.indexOf(now.level) > LEVELS.indexOf(then.level)) return false;
  const scopes = ["internal", "external"] as const;
  const effect = (names: typeof now.names, scope: (typeof scopes)[number]) =>
    EFFECTS.indexOf(names?.[scope] ?? "resolves");
  if (scopes.some((scope) => effect(now.names, scope) > effect(then.names, scope))) return false;
  const within = (all: readonly string[] = [], known: readonly string[] = []) =>
    all.every((one) => known.includes(one));
  // Where every name failed, some fail no more than they did.
  const all = scopes.every((scope) => effect(then.names, scope) >= EFFECTS.indexOf("fails-slowly"));
  return within(now.concerns, then.concerns) && (all || within(now.except, then.except));
}

const SCOPES: readonly NameScope[] = ["external", "internal"];

function isFinding({ verdict }: Judgement): boolean {
  return verdict.outcome !== "not-affected";
}

/**
 * The line that made the finding: the container's own where the cluster answers as it did before; that of the cluster's
 * setting where it does not and nothing nearer is known.
 */
function atItsCause(judgement: Judgement, report: Report, then: ClusterProfile | undefined): Judgement {
  const { workload, verdict } = judgement;
  const cluster = report.clusters[judgement.cluster];
  if (workload?.at === undefined || verdict.at === undefined || cluster === undefined || then === undefined) {
    return judgement;
  }
  const deciding = changedAnswers(cluster, then, verdict);
  const own = samePlace(verdict.at, workload.at);
  const at =
    deciding.length === 0
      ? workload.at
      : own
        ? (deciding.find((answer) => answer.at !== undefined)?.at ?? cluster.at)
        : verdict.at;
  if (at === undefined || samePlace(verdict.at, at)) return judgement;
  const related = [verdict.at, ...verdict.related.filter((place) => !samePlace(place, at))];
  return { ...judgement, verdict: { ...verdict, at, related } };
}

/**
 * What a cluster answers otherwise than before, of what the finding hangs on: AAAA for all names of a scope; A where that
 * decides; how some names are answered where it is about these.
 */
function changedAnswers(
  now: ClusterProfile,
  then: ClusterProfile,
  { at, except }: Verdict,
): readonly Answer[] {
  const changed = (half: "answers" | "addresses") =>
    SCOPES.flatMap((scope) => {
      const answer = now[half]?.[scope];
      return answer === undefined || answer.kind === then[half]?.[scope].kind ? [] : [answer];
    });
  const denied = changed("addresses").filter((answer) => at !== undefined && samePlace(at, answer.at));
  const known = new Set((then.parts ?? []).map(partText));
  const parts = except === undefined ? [] : (now.parts ?? []).filter((part) => !known.has(partText(part)));
  return [...changed("answers"), ...denied, ...parts.flatMap(({ aaaa, a }) => [aaaa, a])];
}

/** Which names, and how they are answered. */
function partText({ scope, sets, aaaa, a }: NamePart): string {
  return JSON.stringify([scope, sets.map(({ says }) => says), aaaa.kind, a.kind]);
}
