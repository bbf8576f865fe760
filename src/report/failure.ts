/** The sentence a failed run ends with. Must not decide whether it fails. */
import { ISSUES } from "../model/defect.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import type { Report } from "../model/report.ts";
import { EXIT } from "../judge/exit-code.ts";
import { counts } from "./arrange.ts";
import { printable } from "./text.ts";

export function failureText(report: Report, code: number): string {
  const { affected, notes, unknown, clusters, existing, waived, "not-affected": rest } = counts(report);
  if (code === EXIT.internal) {
    return `A defect of muslgate left something unknown; everything else was judged. See the summary, and please report it at ${ISSUES}.`;
  }
  const all = affected + notes + unknown + existing + waived + rest;
  if (code === EXIT.unreadable) {
    if (unknown > 0) {
      return `For ${unknown} of ${all} containers it is not known whether they resolve names. See the summary for why.`;
    }
    const isRead = report.images.some(({ complete }) => complete);
    const some = isRead ? "An image or a cluster could not be judged" : "Not one image could be read";
    const open = all === 0 ? "Nothing was found to judge" : some;
    return `${open}. See the summary for why.`;
  }
  const since = report.fixed === undefined ? "" : " that did before";
  const found = [
    ...(affected > 0
      ? [`${affected} of ${all} containers will not resolve names as they should${since}`]
      : []),
    ...(clusters > 0 ? [`${clusters} ${clusters === 1 ? "fault" : "faults"} of the cluster's DNS`] : []),
    // A run fails for these alone where it is asked to.
    ...(affected + clusters === 0 ? [`${notes} of ${all} containers have a note`] : []),
  ];
  return `${found.join(", ")}. See the summary for what to do.`;
}

/** What went wrong, and what to do about it. */
export function errorText(error: unknown): string {
  const hint = error instanceof MuslgateError ? error.hint : `Please report it: ${ISSUES}`;
  return printable(`${messageOf(error)}. ${hint}`);
}
