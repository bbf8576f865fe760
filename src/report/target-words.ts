/** What becomes of containers at each target, in a line each. Must not lay it out. */
import type { AtTarget, Report } from "../model/report.ts";
import { fewOf } from "./words.ts";

/** Names in a line; the JSON report has all. */
const MOST_NAMES = 5;

/** The title that they stand under. */
export function targetTitle({ targets = [] }: Report): string {
  return targets.length > 1 ? "At each target, with who breaks there first" : "What changes";
}

/** `gke-version=1.22.6-gke.1000: breaks 2: deployment/api, deployment/web; heals 1: …`; none where nobody asked. */
export function targetLines({ targets = [] }: Report): readonly string[] {
  return targets.map(({ to, breaks, heals, unknown }, i) => {
    const parts = [
      ...few(i === 0 ? "breaks" : "breaks first", breaks),
      ...few("heals", heals),
      ...few("is not known of", unknown),
    ];
    const nothing = i === 0 ? "breaks nothing" : "breaks nothing that did not before";
    return `${to}: ${parts.length === 0 ? nothing : parts.join("; ")}`;
  });
}

function few(what: string, names: AtTarget["breaks"]): readonly string[] {
  return names.length === 0 ? [] : [`${what} ${names.length} (${fewOf(names, MOST_NAMES)})`];
}
