/** How options are written on the command line. Must know no flag's declaration. */
import { OPTIONS, type OptionName } from "../settings/options.ts";

/** What an option is called on the command line; images and the folder are arguments. */
export function spelt(name: OptionName): string {
  return OPTIONS[name].command === "none" ? name : `--${name}`;
}

/** A sentence that names options in backticks, for somebody who writes flags. */
export function withFlags(sentence: string): string {
  return sentence.replace(/`([a-z-]+)`/g, (written, name: string) =>
    Object.hasOwn(OPTIONS, name) ? spelt(name as OptionName) : written,
  );
}
