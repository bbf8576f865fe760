/** What a target supposes of an image, beside what was read of it. Must suppose nothing itself. */
import { onAlpine } from "../judge/on-alpine.ts";
import type { Judgement, Report } from "../model/report.ts";

/** `as if on Alpine 3.24: musl 1.2.6`; nothing where the image was judged as it is. */
export function supposedOf(
  report: Report,
  { image, cluster }: Pick<Judgement, "image" | "cluster">,
): string | undefined {
  const release = report.clusters[cluster]?.target?.alpine;
  const read = image === undefined ? undefined : report.images[image];
  if (release === undefined || read === undefined) return undefined;
  const { process } = onAlpine(release).moved(read);
  return process === read.process ? undefined : process.chain.at(-1)?.text;
}
