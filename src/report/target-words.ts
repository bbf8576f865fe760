/** What becomes of containers at each target, in a line each. Must not lay it out. */
import { containers, firstOf, isNote, shown, type Standing } from "./arrange.ts";
import { type AtTarget, counted, type Judgement, type Report } from "../model/report.ts";
import { fewOf } from "./words.ts";

/** Names in a line; the JSON report has all. */
const MOST_NAMES = 5;

/** The title that they stand under. */
export function targetTitle({ targets = [] }: Report): string {
  return targets.length > 1 ? "At each target, with who breaks there first" : "What changes";
}

/**
 * `gke-version=1.22.6-gke.1000: breaks 2 (deployment/api, container app; deployment/web, container app) and the DNS of prod;
 * heals 1 (…)`; none where nobody asked.
 */
export function targetLines({ targets = [], clusters }: Report): readonly string[] {
  const ofClusters = new Set(clusters.flatMap(({ target }) => target?.of ?? []));
  return targets.map(({ to, breaks, heals, unknown }, i) => {
    const parts = [
      ...few(i === 0 ? "breaks" : "breaks first", breaks, ofClusters),
      ...few("heals", heals, ofClusters),
      ...few("is not known of", unknown, ofClusters),
    ];
    const nothing = i === 0 ? "breaks nothing" : "breaks nothing that did not before";
    return `${to}: ${parts.length === 0 ? nothing : parts.join("; ")}`;
  });
}

/** Containers by what becomes of them, each in the first that holds. */
export interface AtTargets {
  /** Affected at a target, and not now. */
  readonly breaks: number;
  /** Affected now already. */
  readonly before: number;
  /** Not known at a target, and known now. */
  readonly unknown: number;
}

/** Counts them, whether the clusters of now stand in the report or are what its findings were compared with. */
export function atTargets(report: Report): AtTargets {
  const isNext = ({ cluster }: Judgement) => report.clusters[cluster]?.target !== undefined;
  const isHit = (one: Judgement) => one.verdict.outcome === "affected" && !isNote(one);
  const kinds: readonly ((one: Judgement) => boolean)[] = [
    (one) => isNext(one) && isHit(one) && counted(one),
    (one) => isNext(one) && one.verdict.outcome === "unknown" && counted(one),
    (one) => isHit(one) && one.waived === undefined,
  ];
  const all = containers(report).map(({ every }) => kinds.findIndex((is) => every.some(is)));
  const of = (kind: number) => all.filter((one) => one === kind).length;
  return { breaks: of(0), unknown: of(1), before: of(2) };
}

/** What a page about targets opens with; nothing where nothing is affected or newly unknown, which is told as ever. */
export function targetAnswer(
  report: Report,
): { readonly standing: Standing; readonly text: string } | undefined {
  if (report.targets === undefined) return undefined;
  const all = containers(report).length;
  const { breaks, before, unknown } = atTargets(report);
  const of = (count: number) => `${count} of ${all} ${all === 1 ? "container" : "containers"}`;
  const where = report.targets.length === 1 ? report.targets[0]?.to : "a target";
  if (breaks > 0)
    return { standing: "affected", text: `${of(breaks)} ${breaks === 1 ? "breaks" : "break"} at ${where}` };
  const isNewFault = ({ workload, cluster, verdict }: Judgement) =>
    workload === undefined &&
    verdict.outcome === "affected" &&
    report.clusters[cluster]?.target !== undefined;
  if (shown(report).some((one) => isNewFault(one) && counted(one)))
    return { standing: "affected", text: `A cluster's DNS has a fault at ${where} that it has not now` };
  if (unknown > 0)
    return {
      standing: "unknown",
      text: `It is not known whether ${of(unknown)} ${unknown === 1 ? "breaks" : "break"} at ${where}`,
    };
  if (before === 0) return undefined;
  return {
    standing: "affected",
    text: `Nothing more breaks: ${of(before)} ${before === 1 ? "is" : "are"} affected now already`,
  };
}

/** Containers are counted, clusters alone are not among them. */
function few(what: string, names: AtTarget["breaks"], ofClusters: ReadonlySet<string>): readonly string[] {
  // Behind who heals stand the rules.
  const isDns = (one: string) => ofClusters.has(one) || ofClusters.has(one.slice(0, one.lastIndexOf(": ")));
  const dns = names.filter(isDns);
  const others = names.filter((one) => !isDns(one));
  // Names have commas of their own.
  const { first, more } = firstOf(others, MOST_NAMES);
  const shown = `${first.join("; ")}${more === 0 ? "" : ` and ${more} more`}`;
  const parts = [
    ...(others.length === 0 ? [] : [`${others.length} (${shown})`]),
    ...(dns.length === 0 ? [] : [`the DNS of ${fewOf(dns, MOST_NAMES)}`]),
  ];
  return parts.length === 0 ? [] : [`${what} ${parts.join(" and ")}`];
}
