/** What a rule says of one container, as a run tells it. Must not judge. */
import type { Verdict } from "../../src/model/report.ts";
import type { Workload } from "../../src/model/workload.ts";
import type { Rule, RuleContext } from "../../src/rules/rule.ts";
import { type Finding, memberOf, toldOf } from "../../src/rules/subject.ts";

/** A rule, and whether it always has a say. */
type Says<R> = R extends { check(context: RuleContext): Finding } ? Verdict : Verdict | undefined;

/** The verdict; nothing where the rule has no say. */
export function checked<R extends Pick<Rule, "check">>(
  rule: R,
  { workload, ...context }: Omit<RuleContext, "workload"> & { readonly workload: Workload },
): Says<R> {
  const member = memberOf(workload);
  const found = rule.check({ ...context, workload: member.subject });
  return (found && toldOf(found, workload.name, member)) as Says<R>;
}
