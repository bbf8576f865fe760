/** Marks what could not be known in an earlier state either. Must drop none of it: what it hides may have changed. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Report } from "../model/report.ts";

/** The report with each diagnostic marked that says the same of the same file or name as one of `before`. */
export function markNotes(report: Report, before: readonly Diagnostic[]): Report {
  const known = new Set(before.map(textOf));
  const marked = (all: readonly Diagnostic[]) =>
    all.map((one): Diagnostic => (known.has(textOf(one)) ? { ...one, before: true } : one));
  const within = <T extends { readonly diagnostics: readonly Diagnostic[] }>(one: T): T => ({
    ...one,
    diagnostics: marked(one.diagnostics),
  });
  return {
    ...within(report),
    images: report.images.map(within),
    clusters: report.clusters.map(within),
  };
}

/** All that a report could not know. */
export function notesOf({ diagnostics, images, clusters }: Report): readonly Diagnostic[] {
  return [diagnostics, ...[...images, ...clusters].map((one) => one.diagnostics)].flat();
}

/** A line may move; an image that is not read is the same in another file. */
function textOf({ code, message, reason, subject, at }: Diagnostic): string {
  return JSON.stringify([code, reason ?? message, subject, at?.file]);
}
