/** `muslgate fleet merge`: a plan and what shards read become a report. Must judge nothing itself. */
import { compare } from "../compare/compare.ts";
import { readReport } from "../compare/earlier-report.ts";
import { merge } from "../fleet/merge.ts";
import { openStore } from "../fleet/open-store.ts";
import { openOutside, SCHEMA } from "../fleet/outside.ts";
import { loadPlan } from "../fleet/plan-file.ts";
import type { Plan } from "../fleet/plan.ts";
import type { Store } from "../fleet/store.ts";
import type { Digest } from "../model/digest.ts";
import type { Report } from "../model/report.ts";
import { exitCode } from "../judge/exit-code.ts";
import { writeReport } from "../publish/files.ts";
import { write } from "../publish/terminal.ts";
import { jsonParts } from "../report/json.ts";
import { sarifOf } from "../run/scan.ts";
import type { Settings, Written } from "../settings/settings.ts";
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
  const { run, plan } = await loadPlan(file, SCHEMA);
  const merged = await mergedFrom(store, run, plan, settings);
  const report = earlier === undefined ? merged : compare(merged, earlier);
  const { jsonFile, sarifFile, category, format } = settings;
  if (jsonFile !== undefined) writeReport("json-file", jsonFile, jsonParts(report));
  if (sarifFile !== undefined) writeReport("sarif-file", sarifFile, sarifOf(report, category));
  await write(process.stdout, await rendered(report, settings), KINDS[format]);
  return exitCode(report, settings.failOn, settings.failOnUnknown);
}

async function mergedFrom(
  written: readonly string[],
  run: Digest,
  plan: Plan,
  settings: Settings,
): Promise<Report> {
  const part = { run, layers: plan.layers, schema: SCHEMA };
  const registries = async () => {
    const { registry, reader } = await openOutside(settings, process.env);
    // No layer is read.
    await reader.close();
    return registry;
  };
  const stores: Store[] = [];
  try {
    for (const one of written) stores.push(await openStore(one, process.env, part, registries));
    return await merge(plan, stores, {
      signal: new AbortController().signal,
      now: () => Date.now(),
      limits: settings.limits,
    });
  } finally {
    for (const one of stores) one.close?.();
  }
}
