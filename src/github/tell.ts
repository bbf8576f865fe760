/** Tells GitHub: annotations, job summary, outputs. Must not be loaded by the command line. */
import * as core from "@actions/core";
import type { OutputName } from "../settings/options.ts";
import type { Annotation } from "../report/annotations.ts";
import { printable } from "../report/text.ts";
import { inert } from "../publish/workflow-commands.ts";

/** Says a line in the log, which is no command whatever it holds. */
export function info(text: string): void {
  core.info(inert(printable(text)));
}

/** A job summary holds 1 MiB a step; what does not fit is left out with a word about it (GitHub, job summaries). */
const MOST_SUMMARY_BYTES = 1_000_000;

/** Annotates lines; columns go along only where GitHub keeps them (one line). */
export function annotate({
  shown,
  left,
}: {
  readonly shown: readonly Annotation[];
  readonly left: number;
}): void {
  const tell = { error: core.error, warning: core.warning, note: core.notice };
  for (const { level, title, message, at } of shown) {
    const oneLine = at !== undefined && at.line === at.endLine;
    tell[level](message, {
      title,
      file: at?.file,
      startLine: at?.line,
      endLine: at?.endLine,
      ...(oneLine ? { startColumn: at.column, endColumn: at.endColumn } : {}),
    });
  }
  if (left > 0) info(`${left} more annotations did not fit; they are in the summary and the reports.`);
}

/** Adds the report to the job's summary; a runner without one is told so in the log, nothing more. */
export async function summarize(markdown: string): Promise<void> {
  const bytes = Buffer.byteLength(markdown);
  const text =
    bytes <= MOST_SUMMARY_BYTES ? markdown : `${cutAtLine(markdown)}\n\nThe rest is in the JSON report.\n`;
  try {
    await core.summary.addRaw(text).write();
  } catch (error) {
    info(`No job summary was written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function cutAtLine(text: string): string {
  const cut = Buffer.from(text)
    .subarray(0, MOST_SUMMARY_BYTES - 100)
    .toString("utf8");
  return cut.slice(0, cut.lastIndexOf("\n"));
}

/** Hands values to later steps. */
export function output(values: Readonly<Record<OutputName, string | number>>): void {
  for (const [name, value] of Object.entries(values)) core.setOutput(name, value);
}
