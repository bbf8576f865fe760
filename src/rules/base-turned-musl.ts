/** Says what resolves when a Dockerfile's base turned from glibc to musl and its program is put on it. Must stay pure. */
import type { ImageProfile } from "../model/image-profile.ts";
import type { RuleContext } from "./rule.ts";

/** PATH of base images (containerd and Docker, default environment). */
const PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/** Bases whose program is compiled on them and resolves names itself (docker.io/library/golang). */
const OWN_RESOLVER = /(?:^|\/)golang:/;

/**
 * The image as it will be when the program that starts, which is not in the base, is installed there: on the base's musl.
 * Nothing where the base was musl's before, or nobody knows what it was, or where the program comes by COPY: that may be
 * linked to anything.
 */
export function baseTurnedMusl({ workload, image, imageBefore }: RuleContext): ImageProfile | undefined {
  if (image === undefined || imageBefore === undefined || workload.base === undefined) return undefined;
  const { missing } = image.process;
  const exact = image.musl.loader?.value;
  if (missing === undefined || exact === undefined || !image.complete || holdsGlibc(image)) return undefined;
  if (!imageBefore.complete || !holdsGlibc(imageBefore) || imageBefore.musl.loader !== undefined)
    return undefined;
  if (OWN_RESOLVER.test(workload.base.image) || isCopied(missing, workload.base.copies ?? []))
    return undefined;
  return {
    ...image,
    process: {
      kind: "uses-musl",
      musl: { exact, confidence: "likely", because: "the base's loader says so" },
      reason: `The base image had glibc before this change and has musl ${exact} now; ${missing} is not in it, and is not copied there, so that it is installed on that`,
      chain: image.process.chain,
    },
  };
}

function holdsGlibc({ glibc }: ImageProfile): boolean {
  return (glibc.library ?? glibc.package) !== undefined;
}

/** Whether a program may be one of the copied files. */
function isCopied(program: string, places: readonly string[]): boolean {
  if (program.includes("/") && !program.startsWith("/")) return places.length > 0;
  const paths = program.startsWith("/") ? [program] : PATH.map((folder) => `${folder}/${program}`);
  return places.some((place) =>
    paths.some((path) => path === place || path.startsWith(place === "/" ? place : `${place}/`)),
  );
}
