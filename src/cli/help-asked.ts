/** The words of a call that may ask for help. Must not print it. */
import type { Command } from "commander";

/**
 * The words, with `help COMMAND` as `COMMAND --help`; of what is no command its name alone, which the program then refuses:
 * it would show its own help for it.
 */
export function helpAsked(program: Command, words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  const asked = first === "help" ? [...rest, "--help"] : words;
  const [name = "-"] = asked;
  return name.startsWith("-") || program.commands.some((one) => one.name() === name) ? asked : [name];
}
