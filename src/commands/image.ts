/** `muslgate image`: a run, printed and written as asked. Must hold no judgement. */
import type { Report } from "../model/report.ts";
import { exitCode } from "../policy.ts";
import { writeReport } from "../publish/files.ts";
import { terminalStyle, write } from "../publish/terminal.ts";
import { renderJson } from "../report/json.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderSarif } from "../report/sarif.ts";
import { renderTable } from "../report/table.ts";
import { RULES } from "../rules/index.ts";
import { run } from "../run.ts";
import { configured } from "../configured.ts";
import type { Settings, Written } from "../settings.ts";
import { HOMEPAGE, VERSION } from "../version.ts";
import { failed } from "./failed.ts";

/** Runs it and returns the exit code. */
export async function imageCommand(
  references: readonly string[],
  written: Written,
  workerUrl: URL,
): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const given = configured({ ...written, images: references });
    const { settings } = given;
    const report = await run(given, workerUrl, stop.signal);
    publish(report, settings);
    await write(process.stdout, rendered(report, settings));
    return exitCode(report, settings.failOn, settings.failOnUnknown);
  } catch (error) {
    return failed(error);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function rendered(report: Report, settings: Settings): string {
  switch (settings.format) {
    case "json":
      return renderJson(report);
    case "sarif":
      return renderSarif(report, RULES, { version: VERSION, homepage: HOMEPAGE });
    case "markdown":
      return renderMarkdown(report);
    case "table":
      return renderTable(report, terminalStyle(settings.color, process.stdout, process.env));
  }
}

/** Writes the files that were asked for. */
function publish(report: Report, settings: Settings): void {
  if (settings.jsonFile !== undefined) writeReport("json-file", settings.jsonFile, renderJson(report));
  if (settings.sarifFile !== undefined) {
    const sarif = renderSarif(report, RULES, { version: VERSION, homepage: HOMEPAGE });
    writeReport("sarif-file", settings.sarifFile, sarif);
  }
}
