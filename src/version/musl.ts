/** musl's own versions as its loader and tags carry them. Must not know distribution revisions. */
import type { Order } from "./range.ts";

/** `1.2.4_git20230717`: numbers, then what comes after them. */
export interface MuslRelease {
  readonly text: string;
  readonly numbers: readonly [number, number, number];
  /** -1 for `_pre`, `_alpha`, `_beta`, `_rc` (before the release), 0 for the release, 1 for `_git`, `_p` (after). */
  readonly stage: -1 | 0 | 1;
  /** The number behind the stage, such as a date. */
  readonly stageNumber: number;
}

const PATTERN = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:_(alpha|beta|pre|rc|git|p|cvs|svn|hg)(\d{0,12}))?$/;

/** Reads a musl version; nothing when the text is not one. */
export function parseMusl(text: string): MuslRelease | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const suffix = match[4];
  const stage = suffix === undefined ? 0 : ["alpha", "beta", "pre", "rc"].includes(suffix) ? -1 : 1;
  return {
    text,
    numbers: [Number(match[1]), Number(match[2]), Number(match[3])],
    stage,
    stageNumber: Number(match[5] || 0),
  };
}

/** Orders musl versions: numbers, then pre-releases before and snapshots after the release. */
export const orderMusl: Order<MuslRelease> = (a, b) => {
  for (const i of [0, 1, 2] as const) {
    const difference = a.numbers[i] - b.numbers[i];
    if (difference !== 0) return difference;
  }
  return a.stage - b.stage || a.stageNumber - b.stageNumber;
};
