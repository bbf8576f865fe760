/** `muslgate fleet merge`: a plan and what shards read become a report. Must judge nothing itself. */
import { compare } from "../compare/compare.ts";
import { readReport } from "../compare/earlier-report.ts";
import { mergeStores } from "../fleet/merge-stores.ts";
import { SCHEMA } from "../fleet/outside.ts";
import { loadPlan } from "../fleet/plan-file.ts";
import { exitCode } from "../judge/exit-code.ts";
import { writeReport } from "../publish/files.ts";
import { write } from "../publish/terminal.ts";
import { jsonParts } from "../report/json.ts";
import { sarifOf } from "../run/scan.ts";
import type { Written } from "../settings/settings.ts";
import { saidBy, settingsOf } from "../settings/states.ts";
import { KINDS, rendered } from "./formats.ts";
import { spelt } from "./spelt.ts";

/** Its own flags. */
export interface MergeFlags {
  readonly store: readonly string[];
}

/** Merges and returns the exit code, as of any scan. Rejects with MuslgateError. */
export async function mergeCommand(file: string, { store }: MergeFlags, options: Written): Promise<number> {
  const settings = settingsOf(saidBy(options, process.env, spelt));
  const earlier = settings.baseline === undefined ? undefined : readReport(settings.baseline);
  const planned = await loadPlan(file, SCHEMA);
  const merged = await mergeStores(store, planned, settings, process.env);
  const report = earlier === undefined ? merged : compare(merged, earlier);
  const { jsonFile, sarifFile, category, format } = settings;
  if (jsonFile !== undefined) writeReport("json-file", jsonFile, jsonParts(report));
  if (sarifFile !== undefined) writeReport("sarif-file", sarifFile, sarifOf(report, category));
  await write(process.stdout, await rendered(report, settings), KINDS[format]);
  return exitCode(report, settings.failOn, settings.failOnUnknown);
}
