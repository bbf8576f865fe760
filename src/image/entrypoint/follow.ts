/** Follows the entry point to every process that may resolve names. Must be pure but for loading its parser, bounded, and say unknown rather than guess. */
import type { StartProcess } from "../../model/image-profile.ts";
import type { ImageConfig } from "../../model/oci.ts";
import { mountedView } from "../mounted-view.ts";
import { type Override, startEnvironment, startFolder, startWords } from "./argv.ts";
import { withBesides } from "./besides.ts";
import { unknown } from "./classify.ts";
import { Follower } from "./follower.ts";
import { together } from "./outcome.ts";
import { MoreWanted, Parsed, type WhenNeeded } from "./parsed.ts";
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
    // Most images have no script and no supervisor on the way.
    if (!(error instanceof MoreWanted)) throw error;
    return startProcessWith(await import("./when-needed.ts"), files, config, override);
  }
}

/** The same with what few starts need at hand; without it, throws MoreWanted where one is on the way. */
export function startProcessWith(
  more: WhenNeeded | undefined,
  files: FileView,
  config: ImageConfig,
  override: Override,
): StartProcess {
  const words = startWords(config, override);
  if (words.length === 0) return unknown("the image names nothing to start, and no command was given");
  const view = mountedView(files, override.mounts);
  const own = cameTo(words, true, view, config, override, more);
  const started = (override.besides ?? []).map((one) => {
    const process = cameTo(one.words, false, view, config, override, more);
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
  more: WhenNeeded | undefined,
): StartProcess {
  const follower = new Follower(files, new Parsed(more), override.hosts);
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
