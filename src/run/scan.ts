/** One scan of either shell: what to compare with, the run, every way out, the exit code. Must leave the words' way to the shell. */
import { exitCode } from "../judge/exit-code.ts";
import { HOMEPAGE, VERSION } from "../model/program.ts";
import type { Report } from "../model/report.ts";
import { writeReport } from "../publish/files.ts";
import type { SaidProgress } from "../publish/progress.ts";
import { jsonParts } from "../report/json.ts";
import { RULES } from "../rules/index.ts";
import type { Settings } from "../settings/settings.ts";
import type { Configured } from "../settings/states.ts";
import type { Base } from "../tree/base.ts";
import type { RunPorts } from "./ports.ts";
import { madeToday } from "./made.ts";
import { run } from "./run.ts";

/** Something that goes out of a run. */
export type WayOut = () => void | Promise<void>;

/** Where reports are written, and what tells them from those of other jobs. */
export type ReportFiles = Pick<Settings, "jsonFile" | "sarifFile" | "category">;

/** What the command line and the Action do differently. */
export interface Shell extends Omit<RunPorts, "base" | "progress" | "files" | "images"> {
  /** What to compare with; nothing where every finding counts. */
  base(settings: Settings): Promise<Base | undefined>;
  /** Who is told how far the run is. */
  progress(settings: Settings): SaidProgress | undefined;
  /** Where the reports go that later steps and other programs read; nothing where they are not wanted. */
  files(settings: Settings): ReportFiles;
  /** Where words go, in their order. */
  waysOut(report: Report, settings: Settings, code: number): readonly WayOut[];
}

/**
 * Scans, and returns the exit code. Files are written first: a later step may take them whatever becomes of the rest. Each
 * way out is tried; rejects with what failed first.
 */
export async function scan(given: Configured, shell: Shell): Promise<number> {
  const { settings } = given;
  const base = await shell.base(settings);
  const progress = shell.progress(settings);
  try {
    const { signal, now, env, live, against } = shell;
    const ports = { signal, now, env, base, live, against, progress };
    const report = madeToday(await run(given, ports).finally(() => progress?.end()), shell);
    const code = exitCode(report, settings.failOn, settings.failOnUnknown);
    await goOut(report, shell.files(settings), shell.waysOut(report, settings, code));
    return code;
  } finally {
    if (base !== undefined && "tree" in base) base.close();
  }
}

/**
 * Writes the files that are asked for, then goes every other way. Each is tried whatever becomes of the others; rejects
 * with what failed first.
 */
export async function goOut(
  report: Report,
  { jsonFile, sarifFile, category }: ReportFiles,
  ways: readonly WayOut[],
): Promise<void> {
  await allOf([
    () => {
      if (jsonFile !== undefined) writeReport("json-file", jsonFile, jsonParts(report));
    },
    async () => {
      if (sarifFile !== undefined) writeReport("sarif-file", sarifFile, await sarifOf(report, category));
    },
    ...ways,
  ]);
}

/** The report as SARIF, with all that is said of each rule; loaded for whoever asks for it. */
export async function sarifOf(report: Report, category: Settings["category"]): Promise<string> {
  const { renderSarif } = await import("../report/sarif.ts");
  return renderSarif(report, RULES, { version: VERSION, homepage: HOMEPAGE, category });
}

/** Does all of it, then rejects with what failed first. */
async function allOf(ways: readonly WayOut[]): Promise<void> {
  const failures: unknown[] = [];
  for (const way of ways) {
    try {
      await way();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
