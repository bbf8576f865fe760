/** Offers an image's sibling that does not resolve with musl, where its registry has one and it was read. Must not guess. */
import { joinImage, splitImage } from "../model/image-name.ts";
import { counted, type Patch, type Report } from "../model/report.ts";
import { unifiedDiff } from "../text/diff.ts";
import { linesOf } from "../text/lines.ts";
import { groupBy } from "../model/group-by.ts";
import type { Workload } from "../model/workload.ts";
import { neverMusl } from "../rules/musl-range.ts";
import type { ReadImages } from "../judge/judge.ts";

/** Images whose siblings are looked for: each costs a pull or two. */
const MOST_IMAGES = 3;

/**
 * For images of workloads that are newly hit, whose tag names Alpine and stands literally on its line: the first
 * sibling by the tags' usual names (`-slim`, or nothing for the default) that starts with another resolver. `read` gives
 * a file's text.
 */
export async function baseImagePatches(
  report: Report,
  read: (file: string) => Promise<string | undefined>,
  images: ReadImages,
): Promise<readonly Patch[]> {
  const hit = report.judgements
    .filter(counted)
    .flatMap(({ workload, verdict }) =>
      workload?.at === undefined || verdict.outcome !== "affected" ? [] : [{ ...workload, at: workload.at }],
    );
  const byImage = groupBy(
    [...new Map(hit.map((one) => [JSON.stringify(one.at), one])).values()],
    ({ image }) => image,
  );
  const patches: Patch[] = [];
  for (const [image, workloads] of [...byImage]
    .filter(([name]) => siblings(name).length > 0)
    .slice(0, MOST_IMAGES)) {
    const found = await firstWithoutMusl(workloads[0], siblings(image), images);
    if (found === undefined) continue;
    for (const [file, own] of groupBy(workloads, ({ at }) => at.file)) {
      const text = await read(file);
      const edits = own.flatMap(({ at }) => {
        const start = linesOf(text ?? "").offsetOf(at.line, at.column);
        // A tag from a variable or another file stands elsewhere.
        if (text?.slice(start, start + image.length) !== image) return [];
        return [{ start, end: start + image.length, text: found.image, because: found.because, at }];
      });
      if (text !== undefined && edits.length > 0) {
        const diff = unifiedDiff(file, text, edits);
        patches.push({ file, because: found.because, diff, remedies: ["leave-musl"] });
      }
    }
  }
  return patches;
}

/** References to try: the same version, built on something else. */
function siblings(image: string): readonly string[] {
  const { tag, digest, ...rest } = splitImage(image);
  if (tag === undefined || digest !== undefined) return [];
  const without = tag.replace(/-?alpine[\d.]*/, "");
  if (without === tag || without === "") return [];
  return [`${without}-slim`, without].map((one) => joinImage({ ...rest, tag: one }));
}

async function firstWithoutMusl(
  workload: Workload,
  references: readonly string[],
  images: ReadImages,
): Promise<{ readonly image: string; readonly because: string } | undefined> {
  for (const image of references) {
    const [found] = await images([{ ...workload, image }]);
    const profiles = found?.profiles ?? [];
    if (profiles.length === 0 || !profiles.every(({ process }) => neverMusl(process))) continue;
    const reason = profiles[0]?.process.reason.replace(/\.$/, "") ?? "";
    return {
      image,
      because: `${image} was read, and what starts in it does not resolve with musl (${reason}); packages that are added with apk need another way`,
    };
  }
  return undefined;
}
