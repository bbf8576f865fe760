/** Finds the image that a container had in an earlier state. Must know a container by its key and file, never by its name. */
import type { ImageProfile } from "../model/image-profile.ts";
import type { Report } from "../model/report.ts";
import { keyText } from "../model/workload-key.ts";
import type { Workload } from "../model/workload.ts";

/** For a container of this state its image in the earlier one; nothing where it has none, several, or it was not read. */
export function earlierImages(before: Report): (workload: Workload) => ImageProfile | undefined {
  const known = new Map<string, number | undefined>();
  for (const { workload, image } of before.judgements) {
    if (workload === undefined) continue;
    const mark = markOf(workload);
    known.set(mark, !known.has(mark) || known.get(mark) === image ? image : undefined);
  }
  return (workload) => {
    const image = known.get(markOf(workload));
    return image === undefined ? undefined : before.images[image];
  };
}

function markOf({ key, variant, at }: Workload): string {
  return JSON.stringify([keyText(key), variant, at?.file]);
}
