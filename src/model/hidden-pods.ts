/** Tells which gaps hide pods that run. Must tell no other from them by its words. */
import type { Diagnostic } from "./diagnostic.ts";

/** What a gap is about that hides pods; where that is a namespace's alone, its name follows. */
export const ALL_PODS = "list pods";

/** Whether pods may run of which the report does not speak. */
export function hidesPods({ code, subject = "" }: Diagnostic): boolean {
  return (code === "cluster-unread" || code === "cluster-forbidden") && subject.startsWith(ALL_PODS);
}
