/** The image that a container was judged with, which at a target may be another than was read. Must judge nothing. */
import { type OnAlpine, onAlpine } from "../judge/on-alpine.ts";
import { MuslgateError } from "../model/error.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Judgement, Report } from "../model/report.ts";
import { readTargets } from "../settings/targets.ts";

/** Each release that a cluster's target names, made once a report: it keeps the images it has moved. */
const releases = new WeakMap<Report["clusters"], readonly (OnAlpine | undefined)[]>();

/** It as the target would have it; nothing where the image was not read. Throws MuslgateError (`usage`) for a target that is none. */
export function imageAt({ images, clusters }: Report, judgement: Judgement): ImageProfile | undefined {
  const read = judgement.image === undefined ? undefined : images[judgement.image];
  const known = releases.get(clusters) ?? releasesOf(clusters);
  releases.set(clusters, known);
  return read && (known[judgement.cluster]?.moved(read) ?? read);
}

function releasesOf(clusters: Report["clusters"]): readonly (OnAlpine | undefined)[] {
  const made = new Map<string, OnAlpine>();
  return clusters.map(({ target }) => {
    const [asked] = target === undefined ? [] : readTargets([target.to], wrong);
    if (asked?.alpine === undefined) return undefined;
    const on = made.get(asked.alpine) ?? onAlpine(asked.alpine);
    made.set(asked.alpine, on);
    return on;
  });
}

function wrong(value: string, hint: string): MuslgateError {
  return new MuslgateError("usage", `the report's target is "${value}"`, hint);
}
