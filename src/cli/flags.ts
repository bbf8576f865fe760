/** Options as flags: how they are declared, and what was given. Must apply no default. */
import { type Command, Option as Flag } from "commander";
import { MuslgateError } from "../model/error.ts";
import { OPTIONS, type Option, type OptionGroup } from "../settings/options.ts";
import type { Written } from "../settings/settings.ts";

/** The headings that options stand under. */
const HEADINGS: Readonly<Record<OptionGroup, string>> = {
  check: "What to check:",
  cluster: "The cluster:",
  reporting: "Reporting:",
  registries: "Registries:",
  limits: "Limits and what is kept:",
};

/** Adds every option that a command has, those of one heading together. */
export function addFlags(
  command: Command,
  scope: "image" | "repo" | "cluster" | "fleet",
  only: (name: string, option: Option) => boolean = () => true,
): void {
  const all = Object.entries<Option>(OPTIONS).filter(
    ([name, option]) => (option.command === "scan" || option.command === scope) && only(name, option),
  );
  for (const group of Object.keys(HEADINGS)) {
    for (const [name, option] of all) if (option.group === group) command.addOption(flag(name, option));
  }
}

function flag(name: string, option: Option): Flag {
  const value =
    option.kind === "switch"
      ? ""
      : option.kind === "list"
        ? ` <${option.placeholder ?? "value"}...>`
        : ` <${option.placeholder ?? "value"}>`;
  // A switch that is on unless said otherwise is turned off by its name with no- before it.
  const off = option.kind === "switch" && option.default === "true";
  const made = new Flag(`--${off ? "no-" : ""}${name}${value}`, option.off ?? option.description);
  made.helpGroup(HEADINGS[option.group]);
  // Named in the help and completed; what is none of them is told in one place for flags, variables, inputs and files.
  if (option.choices !== undefined) made.choices([...option.choices]).argParser((word: string) => word);
  // Defaults are applied in one place for both shells; here they are only said.
  if (option.default !== undefined && !off)
    made.description = `${option.description.replace(/\.$/, "")} (default: ${option.default}).`;
  return made;
}

/**
 * Has every command of a program refuse what is empty among its flags and arguments, before it does anything: a variable
 * that is not set would silently ask for less, or for something else. Its commands then reject with MuslgateError (`usage`).
 */
export function refuseEmpty(program: Command): void {
  program.hook("preAction", (_, command) => {
    const flags = command.options.map(
      (one) => [one.long ?? one.name(), command.getOptionValue(one.attributeName())] as const,
    );
    // Any number of words, or none, are handed on to who reads them: the words of a shell, of a fleet's step.
    const words = command.registeredArguments.flatMap((one, i) =>
      one.variadic && !one.required
        ? []
        : [[`<${one.name()}>`, command.processedArgs[i] as unknown] as const],
    );
    for (const [name, value] of [...flags, ...words]) {
      if (![value].flat().some((one) => typeof one === "string" && one.trim() === "")) continue;
      throw new MuslgateError("usage", `${name} is empty`, "Give it a value, or leave it out.");
    }
  });
}

/** The flags that were given, by option: commander names them in camel case, and sets what is on by itself. */
export function flagsOf(command: Command): Written {
  const given = command.options.filter(
    (one) => command.getOptionValueSource(one.attributeName()) !== "default",
  );
  return Object.fromEntries(
    given.map((one) => [one.name().replace(/^no-/, ""), command.getOptionValue(one.attributeName())]),
  ) as Written;
}
