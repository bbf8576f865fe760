/** The commands and flags, made from the table of options. Must not judge anything. */
import { Command, CommanderError, Option as Flag } from "commander";
import { failed } from "./commands/failed.ts";
import { addCorefileCommand } from "./corefile-command.ts";
import { OPTIONS, type Option } from "./options.ts";
import { EXIT } from "./policy.ts";
import { addProbeCommand } from "./probe-command.ts";
import type { Written } from "./settings.ts";
import { VERSION } from "./version.ts";

/** Runs the command line and returns the exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], workerUrl: URL): Promise<number> {
  let code: number = EXIT.clean;
  const program = new Command("muslgate")
    .description("Will this container still resolve names on that cluster?")
    .version(VERSION, "-V, --version")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("Run muslgate --help to see what there is.");
  const image = program
    .command("image")
    .description("check images against one cluster")
    .argument(
      "<reference...>",
      "docker-archive or OCI tar, OCI layout folder, root file system tar, or a reference in a registry",
    )
    .addHelpText("after", EXAMPLES)
    .action(async (references: string[], values: Record<string, Written[keyof Written]>) => {
      // Loaded when it is needed: --version and --help answer at once.
      const { imageCommand } = await import("./commands/image.ts");
      code = await imageCommand(references, byOptionName(values), workerUrl);
    });
  for (const [name, option] of Object.entries<Option>(OPTIONS)) {
    if (option.where !== "action") image.addOption(flag(name, option));
  }
  const ended = (its: number) => {
    code = its;
  };
  addCorefileCommand(program, ended);
  addProbeCommand(program, ended);
  try {
    await program.parseAsync(argv as string[]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    return failed(error);
  }
}

const EXAMPLES = `
Examples:
  $ muslgate image node:22-alpine --gke-version 1.22.6-gke.1000 --node-local-dns enabled
  $ docker save shop/api > api.tar && muslgate image api.tar --corefile node-local-dns.yaml
  $ kubectl -n kube-system get configmap coredns -o yaml > coredns.yaml
    muslgate image ./oci-layout --corefile coredns.yaml --format json

Exit codes: 0 nothing found · 1 findings · 2 wrong call · 3 something could not be read · 4 a defect of muslgate`;

function flag(name: string, option: Option): Flag {
  const value =
    option.kind === "switch"
      ? ""
      : option.kind === "list"
        ? " <value...>"
        : ` <${option.placeholder ?? "value"}>`;
  // A switch that is on unless said otherwise is turned off by its name with no- before it.
  const off = option.kind === "switch" && option.default === "true";
  const made = new Flag(`--${off ? "no-" : ""}${name}${value}`, option.description);
  if (option.choices !== undefined) made.choices([...option.choices]);
  // Defaults are applied in one place for both shells; here they are only said.
  if (option.default !== undefined && !off)
    made.description = `${option.description.replace(/\.$/, "")} (default: ${option.default}).`;
  return made;
}

/** commander names values in camel case. */
function byOptionName(values: Record<string, Written[keyof Written]>): Written {
  const entries = Object.entries(values).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(entries) as Written;
}
