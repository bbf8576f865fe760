/** Tells which gaps of a live cluster hide pods that run, or policies. Must go by what a gap is about, never by its message. */
import type { Diagnostic } from "./diagnostic.ts";

/** What a gap is about that hides pods; where that is a namespace's alone, its name follows. */
export const ALL_PODS = "list pods";

/** Whether pods may run of which the report does not speak. */
export function hidesPods({ code, subject = "" }: Diagnostic): boolean {
  return isOfCluster(code) && subject.startsWith(ALL_PODS);
}

/** Whether NetworkPolicies, or those of Cilium, may be there that were not seen. */
export function hidesPolicies({ code, subject = "" }: Diagnostic): boolean {
  return (
    isOfCluster(code) && /^(?:list )?(?:cilium(?:clusterwide)?)?networkpolic(?:ies|yList)\b/i.test(subject)
  );
}

function isOfCluster(code: Diagnostic["code"]): boolean {
  return code === "cluster-unread" || code === "cluster-forbidden";
}
