/** Whose getaddrinfo the program of an image calls, for the command `lookup`. Must not judge the image. */
import type { ResolverGeneration } from "../knowledge/musl.ts";
import { generationOf } from "../lookup/lookup.ts";
import { generationsOf } from "../rules/pod-lookup.ts";
import { neverMusl } from "../rules/musl-range.ts";
import type { ImageProfile } from "../model/image-profile.ts";
import { keyOfImage } from "../model/workload-key.ts";
import { openImages } from "../run/images.ts";
import { readSettings } from "../settings/settings.ts";
import { saidBy } from "../settings/states.ts";
import { spelt } from "./spelt.ts";

/** The libcs that an image's program may call, and why. */
export interface ImageLibc {
  readonly reference: string;
  /** One sentence, and one on each file that glibc alone reads. */
  readonly because: readonly string[];
  /** Of musl; none where it is glibc. */
  readonly generations: readonly ResolverGeneration[];
  /** What the trace says holds for this image. */
  readonly isKnown: boolean;
}

/** Reads it, as `muslgate image` does. Rejects with MuslgateError. */
export async function imageLibc(reference: string): Promise<ImageLibc> {
  const { written, called } = saidBy({ images: [reference] }, process.env, spelt);
  const images = await openImages(readSettings(written, called), {
    signal: new AbortController().signal,
    now: () => Date.now(),
    env: process.env,
  });
  const workload = {
    image: reference,
    key: keyOfImage(reference),
    role: "image",
    name: reference,
  } as const;
  const [read] = await images.read([{ ...workload, usesClusterDns: true }]);
  if (read?.problem !== undefined) throw read.problem;
  const [first] = read?.profiles ?? [];
  if (first === undefined) throw new Error(`no image was read of ${reference}`);
  return libcOf(first);
}

/** What a profile says of it. */
export function libcOf({ reference, process, glibcFiles = [] }: ImageProfile): ImageLibc {
  const isGlibc = process.kind === "uses-glibc";
  const isMusl = process.musl !== undefined;
  const exact = process.musl?.exact;
  const isOld = exact !== undefined && generationOf(exact) === undefined;
  const generations = isGlibc || isOld ? [] : generationsOf(process.musl);
  const files = glibcFiles.map((path) =>
    isMusl ? `musl does not read its ${path}.` : `What its ${path} says is not followed.`,
  );
  const old = isOld ? [`Lookups of musl ${exact} are not known.`] : [];
  return {
    reference,
    because: [process.reason, ...files, ...old],
    generations,
    isKnown: isGlibc ? glibcFiles.length === 0 : isMusl && !isOld && !neverMusl(process),
  };
}
