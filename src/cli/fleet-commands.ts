/** `muslgate fleet` and its steps, with their flags. Must be loaded by a call of it alone, and load what a step does only when it is called. */
import { Command, Option as Flag, type OutputConfiguration } from "commander";
import type { Option, OptionName } from "../settings/options.ts";
import { addFlags, flagsOf, refuseEmpty } from "./flags.ts";
import type { MergeFlags } from "./fleet-merge.ts";
import type { PlanFlags } from "./fleet-plan.ts";
import type { ReadFlags } from "./fleet-read.ts";
import { FLEET, FLEET_MERGE, FLEET_PLAN, FLEET_READ } from "./fleet-help.ts";
import { oneOf } from "./one-of.ts";

/** What a report needs, whatever it is of. */
const REPORTING: readonly OptionName[] = [
  "baseline",
  "fail-on",
  "fail-on-unknown",
  "category",
  "limit",
  "verbose",
  "format",
  "color",
  "sarif-file",
  "json-file",
];

/** What it is given by the command line. */
export interface FleetCall {
  /** Takes the exit code. */
  readonly ended: (code: number) => void;
  readonly output: OutputConfiguration;
}

/** The program that `muslgate fleet` is. */
export function fleetProgram({ ended, output }: FleetCall): Command {
  const fleet = new Command("muslgate fleet")
    .exitOverride()
    .configureOutput(output)
    .description("check many clusters at once: plan, read in shards, merge")
    .addHelpText("after", FLEET);
  const step = (name: string, argument: string, description: string, after: string) =>
    fleet
      .command(name)
      .description(description)
      .argument(argument, argument === "<file>" ? "the fleet's file" : "what muslgate fleet plan wrote")
      .addHelpText("after", after);
  const store = (flag: Flag) => flag.makeOptionMandatory().helpGroup("The store:");
  const plan: Command = step(
    "plan",
    "<file>",
    "ask clusters and registries once, and write down which layers to read",
    FLEET_PLAN,
  )
    .optionsGroup("The plan:")
    .option("--out <FILE>", "Where the plan is written.", "fleet.plan")
    .option("--shards <NUMBER>", "Parts of about the same size that can be read side by side.", "1")
    .addOption(oneOf("--format <FORMAT>", "How the numbers are printed.", ["table", "json"]).default("table"))
    .action(async (file: string, flags: PlanFlags) => {
      const { planCommand } = await import("./fleet-plan.ts");
      ended(await planCommand(file, flags, flagsOf(plan)));
    });
  addFlags(plan, "fleet", asksRegistries);
  const read: Command = step(
    "read",
    "<plan>",
    "read each layer of one shard once, and keep what it teaches",
    FLEET_READ,
  )
    .optionsGroup("The shard:")
    .option("--shard <I/N>", "Which one (default: by JOB_COMPLETION_INDEX, from 0).")
    .addOption(
      store(
        new Flag(
          "--store <STORE>",
          "Where facts are kept: a folder, s3://BUCKET/PREFIX, or oci://REGISTRY/REPOSITORY.",
        ),
      ),
    )
    .action(async (file: string, flags: ReadFlags) => {
      const { readCommand } = await import("./fleet-read.ts");
      ended(await readCommand(file, flags, flagsOf(read)));
    });
  addFlags(read, "fleet", asksRegistries);
  const merge: Command = step(
    "merge",
    "<plan>",
    "judge every workload on every cluster from what was read",
    FLEET_MERGE,
  )
    .addOption(
      store(new Flag("--store <STORE...>", "Where shards kept their facts; several are taken together.")),
    )
    .action(async (file: string, flags: MergeFlags) => {
      const { mergeCommand } = await import("./fleet-merge.ts");
      ended(await mergeCommand(file, flags, flagsOf(merge)));
    });
  addFlags(merge, "fleet", (name) => (REPORTING as readonly string[]).includes(name));
  refuseEmpty(fleet);
  return fleet;
}

/** The flags of a step that asks registries, and bounds. */
const asksRegistries = (name: string, { group }: Option) => group === "registries" || name === "limit";
