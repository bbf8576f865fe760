/** A flag that has a few values, which help and completion list. Must not refuse other words: commands say what is wrong with them. */
import { Option } from "commander";

/** The flag; its command tells what is none of these. */
export function oneOf(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices([...choices]).argParser((word: string) => word);
}
