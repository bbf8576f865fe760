/** The shapes that verdicts of several rules have in common. Must not word what a rule alone has to say. */
import type { ClusterFault, NameScope, Sourced } from "../model/cluster-profile.ts";
import { type Place, placeText } from "../model/place.ts";
import type { Verdict } from "../model/report.ts";
import type { RuleContext } from "./rule.ts";
import type { Finding } from "./subject.ts";

/** What a rule adds to the verdict on a fault of a Corefile. */
type OfFault = Pick<Verdict, "level" | "summary" | "evidence" | "remedies"> &
  Partial<Pick<Verdict, "concerns" | "names">>;

/** The verdict on a fault of a Corefile, of the rule that is called as its kind is. */
export function faultVerdict({ kind, at }: ClusterFault, own: OfFault): Verdict {
  return { ruleId: kind, outcome: "affected", confidence: "documented", ...own, at, related: [] };
}

/** What a Corefile says on a line, as evidence. */
export function corefileSays(
  { because, at }: { readonly because: string; readonly at?: Place },
  confidence: Sourced["confidence"] = "documented",
): Sourced {
  return { text: because, confidence, source: at === undefined ? "the Corefile" : placeText(at) };
}

/** What somebody saw real programs do, as evidence. */
export function measured(text: string, source: string): Sourced {
  return { text, confidence: "measured", source };
}

/** What every verdict has that does not know an image. */
const IMAGE_UNKNOWN = {
  outcome: "unknown",
  level: "warning",
  confidence: "likely",
  restsOn: ["image"],
  remedies: [],
} as const satisfies Partial<Verdict>;

/** The verdict of a rule that cannot tell of an image; `whether` says what is not known, as a clause that may end in a comma. */
export function imageUnknown(
  base: Pick<Finding, "ruleId" | "evidence" | "at" | "related">,
  whether: (who: string) => string,
  because: string,
  names: Finding["names"],
): Finding {
  return {
    ...base,
    ...IMAGE_UNKNOWN,
    summary: (who) => `Whether ${whether(who)} is not known: ${because}.`,
    because,
    names,
  };
}

/** Why it is not known what resolves in an image, as a clause. */
export function whyImageUnknown({ image, imageProblem }: RuleContext): string {
  return (imageProblem ?? image?.process.reason ?? "its image could not be read").replace(/\.$/, "");
}

/** `all names`, or which of the two. */
export function scopesText(scopes: readonly NameScope[]): string {
  if (scopes.length === 2) return "all names";
  return scopes[0] === "internal" ? "cluster-internal names (Services)" : "names outside the cluster";
}
