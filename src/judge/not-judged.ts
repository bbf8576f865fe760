/** What is said where a rule throws: a verdict that is unknown, and a defect of ours. Must not hide either. */
import { defect, defectText } from "../model/defect.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { Verdict } from "../model/report.ts";
import type { RuleInfo } from "../rules/rule.ts";

/** Both. */
export interface NotJudged {
  readonly verdict: Verdict;
  readonly diagnostic: Diagnostic;
}

/** Of a container, on a cluster, or of a cluster alone. */
export function notJudged(
  { id }: RuleInfo,
  { name, on }: { readonly name: string; readonly on?: string },
  error: unknown,
  at: Place | undefined,
): NotJudged {
  const doing = `while ${id} was judged`;
  const what = on === undefined ? name : `${name} on ${on}`;
  const verdict: Verdict = {
    ruleId: id,
    outcome: "unknown",
    level: "warning",
    confidence: "likely",
    summary: `What becomes of ${what} is not known: ${defectText(doing, error)}.`,
    restsOn: ["image", "cluster"],
    evidence: [],
    remedies: [],
    at,
    related: [],
  };
  return { verdict, diagnostic: defect(name, doing, error, at) };
}
