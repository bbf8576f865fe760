/** The commands `completion` and `complete`: shells complete muslgate's words. Must print only what the library makes. */
import { type Command as Words, type Complete, RootCommand, script } from "@bomb.sh/tab";
import type { Command } from "commander";
import { EXIT } from "../judge/exit-code.ts";
import { write } from "../publish/terminal.ts";
import { RULES } from "../rules/index.ts";
import { chosen } from "./chosen.ts";
import { BASH_SCRIPT } from "./completion-bash.ts";
import { FLEET_STEPS } from "./help.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** Prints the script of a shell. Rejects with MuslgateError (`usage`) for another one. */
export async function completionCommand(shell: string): Promise<number> {
  const one = chosen("the shell", shell, SHELLS);
  const made = one === "bash" ? BASH_SCRIPT : printed(() => script(one, "muslgate", "muslgate"));
  // What zsh's puts into an `eval` as it stands on the line; words elsewhere are quoted.
  const text = made.replace("{BASH_REMATCH}", "{(q)BASH_REMATCH}");
  await write(process.stdout, text, "exact");
  return EXIT.clean;
}

/** Prints what may stand at the end of the words, one a line, and whether files may; `fleet` loads the steps of a fleet. */
export async function completeCommand(
  words: readonly string[],
  program: Command,
  fleet: () => Promise<Command>,
): Promise<number> {
  const root = new RootCommand();
  add(root, program);
  for (const command of program.createHelp().visibleCommands(program)) {
    add(root.command(command.name(), command.description()), command);
  }
  const [first, ...rest] = words;
  const steps = first === "fleet" ? await fleet() : undefined;
  for (const step of steps?.commands ?? []) {
    add(root.command(`fleet ${step.name()}`, step.description()), step);
  }
  const told = printed(() => root.parse([...words]));
  const isFile = steps === undefined ? takesFile(words, program) : takesFile(rest, steps);
  await write(process.stdout, isFile ? told.replace(/^:\d+$/m, ":0") : told, "exact");
  return EXIT.clean;
}

/** What stands for an argument, where that is one of a few. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  explain: RULES.map(({ id }) => id),
  cluster: ["-"],
  completion: SHELLS,
  fleet: FLEET_STEPS,
};

function add(to: Words, from: Command): void {
  for (const { long, description, argChoices, required } of from.createHelp().visibleOptions(from)) {
    if (!long) continue;
    const name = long.slice(2);
    if (required) to.option(name, description, oneOf(argChoices ?? []));
    else to.option(name, description);
  }
  const known = ARGUMENTS[from.name()];
  if (known !== undefined) to.argument("one", oneOf(known), false);
}

function oneOf(words: readonly string[]): (complete: Complete) => void {
  return (complete) => {
    for (const word of words) complete(word, "");
  };
}

/** Whether the last word may be a file: an argument of a command that takes them, or the value of a flag that does. */
function takesFile(words: readonly string[], program: Command): boolean {
  const [name, ...rest] = words;
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined || rest.length === 0 || rest.at(-1)?.startsWith("-")) return false;
  const flag = rest.slice(0, -1).findLast((word) => word.startsWith("-"));
  const option = command.options.find(({ long }) => long === flag);
  // A list goes on to the next flag; one value ends.
  const open = option?.variadic === true || (option?.required === true && rest.at(-2) === flag);
  if (option !== undefined && open) return /<(?:FILE|FOLDER)/.test(option.flags);
  return command.registeredArguments.length > 0 && ARGUMENTS[command.name()] === undefined;
}

/** What the library prints, which knows no other way out. */
function printed(print: () => void): string {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => void lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return `${lines.join("\n")}\n`;
}
