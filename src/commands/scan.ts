/** `muslgate image` and `muslgate repo`: a run, printed and written as asked. Must hold no judgement. */
import { type Base, baseOf } from "../base.ts";
import { configured, saidBy } from "../configured.ts";
import type { Report } from "../model/report.ts";
import { EXIT, exitCode } from "../policy.ts";
import { writeReport } from "../publish/files.ts";
import { type SaidProgress, saidProgress } from "../publish/progress.ts";
import { terminalStyle, write } from "../publish/terminal.ts";
import { renderJson } from "../report/json.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderSarif } from "../report/sarif.ts";
import { renderTable } from "../report/table.ts";
import { RULES } from "../rules/index.ts";
import { run } from "../run.ts";
import type { Settings, Written } from "../settings.ts";
import { HOMEPAGE, VERSION } from "../version.ts";
import { failed } from "./failed.ts";

/** Runs it on what was written and returns the exit code. */
export async function scanCommand(written: Written, workerUrl: URL): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  let base: Base | undefined;
  let progress: SaidProgress | undefined;
  try {
    const given = configured(saidBy(written, process.env));
    const { settings } = given;
    base = await baseFor(settings);
    progress = settings.quiet ? undefined : progressOn(process.stderr, settings.verbose);
    const report = await run(given, {
      workerUrl,
      signal: stop.signal,
      ...(base === undefined ? {} : { base }),
      ...(progress === undefined ? {} : { progress }),
    });
    progress?.end();
    publish(report, settings);
    await write(process.stdout, rendered(report, settings));
    return exitCode(report, settings.failOn, settings.failOnUnknown);
  } catch (error) {
    progress?.end();
    if (!stop.signal.aborted) return failed(error);
    process.stderr.write("muslgate: stopped before the end, nothing was judged\n");
    return EXIT.stopped;
  } finally {
    if (base !== undefined && "tree" in base) base.close();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function progressOn(out: NodeJS.WriteStream, verbose: boolean): SaidProgress {
  const terminal = out.isTTY === true && process.env.TERM !== "dumb";
  const columns = out.columns ?? 0;
  return saidProgress({
    write: (text) => void out.write(text),
    terminal,
    columns,
    verbose,
    now: () => Date.now(),
  });
}

async function baseFor({ base, directory, images }: Settings): Promise<Base | undefined> {
  if (base === undefined || base === "none" || images.length > 0) return undefined;
  return baseOf(directory, base, process.env);
}

function rendered(report: Report, settings: Settings): string {
  switch (settings.format) {
    case "json":
      return renderJson(report);
    case "sarif":
      return sarifOf(report);
    case "markdown":
      return renderMarkdown(report);
    case "table":
      return renderTable(report, {
        ...terminalStyle(settings.color, process.stdout, process.env),
        whole: settings.verbose,
      });
  }
}

/** Writes the files that were asked for. */
function publish(report: Report, settings: Settings): void {
  if (settings.jsonFile !== undefined) writeReport("json-file", settings.jsonFile, renderJson(report));
  if (settings.sarifFile !== undefined) writeReport("sarif-file", settings.sarifFile, sarifOf(report));
}

function sarifOf(report: Report): string {
  return renderSarif(report, RULES, { version: VERSION, homepage: HOMEPAGE });
}
