/** Follows the entry point to every process that may resolve names. Must be pure but for loading its parser, bounded, and say unknown rather than guess. */
import type { ParsedScript } from "unbash";
import type { StartProcess } from "../../model/image-profile.ts";
import type { ImageConfig } from "../../model/oci.ts";
import { type Override, startWords } from "./argv.ts";
import { unknown } from "./classify.ts";
import { Follower, ParserWanted } from "./follower.ts";
import { together } from "./outcome.ts";
import { absolute } from "./shell/state.ts";
import { HOLE } from "./shell/text.ts";
import type { FileView } from "../file-view.ts";

/** What starts, and how it comes to its resolver. */
export async function startProcess(
  files: FileView,
  config: ImageConfig,
  override: Override,
): Promise<StartProcess> {
  try {
    return startProcessWith(undefined, files, config, override);
  } catch (error) {
    // The parser is loaded only where a script is on the way: most images have none.
    if (!(error instanceof ParserWanted)) throw error;
    const { parse } = await import("unbash");
    return startProcessWith(parse, files, config, override);
  }
}

/** The same with a shell parser at hand; without one, throws ParserWanted where a script is on the way. */
export function startProcessWith(
  parse: ((text: string) => ParsedScript) | undefined,
  files: FileView,
  config: ImageConfig,
  override: Override,
): StartProcess {
  const words = startWords(config, override);
  if (words.length === 0) return unknown("the image names nothing to start, and no command was given");
  const follower = new Follower(files, parse);
  const folder = override.workingDir ?? config.workingDir;
  follower.run(words, {
    environment: environmentOf(config, override),
    open: false,
    cwd: folder === "" ? "/" : absolute("/", folder),
    sure: true,
    isMain: true,
    steps: [],
    depth: 0,
  });
  const [absent] = follower.absent;
  if (follower.outcomes.length === 0) {
    if (absent !== undefined) return unknown(absent);
    if (follower.circles) return unknown("the entry point leads in a circle");
  }
  const process = together(follower.outcomes, [{ text: words[0] as string }]);
  return process.kind === "no-lookups" && absent !== undefined ? unknown(absent) : process;
}

/** The image's variables, with the workload's over them. */
function environmentOf(config: ImageConfig, { env = {} }: Override): ReadonlyMap<string, string> {
  const environment = new Map(
    config.env.map((pair) => [pair.split("=", 1)[0] as string, pair.slice(pair.indexOf("=") + 1)]),
  );
  for (const [name, value] of Object.entries(env)) environment.set(name, value ?? HOLE);
  return environment;
}
