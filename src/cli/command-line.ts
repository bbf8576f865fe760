/** Runs a call: which command it is, and how it ends. Must not judge anything. */
import { Command, CommanderError, Option as Flag } from "commander";
import { EXIT } from "../judge/exit-code.ts";
import { MuslgateError } from "../model/error.ts";
import { VERSION } from "../model/program.ts";
import { remark, write } from "../publish/terminal.ts";
import { printableLines } from "../report/text.ts";
import type { Written } from "../settings/settings.ts";
import { failed } from "./failed.ts";
import { addFlags, flagsOf, refuseEmpty } from "./flags.ts";
import type { LiveAsked } from "./live-cluster.ts";
import { helpAsked } from "./help-asked.ts";
import { CLUSTER, DIFF, FLEET_STEPS, IMAGE, REPO, START } from "./help.ts";
import { addSmallCommands } from "./small-commands.ts";

/** Runs the command line and returns the exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.clean;
  // What fails to be written is told by who writes it.
  process.stdout.on("error", () => {});
  const written: Promise<unknown>[] = [];
  const program = programFor({
    writeOut: (text) => void written.push(write(process.stdout, text).catch((error: unknown) => error)),
    scan: async (command, own, live) => {
      // Loaded when it is needed: --version and --help answer at once.
      const { scanCommand } = await import("./scan.ts");
      code = await scanCommand({ ...flagsOf(command), ...own }, live);
    },
    ended: (its) => {
      code = its;
    },
    words: argv.slice(2),
  });
  try {
    await program.parseAsync(helpAsked(program, argv.slice(2)), { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return failed(error);
    const lost = (await Promise.all(written)).find((one) => one !== undefined);
    if (lost !== undefined) return failed(lost);
    if (error.exitCode === 0) return EXIT.clean;
    // Whoever writes no command has been shown what there is.
    return error.code === "commander.help" ? EXIT.usage : failed(wrongCall(error, program, argv));
  }
}

/** What commander says of a call that it cannot take, as everything else is said. */
function wrongCall({ message }: CommanderError, program: Command, argv: readonly string[]): MuslgateError {
  const [said = "", meant = ""] = message.replace(/^error: /, "").split("\n");
  const words = argv.slice(2);
  const command = program.commands.find((one) => words.includes(one.name()))?.name();
  const step = command === "fleet" ? FLEET_STEPS.find((one) => words.includes(one)) : undefined;
  const help = ["muslgate", command, step, "--help"].filter(Boolean).join(" ");
  const hint = `${meant.replace(/^\((.*)\)$/, "$1 ")}Run ${help} to see what there is.`;
  return new MuslgateError("usage", said.replace(/\.$/, ""), hint);
}

/** What the commands are given. */
interface ProgramPorts {
  readonly writeOut: (text: string) => void;
  readonly scan: (command: Command, own: Written, live?: LiveAsked) => Promise<void>;
  /** Takes the exit code of a command that scans nothing. */
  readonly ended: (code: number) => void;
  /** What was written: a command that is none of these words is not the one that runs, and needs no flags. */
  readonly words?: readonly string[];
}

/** Every command, with its help. */
export function programFor({ writeOut, scan, ended, words }: ProgramPorts): Command {
  const program = new Command("muslgate")
    .description("Will this container still resolve names on that cluster?")
    .version(VERSION, "-V, --version", "print the version; -v does so too")
    .addOption(new Flag("-v").hideHelp())
    .exitOverride()
    .configureOutput({ writeOut, writeErr: (text) => remark(printableLines(text)), outputError: () => {} })
    .addHelpText("after", START);
  program.on("option:v", () => {
    writeOut(`${VERSION}\n`);
    throw new CommanderError(0, "commander.version", VERSION);
  });
  addScanCommands(program, scan, words);
  // Whoever calls one of these has no need of the others, not even in what is wrong with the call.
  if (!program.commands.some((one) => one.name() === words?.[0])) {
    addFleet(program, ended);
    addSmallCommands(program, ended);
  }
  refuseEmpty(program);
  return program;
}

/** Its steps and their flags are loaded with it: its own program reads all words after it. */
function addFleet(program: Command, ended: ProgramPorts["ended"]): void {
  program
    .command("fleet")
    .description("check many clusters at once: plan, read in shards, merge")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[step...]")
    .action(async (words: string[]) => {
      const { fleetProgram } = await import("./fleet-commands.ts");
      const fleet = fleetProgram({ ended, output: program.configureOutput() });
      await fleet.parseAsync(helpAsked(fleet, words), { from: "user" });
    });
}

function addScanCommands(program: Command, scan: ProgramPorts["scan"], words: ProgramPorts["words"]): void {
  const repo: Command = program
    .command("repo")
    .description("search a repository for who runs which image on which cluster, and check them")
    .argument("[folder]", "the folder to search (default: the option directory, or else this one)")
    .addHelpText("after", REPO)
    .action((directory: string | undefined) => scan(repo, { directory, images: [] }));
  const image: Command = program
    .command("image")
    .description("check images against one cluster")
    .argument(
      "<reference...>",
      "docker-archive or OCI tar, OCI layout folder, root file system tar, or a reference in a registry",
    )
    .addHelpText("after", IMAGE)
    .action((images: string[]) => scan(image, { images }));
  const cluster: Command = program
    .command("cluster")
    .description("check what runs in a live cluster, through kubectl")
    .argument("[lists]", "a dash: what kubectl get … -o json printed is on standard input")
    .optionsGroup("What to check:")
    .option("--context <NAME>", "The kubectl context (default: the current one).")
    .option("-n, --namespace <NAME>", "Pods of this namespace alone (default: of all).")
    .option(
      "--against <WHAT...>",
      "repo FOLDER: say too what runs that no file there says, and what a file says that does not run.",
    )
    .addHelpText("after", CLUSTER)
    .action((lists: string | undefined, { context, namespace, against }: Omit<LiveAsked, "lists">) =>
      scan(cluster, { images: [] }, { lists, context, namespace, against }),
    );
  const diff: Command = program
    .command("diff")
    .description("compare what runs in two live clusters, and what is hit on the second alone")
    .argument("<before>", "a kubectl context, or a file of what kubectl get … -o json printed")
    .argument("<cluster>", "the one that is judged: a context or such a file too")
    .optionsGroup("What to check:")
    .option("-n, --namespace <NAME>", "Pods of this namespace alone (default: of all).")
    .addHelpText("after", DIFF)
    .action((before: string, own: string, { namespace }: Pick<LiveAsked, "namespace">) =>
      scan(diff, { images: [] }, { both: [before, own], namespace }),
    );
  for (const command of [repo, image, cluster, diff]) {
    // Each flag is held against all before it: those of four commands take longer than an image of one file.
    if (words?.includes(command.name()) === false) continue;
    addFlags(command, command === repo ? "repo" : command === image ? "image" : "cluster");
  }
}
