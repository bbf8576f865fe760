/** `muslgate fleet plan`: a fleet's file becomes a plan, and numbers about it. Must judge nothing. */
import { dirname } from "node:path";
import { loadFleet } from "../fleet/fleet-file.ts";
import { makePlan } from "../fleet/make-plan.ts";
import { openOutside, SCHEMA } from "../fleet/outside.ts";
import { writePlan } from "../fleet/plan-file.ts";
import { shardsOf } from "../fleet/shard-word.ts";
import { EXIT } from "../judge/exit-code.ts";
import { kubectl } from "../live/kubectl.ts";
import { remark, write } from "../publish/terminal.ts";
import { printable } from "../report/text.ts";
import { saidBy, settingsOf } from "../settings/states.ts";
import type { Written } from "../settings/settings.ts";
import { chosen } from "./chosen.ts";
import { numbersOf, renderNumbers } from "./fleet-numbers.ts";
import { spelt } from "./spelt.ts";

/** Its own flags. */
export interface PlanFlags {
  readonly out: string;
  readonly shards: string;
  readonly format: string;
}

/** Makes it and returns the exit code. Rejects with MuslgateError. */
export async function planCommand(
  file: string,
  { out, shards, format }: PlanFlags,
  written: Written,
): Promise<number> {
  const kind = chosen("--format", format, ["table", "json"]);
  const number = shardsOf(shards);
  const fleet = loadFleet(file);
  const { platform = "" } = fleet;
  const settings = settingsOf(saidBy({ ...written, platform }, process.env, spelt));
  const { registry } = await openOutside(settings, process.env);
  const plan = await makePlan(fleet, dirname(file), number, {
    kubectl: (context) => kubectl(process.env, context, (line) => remark(`kubectl: ${printable(line)}\n`)),
    registry,
    schema: SCHEMA,
    env: process.env,
    signal: new AbortController().signal,
    now: () => Date.now(),
    limits: settings.limits,
    platform: settings.platform,
    tell: (line) => remark(`muslgate: ${printable(line)}\n`),
  });
  const run = writePlan(out, plan);
  const numbers = numbersOf(run, plan);
  for (const line of numbers.unopened) remark(`muslgate: ${printable(line)}\n`);
  await write(process.stdout, renderNumbers(numbers, kind, out), kind === "json" ? "json" : "words");
  return numbers.references > 0 && numbers.unopened.length === numbers.references
    ? EXIT.unreadable
    : EXIT.clean;
}
