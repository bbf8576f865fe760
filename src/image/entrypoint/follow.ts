/** Follows the entry point to every process that may resolve names. Must be pure but for loading its parser, bounded, and say unknown rather than guess. */
import type { ParsedScript } from "unbash";
import type { StartProcess } from "../../model/image-profile.ts";
import type { ImageConfig } from "../../model/oci.ts";
import { mountedView } from "../mounted-view.ts";
import { type Override, startEnvironment, startFolder, startWords } from "./argv.ts";
import { withBesides } from "./besides.ts";
import { unknown } from "./classify.ts";
import { Follower } from "./follower.ts";
import { together } from "./outcome.ts";
import { Parsed, ParserWanted } from "./parsed.ts";
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
  const view = mountedView(files, override.mounts);
  const own = cameTo(words, true, view, config, override, parse);
  const started = (override.besides ?? []).map((one) => {
    const process = cameTo(one.words, false, view, config, override, parse);
    return { ...one, process: process.kind === "no-lookups" ? undefined : process };
  });
  return withBesides(own, started);
}

/** What a command comes to. */
function cameTo(
  words: readonly string[],
  isMain: boolean,
  files: FileView,
  config: ImageConfig,
  override: Override,
  parse: ((text: string) => ParsedScript) | undefined,
): StartProcess {
  const follower = new Follower(files, new Parsed(parse), override.hosts);
  const environment = [...startEnvironment(config, override)].map(
    ([name, value]) => [name, value ?? HOLE] as const,
  );
  follower.run(words, {
    environment: new Map(environment),
    open: override.envOpen ?? false,
    cwd: absolute("/", startFolder(config, override)),
    sure: true,
    isMain,
    steps: [],
    depth: 0,
  });
  const [absent] = follower.absent;
  if (follower.outcomes.length === 0) {
    if (absent !== undefined) return absent;
    if (follower.circles) return unknown("the entry point leads in a circle");
  }
  const process = together(follower.outcomes, [{ text: words[0] as string }]);
  return process.kind === "no-lookups" && absent !== undefined ? absent : process;
}
