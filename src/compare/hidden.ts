/** Tells whom a report does not speak of because it could not see: such a finding is not gone. Must go by what the report itself says it did not see. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { hidesPods, hidesPolicies } from "../model/hidden-pods.ts";
import type { Judgement, Report } from "../model/report.ts";
import { hidesFiles, unreadFile } from "../tree/gaps.ts";
import type { Identities } from "./identities.ts";

/**
 * Whether what an earlier finding is about may still be so on a cluster of this report, although nothing here says it: of a
 * container of which nothing is said or whose image was not read, of what a file decides that was not read, and of a
 * cluster's own DNS where it is not known which cluster was read.
 */
export function hiddenIn(
  { judgements, images, clusters, diagnostics }: Report,
  { keyOf, fileOf }: Identities,
): (then: Judgement, cluster: number) => boolean {
  const gaps = diagnostics.filter(hides);
  const someFiles = gaps.some(hidesFiles);
  const someHidden = someFiles || gaps.some(hidesPods);
  const noPolicies = gaps.some(hidesPolicies);
  const ofClusters = clusters.flatMap((one) => one.diagnostics).filter(hides);
  const files = new Set([...gaps, ...ofClusters].flatMap((one) => unreadFile(one) ?? []));
  // How a cluster answers is no policy, and was read.
  const answering = new Set(clusters.flatMap(({ sources }) => sources.map(({ file }) => file)));
  const isHidden = (file: string) => files.has(file) || ((noPolicies || someFiles) && !answering.has(file));
  const mark = (one: Judgement, cluster: number) => JSON.stringify([keyOf(one), cluster]);
  const seen = new Set(judgements.map((one) => mark(one, one.cluster)));
  const isUnread = ({ image, verdict }: Judgement) =>
    verdict.outcome === "unknown" && (image === undefined || images[image]?.complete !== true);
  // Rules about what is in an image say nothing of one that was not read.
  const unread = new Set(judgements.filter(isUnread).map((one) => mark(one, one.cluster)));
  return (then, cluster) => {
    const { workload, verdict } = then;
    const places = [verdict.at, ...verdict.related].flatMap((place) => place?.file ?? []);
    if (workload === undefined) return someHidden || places.some((file) => files.has(file));
    const own = new Set([workload.at, ...(workload.related ?? [])].map((place) => place?.file));
    const others = places.filter((file) => !own.has(file));
    if (others.some(isHidden) || unread.has(mark(then, cluster))) return true;
    return (someHidden || files.has(fileOf(then) ?? "")) && !seen.has(mark(then, cluster));
  };
}

/** Whether it may hide what the earlier state saw: a right, file or folder that was not had then either hid the same then. */
function hides(gap: Diagnostic): boolean {
  // JSON that was not read is only worth knowing where nothing was found in it before.
  if (gap.weight !== "gap" && gap.code !== "file-unreadable") return false;
  const isLasting = gap.code === "cluster-forbidden" || gap.code === "folder-unreadable";
  return gap.before !== true || !(isLasting || unreadFile(gap) !== undefined);
}
