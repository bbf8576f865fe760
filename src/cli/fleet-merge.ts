/** `muslgate fleet merge`: a plan and what shards read become a report. Must judge nothing itself. */
import { compare } from "../compare/compare.ts";
import { readReport } from "../compare/earlier-report.ts";
import { mergeStores } from "../fleet/merge-stores.ts";
import { SCHEMA } from "../fleet/outside.ts";
import { loadPlan } from "../fleet/plan-file.ts";
import { exitCode } from "../judge/exit-code.ts";
import { write } from "../publish/terminal.ts";
import { madeToday } from "../run/made.ts";
import { goOut } from "../run/scan.ts";
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
  const compared = earlier === undefined ? merged : compare(merged, earlier);
  const report = madeToday(compared, { now: () => Date.now(), env: process.env });
  await goOut(report, settings, [
    async () => write(process.stdout, await rendered(report, settings), KINDS[settings.format]),
  ]);
  return exitCode(report, settings.failOn, settings.failOnUnknown);
}
