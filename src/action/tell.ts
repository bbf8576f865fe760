/** Where a run's words go on GitHub: outputs, the log, annotations, the job's summary. Must judge nothing. */
import { blobUrl } from "./blob-url.ts";
import type { WorkflowEvent } from "../github/event.ts";
import { annotate, output, summarize } from "../github/tell.ts";
import { nothingInSight } from "../judge/exit-code.ts";
import { counted, OUTCOMES, type Report } from "../model/report.ts";
import { write } from "../publish/terminal.ts";
import { annotationsOf } from "../report/annotations.ts";
import { counts, isNote } from "../report/arrange.ts";
import { renderMarkdown } from "../report/markdown.ts";
import type { SuggestedLines } from "../report/suggestions.ts";
import { renderTable } from "../report/table.ts";
import type { WayOut } from "../run/scan.ts";

/**
 * Each of them, in their order; the files are where later steps find the reports. `suggested` is read when the annotations'
 * turn has come: no annotation stands beside a suggestion.
 */
export function told(
  report: Report,
  { sarifFile, jsonFile }: { readonly sarifFile: string; readonly jsonFile: string },
  event: WorkflowEvent,
  suggested: readonly SuggestedLines[],
): readonly WayOut[] {
  const { affected, unknown } = counts(report);
  const answering = report.judgements.filter((one) => counted(one) && !isNote(one));
  const outcome = OUTCOMES.find((one) => answering.some(({ verdict }) => verdict.outcome === one));
  return [
    () =>
      output({
        // Where nothing was in sight, nothing is known to be well.
        outcome: outcome ?? (nothingInSight(report) ? "unknown" : "not-affected"),
        affected,
        unknown,
        "sarif-file": sarifFile,
        "json-file": jsonFile,
      }),
    () => write(process.stdout, renderTable(report, { colour: true, width: 120 }), "log"),
    () => annotate(annotationsOf(report, suggested)),
    () => summarize(renderMarkdown(report, blobUrl(event))),
  ];
}
