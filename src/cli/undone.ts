/** Says of a correction of a Corefile that it will not last. Must not look into the Corefile. */
import type { CorefileInputs } from "../cluster/corefiles/collected.ts";
import { UPGRADE_GKE } from "../knowledge/remedies.ts";

/** What is to be said beside it, in two sentences: GKE's add-on manager made the ConfigMap, and keeps it. */
export function undoneBy({ corefiles }: CorefileInputs): string | undefined {
  if (!corefiles.some(({ addon }) => addon === "made")) return undefined;
  return `GKE keeps this ConfigMap and puts its own back after a change. ${UPGRADE_GKE.remedy.title}.`;
}
