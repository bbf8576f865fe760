/** Says which gaps of whose DNS a pod asks are none on the clusters that it meets. Must not judge. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { placeText } from "../model/place.ts";
import type { Judgement } from "../model/report.ts";

/** Gaps without those at a server's line that every cluster knows: `bind` of its Corefile, or a Service of its DNS, has it. */
export function unsettled(
  gaps: readonly Diagnostic[],
  judgements: readonly Judgement[],
): readonly Diagnostic[] {
  if (!gaps.some(isOpen)) return gaps;
  const asked = groupBy(
    judgements.flatMap(({ workload }) =>
      (workload?.pod?.resolver?.servers ?? []).flatMap(({ at }) =>
        at === undefined ? [] : [{ at: placeText(at), known: workload?.usesClusterDns !== "unknown" }],
      ),
    ),
    ({ at }) => at,
  );
  const isSettled = ({ at }: Diagnostic) =>
    at !== undefined && asked.get(placeText(at))?.every(({ known }) => known) === true;
  return gaps.filter((one) => !isOpen(one) || !isSettled(one));
}

function isOpen({ code }: Diagnostic): boolean {
  return code === "pod-dns-unknown";
}
