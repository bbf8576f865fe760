/** Opens and reads images in tests the way a run does, on one thread. Must not mock anything. */
import { type ArchiveReader, createLayerReader } from "../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { analyzeImage } from "../../src/image/analyze.ts";
import { dockerArchiveSource } from "../../src/image/source/docker-archive.ts";
import { Archives } from "../../src/image/source/archives.ts";
import { ociArchiveSource, ociLayoutSource } from "../../src/image/source/oci.ts";
import { openReference } from "../../src/image/source/open.ts";
import { rootfsTarSource } from "../../src/image/source/rootfs-tar.ts";
import type { Source } from "../../src/image/source/source.ts";
import type { ImageProfile } from "../../src/model/image-profile.ts";
import type { LayerFacts } from "../../src/model/layer-facts.ts";
import type { Image } from "../../src/model/oci.ts";

/** The sources that need no network, with a reader of archives. */
export function localSources(reader: ArchiveReader): readonly Source[] {
  const archives = new Archives({ reader, stdin: () => process.stdin }, DEFAULT_LIMITS);
  return [
    ociLayoutSource(DEFAULT_LIMITS),
    ociArchiveSource(archives, DEFAULT_LIMITS),
    dockerArchiveSource(archives, DEFAULT_LIMITS),
    rootfsTarSource(),
  ];
}

/** The sources that need no network. */
export const LOCAL_SOURCES = localSources(createLayerReader(DEFAULT_LIMITS));

const AMD64 = { os: "linux", architecture: "amd64" };

/** Opens a reference. */
export async function openImages(reference: string, sources = LOCAL_SOURCES): Promise<readonly Image[]> {
  return (await openReference(reference, sources, AMD64, new AbortController().signal)).images;
}

/** The facts of every layer of the first image. */
export async function readFacts(
  reference: string,
  sources = LOCAL_SOURCES,
  verifyAll = false,
): Promise<readonly LayerFacts[]> {
  const reader = createLayerReader(DEFAULT_LIMITS, { verifyAll });
  const [image] = await openImages(reference, sources);
  const { signal } = new AbortController();
  const read = await Promise.all((image as Image).layers.map((layer) => reader.read(layer, signal)));
  return read.map(({ facts }) => facts);
}

/** The profile of the first image. */
export async function profileOf(reference: string, sources = LOCAL_SOURCES): Promise<ImageProfile> {
  const [image] = await openImages(reference, sources);
  const { signal } = new AbortController();
  return (await analyzeImage(image as Image, createLayerReader(DEFAULT_LIMITS), signal))({});
}
