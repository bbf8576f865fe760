/** The commands and flags, made from the table of options. Must not judge anything. */
import { Command, CommanderError, Option as Flag } from "commander";
import type { CorefileFlags } from "./corefile.ts";
import { failed } from "./failed.ts";
import type { ProbeFlags } from "./probe.ts";
import { OPTIONS, type Option } from "../settings/options.ts";
import { EXIT } from "../judge/exit-code.ts";
import { remark, write } from "../publish/terminal.ts";
import { printableLines } from "../report/text.ts";
import type { Written } from "../settings/settings.ts";
import { VERSION } from "../model/program.ts";

/** Runs the command line and returns the exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], workerUrl: URL): Promise<number> {
  let code: number = EXIT.clean;
  // What fails to be written is told by who writes it.
  process.stdout.on("error", () => {});
  const written: Promise<unknown>[] = [];
  const program = new Command("muslgate")
    .description("Will this container still resolve names on that cluster?")
    .version(VERSION, "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void written.push(write(process.stdout, text).catch((error: unknown) => error)),
      writeErr: (text) => remark(printableLines(text)),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("Run muslgate --help to see what there is.");
  const help = (command: string) => `Run muslgate ${command} --help to see what there is.`;
  const scan = async (command: Command, own: Written) => {
    // Loaded when it is needed: --version and --help answer at once.
    const { scanCommand } = await import("./scan.ts");
    code = await scanCommand({ ...flagsOf(command), ...own }, workerUrl);
  };
  const repo: Command = program
    .command("repo")
    .showHelpAfterError(help("repo"))
    .description("search a repository for who runs which image on which cluster, and check them")
    .argument("[folder]", "the folder to search (default: the option directory, or else this one)")
    .addHelpText("after", REPO_EXAMPLES)
    .action((directory: string | undefined) => scan(repo, { directory, images: [] }));
  const image: Command = program
    .command("image")
    .showHelpAfterError(help("image"))
    .description("check images against one cluster")
    .argument(
      "<reference...>",
      "docker-archive or OCI tar, OCI layout folder, root file system tar, or a reference in a registry",
    )
    .addHelpText("after", EXAMPLES)
    .action((images: string[]) => scan(image, { images }));
  for (const [name, option] of Object.entries<Option>(OPTIONS)) {
    if (option.command === "none") continue;
    repo.addOption(flag(name, option));
    if (option.command === "scan") image.addOption(flag(name, option));
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
    if (!(error instanceof CommanderError)) return failed(error);
    const lost = (await Promise.all(written)).find((one) => one !== undefined);
    if (lost !== undefined) return failed(lost);
    return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  }
}

const REPO_EXAMPLES = `
Examples:
  $ muslgate repo
  $ muslgate repo deploy --exclude 'test/**' --gke-version 1.22.6-gke.1000 --node-local-dns enabled
  $ muslgate repo --base origin/main --fail-on warning

Exit codes: 0 nothing found · 1 findings · 2 wrong call, or output that is lost · 3 something could not be read · 4 a defect of muslgate`;

const EXAMPLES = `
Examples:
  $ muslgate image node:22-alpine --gke-version 1.22.6-gke.1000 --node-local-dns enabled
  $ docker save shop/api > api.tar && muslgate image api.tar --corefile node-local-dns.yaml
  $ kubectl -n kube-system get configmap coredns -o yaml > coredns.yaml
    muslgate image ./oci-layout --corefile coredns.yaml --format json

Exit codes: 0 nothing found · 1 findings · 2 wrong call, or output that is lost · 3 something could not be read · 4 a defect of muslgate`;

function flag(name: string, option: Option): Flag {
  const value =
    option.kind === "switch"
      ? ""
      : option.kind === "list"
        ? " <value...>"
        : ` <${option.placeholder ?? "value"}>`;
  // A switch that is on unless said otherwise is turned off by its name with no- before it.
  const off = option.kind === "switch" && option.default === "true";
  const made = new Flag(`--${off ? "no-" : ""}${name}${value}`, option.off ?? option.description);
  if (option.choices !== undefined) made.choices([...option.choices]);
  // Defaults are applied in one place for both shells; here they are only said.
  if (option.default !== undefined && !off)
    made.description = `${option.description.replace(/\.$/, "")} (default: ${option.default}).`;
  return made;
}

/** The flags that were given, by option: commander names them in camel case, and sets what is on by itself. */
function flagsOf(command: Command): Written {
  const given = command.options.filter(
    (one) => command.getOptionValueSource(one.attributeName()) !== "default",
  );
  return Object.fromEntries(
    given.map((one) => [one.name().replace(/^no-/, ""), command.getOptionValue(one.attributeName())]),
  ) as Written;
}

/** A name of every cluster, and one outside. */
const NAMES = ["kubernetes.default.svc.cluster.local", "example.com"];

/** Adds the command to a program; `ended` takes its exit code. */
function addProbeCommand(program: Command, ended: (code: number) => void): void {
  program
    .command("probe")
    .description("ask a DNS server as musl does, and say what each musl makes of its answers")
    .requiredOption("--server <IP[:PORT]>", "The DNS server, as in a pod's /etc/resolv.conf.")
    .option("--name <NAME...>", "Names to ask for, in full; no search domain is tried.", NAMES)
    .option("--timeout <SECONDS>", "As `options timeout` in resolv.conf.", "5")
    .option("--attempts <NUMBER>", "As `options attempts` in resolv.conf.", "2")
    .addOption(
      new Flag("--format <FORMAT>", "How the result is printed.").choices(["table", "json"]).default("table"),
    )
    .action(async (flags: ProbeFlags) => {
      const { probeCommand } = await import("./probe.ts");
      ended(await probeCommand(flags));
    });
}

/** Adds the command to a program; `ended` takes its exit code, which speaks of the file as the command leaves it. */
function addCorefileCommand(program: Command, ended: (code: number) => void): void {
  program
    .command("corefile")
    .description("explain how a Corefile answers AAAA, zone by zone, and correct it")
    .argument(
      "<file>",
      "a Corefile, its ConfigMap, or the text of kubectl describe configmap; - for standard input",
    )
    .option("--name <NAME...>", "Names to ask for besides; the exit code then speaks of them.", [])
    .addOption(
      new Flag("--type <TYPE>", "The type to ask for these names.").choices(["A", "AAAA"]).default("AAAA"),
    )
    .option("--core-dns-version <VERSION>", "The release that runs, such as 1.11.3 (default: all).")
    .option("--cluster-domain <DOMAIN>", "The cluster's domain (default: as the Corefile has it).")
    .addOption(
      new Flag("--format <FORMAT>", "How the explanation is printed.")
        .choices(["table", "json"])
        .default("table"),
    )
    .option("--fix", "Print the smallest correction as a unified diff instead.")
    .option("--write", "Make that correction in the file.")
    .action(async (file: string, flags: CorefileFlags) => {
      const { corefileCommand } = await import("./corefile.ts");
      ended(await corefileCommand(file, flags));
    });
}
