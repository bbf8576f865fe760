/** `muslgate image` and `muslgate repo`: a run, printed and written as asked. Must hold no judgement. */
import { type Base, baseOf } from "../tree/base.ts";
import { configured, saidBy } from "../settings/states.ts";
import type { Report } from "../model/report.ts";
import { exitCode } from "../judge/exit-code.ts";
import { writeReport } from "../publish/files.ts";
import { type SaidProgress, saidProgress } from "../publish/progress.ts";
import { remark, write } from "../publish/terminal.ts";
import { renderJson } from "../report/json.ts";
import { run } from "../run/run.ts";
import type { Settings, Written } from "../settings/settings.ts";
import { failed } from "./failed.ts";
import { spelt } from "./spelt.ts";
import { KINDS, rendered, sarifOf } from "./formats.ts";

/** Runs it on what was written and returns the exit code. */
export async function scanCommand(written: Written, workerUrl: URL): Promise<number> {
  let base: Base | undefined;
  let progress: SaidProgress | undefined;
  try {
    const given = configured(saidBy(written, process.env, spelt));
    const { settings } = given;
    base = await baseFor(settings);
    progress = settings.quiet ? undefined : progressOn(process.stderr, settings.verbose);
    // Nothing here ends a run early: Ctrl-C and SIGTERM end the process.
    const signal = new AbortController().signal;
    const report = await run(given, { workerUrl, signal, base, progress });
    progress?.end();
    // Each way out is tried, whatever became of the others.
    await allOf([
      () => writeAsked("json-file", settings.jsonFile, renderJson, report),
      () => writeAsked("sarif-file", settings.sarifFile, (one) => sarifOf(one, settings), report),
      () => write(process.stdout, rendered(report, settings), KINDS[settings.format]),
    ]);
    return exitCode(report, settings.failOn, settings.failOnUnknown);
  } catch (error) {
    progress?.end();
    return failed(error);
  } finally {
    if (base !== undefined && "tree" in base) base.close();
  }
}

function progressOn(out: NodeJS.WriteStream, verbose: boolean): SaidProgress {
  const terminal = out.isTTY === true && process.env.TERM !== "dumb";
  const columns = out.columns ?? 0;
  return saidProgress({
    write: remark,
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

/** Does all of it, then rejects with what failed first. */
async function allOf(actions: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const action of actions) await action().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function writeAsked(
  option: string,
  file: string | undefined,
  render: (report: Report) => string,
  report: Report,
): Promise<void> {
  if (file !== undefined) writeReport(option, file, render(report));
}
