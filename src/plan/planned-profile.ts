/** Says what a planned image is, with the line of each instruction that decided. Must follow what starts as in any other image. */
import { type Override, startWords } from "../image/entrypoint/argv.ts";
import { startProcess } from "../image/entrypoint/follow.ts";
import { profileImage } from "../image/profile.ts";
import type { ImageProfile, LayerRef, Planned, StartProcess } from "../model/image-profile.ts";
import type { ImageConfig } from "../model/oci.ts";
import { type Place, samePlace } from "../model/place.ts";
import type { StageState } from "./stage-state.ts";

/** Lines that are named beside the one that decided. */
const MOST_RELATED = 12;

/** The profile when it is started so; `from` says what it is built from, `called` is the name that reports have. */
export async function plannedProfile(
  state: StageState,
  from: string,
  called: string,
  override: Override,
): Promise<ImageProfile> {
  const config: ImageConfig = {
    platform: state.platform,
    entrypoint: state.entrypoint,
    cmd: state.cmd,
    env: [...state.env].map(([name, value]) => `${name}=${value}`),
    workingDir: state.workingDir,
    history: [],
    diffIds: [],
  };
  const { overlay } = state.files;
  const process =
    startsUnread(state, override) ?? (await startProcess(overlay, config, withOpen(state, override)));
  const image = { reference: called, config, layers: [] };
  const profile = profileImage(image, overlay, process, state.verified, state.diagnostics);
  return { ...profile, planned: plannedOf(state, from, process) };
}

/** What only the base that was not read says: how it starts. */
function startsUnread(state: StageState, override: Override): StartProcess | undefined {
  const { unread, startUnread } = state;
  if (unread === undefined || !startUnread || (override.command?.length ?? 0) > 0) return undefined;
  const words = startWords({ ...NO_CONFIG, cmd: state.cmd }, override);
  const own = words.length === 0 ? "" : `, and may hand ${words[0]} to a program of its own`;
  return {
    kind: "unknown",
    reason: `What it starts with is said by ${unread.reference}, which could not be read${own}`,
    chain: [],
  };
}

const NO_CONFIG = {
  platform: { os: "linux", architecture: "unknown" },
  entrypoint: [],
  cmd: [],
  env: [],
  workingDir: "",
  history: [],
  diffIds: [],
} satisfies ImageConfig;

/** The variables of a base that was not read may be anything. */
function withOpen({ unread }: StageState, override: Override): Override {
  return unread === undefined ? override : { ...override, envOpen: true };
}

function plannedOf(state: StageState, from: string, process: StartProcess): Planned {
  const refs = process.chain.flatMap(({ layer }) => layer ?? []);
  const deciding = refs.findLast(({ at }) => at !== undefined);
  const places = [deciding, ...refs.toReversed()].flatMap(placesOf);
  const all = unique([...places, ...state.starts.values(), ...state.froms]);
  // What is not known stands where the image begins: nothing has decided.
  const isOpen = deciding === undefined || process.kind === "unknown";
  const [at, ...related] = isOpen ? [undefined, ...all] : all;
  return {
    from,
    confidence: state.changed ? "likely" : "measured",
    at,
    related: related.filter((one) => one !== undefined).slice(0, MOST_RELATED),
  };
}

function placesOf(ref: LayerRef | undefined): readonly Place[] {
  return ref?.at === undefined ? [] : [ref.at, ...(ref.through ?? [])];
}

function unique(places: readonly Place[]): readonly Place[] {
  const found: Place[] = [];
  for (const one of places) if (!found.some((other) => samePlace(one, other))) found.push(one);
  return found;
}
