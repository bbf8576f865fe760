/** Options from the environment, by one rule for all of them. Must look at no variable that is not an option's. */
import { OPTIONS, type OptionName } from "./options.ts";
import type { Written } from "./settings.ts";

/** The variable of an option: `MUSLGATE_`, then its name in capitals with `_` for `-`. */
export function variableOf(name: OptionName): string {
  return `MUSLGATE_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** What the environment sets; lists have one item a line, switches `true` or `false`. */
export function environmentOptions(env: NodeJS.ProcessEnv): Written {
  const names = Object.keys(OPTIONS) as OptionName[];
  return Object.fromEntries(names.map((name) => [name, env[variableOf(name)]]));
}
