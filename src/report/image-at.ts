/** The image that a container was judged with, which at a target may be another than was read. Must judge nothing. */
import { onAlpine } from "../judge/on-alpine.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import type { Judgement, Report } from "../model/report.ts";

/** It as the target would have it; nothing where the image was not read. */
export function imageAt(report: Report, { image, cluster }: Judgement): ImageProfile | undefined {
  const read = image === undefined ? undefined : report.images[image];
  const release = report.clusters[cluster]?.target?.to.match(/(?:^|,)alpine=([^,]+)/)?.[1];
  return read === undefined || release === undefined ? read : onAlpine(release).moved(read);
}
