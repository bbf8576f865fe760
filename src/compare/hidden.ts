/** Tells whom a report does not speak of because it could not see: such a finding is not gone. Must go by what the report itself says it did not see. */
import { hidesPods } from "../model/hidden-pods.ts";
import type { Judgement, Report } from "../model/report.ts";
import type { Identities } from "./identities.ts";

/**
 * Whether what an earlier finding is about may still be so on a cluster of this report, although nothing here says it: of a
 * container of which nothing is said, and of a cluster's own DNS where it is not known which cluster was read.
 */
export function hiddenIn(
  { judgements, diagnostics }: Report,
  { keyOf, fileOf }: Identities,
): (then: Judgement, cluster: number) => boolean {
  const gaps = diagnostics.filter(({ weight, before }) => weight === "gap" && before !== true);
  const someHidden = gaps.some(hidesPods);
  const files = new Set(gaps.flatMap(({ at }) => at?.file ?? []));
  if (!someHidden && files.size === 0) return () => false;
  const mark = (one: Judgement, cluster: number) => JSON.stringify([keyOf(one), cluster]);
  const seen = new Set(judgements.map((one) => mark(one, one.cluster)));
  return (then, cluster) =>
    then.workload === undefined
      ? someHidden
      : (someHidden || files.has(fileOf(then) ?? "")) && !seen.has(mark(then, cluster));
}
