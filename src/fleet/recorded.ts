/** Keeps what was asked of a tree and of registries while a plan is made, and answers the same from the plan. Must answer nothing that was not asked then. */
import { isDigest } from "../model/digest.ts";
import { MuslgateError } from "../model/error.ts";
import type { Image, Platform } from "../model/oci.ts";
import type { Budget } from "../model/budget.ts";
import type { Opened, Source } from "../image/source/source.ts";
import type { FileTree } from "../tree/file-tree.ts";
import type {
  PlannedFile,
  PlannedImage,
  PlannedLayer,
  PlannedReference,
  PlannedTree,
  Problem,
} from "./plan.ts";

/** A tree, with what was asked of it. */
export interface RecordedTree {
  readonly tree: FileTree;
  /** By path, whatever order it was asked in. */
  recorded(): Promise<PlannedTree>;
}

/** Records a tree; what is kept is spent from the budget, in characters. */
export function recordedTree(from: FileTree, kept: Budget): RecordedTree {
  const texts = new Map<string, PlannedFile>();
  const bodies = new Map<string, PlannedFile>();
  const keep = (map: Map<string, PlannedFile>, file: PlannedFile) => {
    if (map.has(file.path)) return;
    // Trees never reject: whoever makes the plan looks at the budget.
    if (kept.spend(file.path.length + (file.text?.length ?? 0) + (file.bytes?.length ?? 0)))
      map.set(file.path, file);
  };
  return {
    tree: {
      list: () => from.list(),
      async read(path) {
        const read = await from.read(path);
        keep(texts, "text" in read ? { path, text: read.text } : { path, problem: read.problem });
        return read;
      },
      async bytes(path) {
        const read = await from.bytes(path);
        const file =
          "bytes" in read ? { bytes: Buffer.from(read.bytes).toString("base64") } : { problem: read.problem };
        keep(bodies, { path, ...file });
        return read;
      },
    },
    async recorded() {
      const { paths, diagnostics } = await from.list();
      const byPath = (map: ReadonlyMap<string, PlannedFile>) =>
        [...map.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
      return {
        paths,
        diagnostics,
        files: [...byPath(texts), ...byPath(bodies).filter(({ bytes }) => bytes !== undefined)],
      };
    },
  };
}

/** The tree that a plan holds. */
export function plannedTree({ paths, diagnostics, files }: PlannedTree): FileTree {
  const texts = new Map<string, PlannedFile>();
  const bodies = new Map<string, PlannedFile>();
  for (const file of files) (file.bytes === undefined ? texts : bodies).set(file.path, file);
  const missing = { problem: "it is not in the plan" };
  return {
    list: async () => ({ paths, diagnostics }),
    async read(path) {
      const { text, problem } = texts.get(path) ?? (missing as PlannedFile);
      return text === undefined ? { problem: problem ?? missing.problem } : { text };
    },
    async bytes(path) {
      const bytes = bodies.get(path)?.bytes;
      if (bytes !== undefined) return { bytes: Buffer.from(bytes, "base64") };
      return { problem: texts.get(path)?.problem ?? missing.problem };
    },
  };
}

/** What registries were asked, by reference and platform. */
export interface RecordedSource {
  readonly source: Source;
  /** In the order of their keys. */
  recorded(): readonly Recorded[];
}

/** One answer. */
export interface Recorded
  extends Pick<PlannedReference, "reference" | "platform" | "diagnostics" | "problem"> {
  /** The reference without its prefix. */
  readonly bare: string;
  readonly images: readonly RecordedImage[];
}

/** Of an image what a plan needs: neither its manifest nor the way to its bytes. */
export interface RecordedImage extends Pick<PlannedImage, "digest" | "config"> {
  readonly layers: readonly RecordedLayer[];
}

/** A layer; one that its maker keeps elsewhere is not there. */
export interface RecordedLayer extends Pick<PlannedLayer, "digest" | "size"> {
  readonly isThere: boolean;
}

/** Records a source. Its layers are not to be read. */
export function recordedSource(from: Source): RecordedSource {
  const known = new Map<string, Promise<Recorded>>();
  const settled = new Map<string, Recorded>();
  return {
    source: {
      scheme: from.scheme,
      guess: (reference, signal) => from.guess(reference, signal),
      async open(request) {
        const { written: reference, reference: bare, platform, signal } = request;
        const key = keyOf(reference, platform);
        const asked =
          known.get(key) ??
          from.open(request).then(
            async (opened): Promise<Recorded> => {
              await opened.close();
              const { images, diagnostics } = opened;
              return { reference, bare, platform, images: images.map(recordedImage), diagnostics };
            },
            (error: unknown): Recorded => {
              signal.throwIfAborted();
              if (!(error instanceof MuslgateError) || error.code === "internal") throw error;
              return { reference, bare, platform, images: [], diagnostics: [], problem: problemOf(error) };
            },
          );
        known.set(key, asked);
        const one = await asked;
        settled.set(key, one);
        return openedOf(
          one,
          one.images.map((image) => imageOf(reference, image, image.layers)),
        );
      },
    },
    recorded: () =>
      [...settled].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, recorded]) => recorded),
  };
}

/** What a plan holds of registries. A reference that is not in it is none of those that were asked for. */
export function plannedSource(
  references: readonly PlannedReference[],
  layers: readonly PlannedLayer[],
): Source {
  const known = new Map(references.map((one) => [keyOf(one.reference, one.platform), one]));
  return {
    scheme: "registry",
    guess: async () => true,
    async open({ written, platform }) {
      const one = known.get(keyOf(written, platform));
      if (one === undefined) {
        throw new MuslgateError(
          "input",
          `${written} is not in the plan: it was not known yet that this image is needed`,
          "Check it with muslgate image.",
        );
      }
      return openedOf(
        one,
        one.images.map((image) => {
          const own = image.layers.map((index) => layers[index]);
          return imageOf(written, image, own);
        }),
      );
    },
  };
}

function recordedImage({ reference, digest, config, layers }: Image): RecordedImage {
  return {
    digest,
    config,
    layers: layers.map(({ digest, blob }) => {
      if (digest === undefined)
        throw new MuslgateError("internal", `a layer of ${reference} has no digest`, "Please report this.");
      // A layer that its maker keeps elsewhere has no part that could be asked for.
      const isThere = blob.kind === "stream" && blob.readRange !== undefined;
      return { digest, size: blob.size ?? 0, isThere };
    }),
  };
}

function imageOf(
  reference: string,
  { digest, config }: Pick<PlannedImage, "digest" | "config">,
  layers: readonly (Pick<PlannedLayer, "digest" | "size"> | undefined)[],
): Image {
  return {
    reference,
    digest,
    config,
    layers: layers.map((layer, i) => {
      const diffId = config.diffIds[i];
      if (layer === undefined || !isDigest(diffId)) {
        throw new MuslgateError("input", `a layer of ${reference} is not in the plan`, "Make the plan anew.");
      }
      const blob = {
        kind: "stream",
        size: layer.size,
        open: () => Promise.reject(new Error("a plan holds no bytes")),
      } as const;
      return { digest: layer.digest, diffId, mediaType: "", blob };
    }),
  };
}

function openedOf(
  { diagnostics, problem }: Pick<Recorded, "diagnostics" | "problem">,
  images: readonly Image[],
): Opened {
  if (problem !== undefined)
    throw new MuslgateError(problem.code, problem.message, problem.hint, undefined, problem.reason);
  return { images, diagnostics, close: async () => {} };
}

function problemOf({ code, message, hint, reason }: MuslgateError): Problem {
  return { code, message, hint, reason };
}

function keyOf(reference: string, platform: Platform | "all"): string {
  const { os, architecture, variant } =
    platform === "all" ? { os: "all", architecture: "", variant: undefined } : platform;
  return JSON.stringify([reference, os, architecture, variant ?? ""]);
}
