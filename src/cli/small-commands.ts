/** The commands that scan nothing, with their flags. Must load what a command does only when it is called. */
import type { Command } from "commander";
import { PROVIDER_IDS } from "../knowledge/provider-ids.ts";
import type { CorefileFlags } from "./corefile-flags.ts";
import { oneOf } from "./one-of.ts";
import { COMPLETION, COREFILE, EXPLAIN, INIT, LOOKUP, PROBE } from "./help.ts";
import type { LookupFlags } from "./lookup.ts";
import type { ProbeFlags } from "./probe.ts";

/** A name of every cluster, and one outside. */
const NAMES = ["kubernetes.default.svc.cluster.local", "example.com"];

type Ended = (code: number) => void;

/** Adds them to a program; `ended` takes the exit code. */
export function addSmallCommands(program: Command, ended: Ended): void {
  const add = (name: string, description: string, after: string) =>
    program.command(name).description(description).addHelpText("after", after);
  addCorefile(
    add("corefile", "explain how a Corefile answers AAAA, zone by zone, and correct it", COREFILE),
    ended,
  );
  addProbe(
    add("probe", "ask a DNS server as musl does, and say what each musl makes of its answers", PROBE),
    ended,
  );
  addLookup(
    add(
      "lookup",
      "follow one lookup through musl and glibc: who is asked what, and where each stops",
      LOOKUP,
    ),
    ended,
  );
  add("explain", "say what a rule finds, why, how to see it, how to mend it and how to waive it", EXPLAIN)
    .argument("<rule>", "the rule, as reports name it")
    .action(async (rule: string) => {
      const { explainCommand } = await import("./explain.ts");
      ended(await explainCommand(rule));
    });
  add("init", "write a workflow and a muslgate.yaml for what is in a repository; overwrite nothing", INIT)
    .argument("[folder]", "the top of the repository", ".")
    .action(async (folder: string) => {
      const { initCommand } = await import("./init.ts");
      ended(await initCommand(folder));
    });
  add("completion", "print the script with which a shell completes muslgate's words", COMPLETION)
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell: string) => {
      const { completionCommand } = await import("./completion.ts");
      ended(await completionCommand(shell));
    });
  // What these scripts ask: what may stand at the end of the words.
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: string[]) => {
      const { completeCommand } = await import("./completion.ts");
      const fleet = async () => {
        const { fleetProgram } = await import("./fleet-commands.ts");
        return fleetProgram({ ended, output: program.configureOutput() });
      };
      ended(await completeCommand(words, program, fleet));
    });
}

function addProbe(command: Command, ended: Ended): void {
  command
    .optionsGroup("What to ask:")
    .option("--server <IP[:PORT]>", "The DNS server (default: the first of this machine's /etc/resolv.conf).")
    .option("--name <NAME...>", "Names to ask for, in full; no search domain is tried.", NAMES)
    .option(
      "--corefile <FILE...>",
      "Ask as well for a name of each part that the server's Corefile tells apart, and compare.",
    )
    .optionsGroup("Limits:")
    .option("--timeout <SECONDS>", "As `options timeout` in resolv.conf.", "5")
    .option("--attempts <NUMBER>", "As `options attempts` in resolv.conf.", "2")
    .optionsGroup("Reporting:")
    .addOption(oneOf("--format <FORMAT>", "How the result is printed.", ["table", "json"]).default("table"))
    .action(async (flags: ProbeFlags) => {
      const { probeCommand } = await import("./probe.ts");
      ended(await probeCommand(flags));
    });
}

function addLookup(command: Command, ended: Ended): void {
  command
    .argument("<name>", "the name, as a program is given it")
    .optionsGroup("What decides the answers:")
    .option(
      "--corefile <FILE>",
      "A Corefile or its ConfigMap; without one, servers know the names that exist.",
    )
    .option(
      "--exists <NAME...>",
      "Names with an A record (default: the Service that NAME is short for, or NAME).",
    )
    .optionsGroup("The pod:")
    .option("--dns-config <FILE>", "A manifest, or its dnsConfig; - for standard input.")
    .option("--resolv-conf <FILE>", "The pod's resolv.conf itself, instead.")
    .option("--hosts <FILE>", "Its /etc/hosts; an image's own is not read: kubelet and Docker write over it.")
    .option("--namespace <NAME>", "Its namespace, where the manifest has none.", "default")
    .option("--server <IP...>", "The cluster's DNS.", ["10.96.0.10"])
    .option("--cluster-domain <DOMAIN>", "The cluster's domain.", "cluster.local")
    .optionsGroup("The lookup:")
    .option("--musl <VERSION>", "One musl alone, such as 1.2.5 (default: every generation).")
    .option(
      "--image <REFERENCE>",
      "An image, by whose libc the lookup is told, as `muslgate image` takes it.",
    )
    .addOption(
      oneOf("--family <FAMILY>", "The addresses that are wanted.", ["any", "inet", "inet6"]).default("any"),
    )
    .optionsGroup("Reporting:")
    .addOption(oneOf("--format <FORMAT>", "How the trace is printed.", ["table", "json"]).default("table"))
    .action(async (name: string, flags: LookupFlags) => {
      const { lookupCommand } = await import("./lookup.ts");
      ended(await lookupCommand(name, flags));
    });
}

/** Its exit code speaks of the file as the command leaves it. */
function addCorefile(command: Command, ended: Ended): void {
  command
    .argument(
      "<file>",
      "a Corefile, its ConfigMap, or the text of kubectl describe configmap; - for standard input",
    )
    .optionsGroup("What to check:")
    .option("--name <NAME...>", "Names to ask for besides; the exit code then speaks of them.")
    .addOption(oneOf("--type <TYPE>", "The type to ask for these names.", ["A", "AAAA"]).default("AAAA"))
    .optionsGroup("The cluster:")
    .option("--core-dns-version <VERSION>", "The release that runs, such as 1.11.3 (default: all).")
    .option("--cluster-domain <DOMAIN>", "The cluster's domain (default: as the Corefile has it).")
    .addOption(oneOf("--provider <NAME>", "Whose Corefile the file is a part of.", PROVIDER_IDS))
    .optionsGroup("Reporting:")
    .addOption(
      oneOf("--format <FORMAT>", "How the explanation is printed.", ["table", "json"]).default("table"),
    )
    .optionsGroup("Correcting:")
    .option("--fix", "Print the smallest correction as a unified diff instead.")
    .option("--write", "Make that correction in the file.")
    .action(async (file: string, flags: CorefileFlags) => {
      const { corefileCommand } = await import("./corefile.ts");
      ended(await corefileCommand(file, flags));
    });
}
