/** One walk over one layer: stored bytes in, verified facts out. Must not write anything nor keep bodies. */
import type { Digest } from "../../model/digest.ts";
import { createHash } from "node:crypto";
import { MuslgateError } from "../../model/error.ts";
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Detector } from "../detect/detector.ts";
import type { Budget } from "../../model/budget.ts";
import { type Limits, limitReached } from "../limits.ts";
import { begun, type Chunks } from "./chunks.ts";
import { compressionOf, decompress, HEAD_BYTES } from "./decompress.ts";
import { FactCollection } from "./fact-collection.ts";
import type { Decoding } from "./native-decoder.ts";
import { seekWalk } from "./seek.ts";
import { TarWalk } from "./tar.ts";

/** What the manifest and the configuration promise about a layer; whatever is given is checked, but for `trusted`. */
export interface Promised {
  readonly digest?: Digest;
  readonly diffId?: Digest;
  /**
   * `diffId` is taken on trust where `digest` is given too: then the stored bytes alone are hashed
   * (docs/adr/0005-hashed-once.md).
   */
  readonly trusted?: "diffId";
  /** Bytes as stored. */
  readonly size?: number;
  /** `not-needed` where the caller compares the diffID itself. */
  readonly endMarker?: "not-needed";
}

/** Raised when the same layer would give other facts; part of the cache key. */
const SCHEMA = 2;

/** Names the facts' form: our schema and every detector with its version. */
export function factsSchema(detectors: readonly Detector[]): string {
  return [SCHEMA, ...detectors.map(({ id, version }) => `${id}@${version}`)].join(" ");
}

/** How a layer is read. */
export interface Reading {
  readonly detectors: readonly Detector[];
  readonly limits: Limits;
  /** What several layers may leave behind together (`keptBytes`). */
  readonly kept?: Budget;
  /** Ends it between two chunks. */
  readonly signal?: AbortSignal;
  /** As `decompress` takes it. */
  readonly elsewhere?: Decoding["elsewhere"];
}

/**
 * Reads a layer to its last byte. Rejects with MuslgateError: `input` when it is damaged, cut short, or not what
 * was promised; `limit` when a bound is reached. Nothing is returned before every digest has been checked that is.
 */
export async function readLayer(
  stored: Chunks,
  promised: Promised,
  { detectors, limits, kept, signal, elsewhere }: Reading,
): Promise<LayerFacts> {
  const { head, all } = await begun(stored, HEAD_BYTES);
  const compression = compressionOf(head);
  const facts = new FactCollection(detectors, limits, kept);
  const walk = walkInto(facts, limits);
  // Stored uncompressed, digest and diffID are over the same bytes: hash them once.
  const same = compression === "none" && promised.digest !== undefined;
  const onTrust =
    promised.trusted === "diffId" && promised.digest !== undefined && !same ? promised.diffId : undefined;
  const hash = same || onTrust !== undefined ? undefined : createHash("sha256");
  const storedHash = promised.digest === undefined ? undefined : createHash("sha256");
  let storedBytes = 0;
  const seen = (chunk: Uint8Array) => {
    storedBytes += chunk.length;
    storedHash?.update(chunk);
  };
  let bytes = 0;
  for await (const chunk of decompress(compression, all, { seen, elsewhere })) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    checkSize("layer", bytes, storedBytes, limits);
    hash?.update(chunk);
    walk.push(chunk);
  }
  if (promised.size !== undefined && storedBytes !== promised.size) {
    throw mismatch("size", `${promised.size} bytes`, `${storedBytes} bytes`);
  }
  const digest: Digest | undefined = storedHash && `sha256:${storedHash.digest("hex")}`;
  if (promised.digest !== undefined && digest !== undefined) verify("digest", promised.digest, digest);
  const diffId =
    onTrust ?? (same && digest !== undefined ? digest : (`sha256:${hash?.digest("hex")}` as const));
  if (promised.diffId !== undefined) verify("diffID", promised.diffId, diffId);
  walk.end();
  // Without a diffID only the end marker tells a whole tar from one cut between two entries.
  if (promised.diffId === undefined && promised.endMarker === undefined && !walk.ended) {
    throw new MuslgateError(
      "input",
      bytes === 0
        ? "it is empty"
        : `the tar has no end marker after its ${walk.entries} entries: it was cut short`,
      "Fetch or build it again.",
    );
  }
  return { schema: factsSchema(detectors), diffId, bytes, entryCount: walk.entries, ...facts.result() };
}

/**
 * The facts of a plain tar on disk, read by seeking: bodies nobody wants are not read, so nothing is hashed and
 * `diffId` is taken on trust. Throws MuslgateError as `readLayer` does.
 */
export function seekLayer(
  file: { readonly path: string; readonly offset: number; readonly size: number },
  diffId: Digest,
  detectors: readonly Detector[],
  limits: Limits,
): LayerFacts {
  checkSize("layer", file.size, file.size, limits);
  const facts = new FactCollection(detectors, limits);
  const walk = walkInto(facts, limits);
  seekWalk(file.path, file.offset, file.size, walk);
  const result = facts.result();
  return { schema: factsSchema(detectors), diffId, bytes: file.size, entryCount: walk.entries, ...result };
}

function walkInto(facts: FactCollection, limits: Limits): TarWalk {
  return new TarWalk(
    (entry) => facts.entry(entry),
    limits,
    (name, length, mode) => facts.passBy(name, length, mode),
  );
}

/** Throws MuslgateError (`limit`) where something unpacks to more than is allowed, or than its stored bytes make likely. */
export function checkSize(
  what: "layer" | "archive",
  bytes: number,
  storedBytes: number,
  limits: Limits,
): void {
  if (bytes > limits.layerBytes) {
    throw limitReached("layerBytes", limits, `the ${what} unpacks to more than ${limits.layerBytes} bytes`);
  }
  if (bytes > limits.ratioFloor && bytes > limits.ratio * storedBytes) {
    const times = `${limits.ratio} times its ${storedBytes} stored bytes`;
    throw limitReached("ratio", limits, `the ${what} unpacks to more than ${times}`);
  }
}

/** Facts of a layer that went by before its diffID was known. Throws MuslgateError (`input`) on a mismatch. */
export function checkFacts(facts: LayerFacts, diffId: Digest | undefined): LayerFacts {
  if (diffId !== undefined) verify("diffID", diffId, facts.diffId);
  return facts;
}

function verify(what: "digest" | "diffID", promised: Digest, found: Digest): void {
  if (promised !== found) throw mismatch(what, promised, found);
}

function mismatch(what: string, promised: string, found: string): MuslgateError {
  return new MuslgateError(
    "input",
    `the layer's ${what} does not match: the image promises ${promised}, its bytes have ${found}`,
    "The image was damaged or changed on its way: fetch or build it again.",
  );
}
