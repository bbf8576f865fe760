/** Reads a layer's facts through its table of contents: the table and the wanted bodies, each by its own digest. Must not believe an unchecked byte. */
import { createHash } from "node:crypto";
import type { LayerFacts } from "../../../model/layer-facts.ts";
import type { Layer } from "../../../model/oci.ts";
import type { Detector } from "../../detect/detector.ts";
import type { Limits } from "../../limits.ts";
import { CHUNK } from "../chunks.ts";
import { decompress } from "../decompress.ts";
import { FactCollection } from "../fact-collection.ts";
import { factsSchema } from "../read.ts";
import type { BodySink } from "../tar.ts";
import { estargzTable, hasEstargzTable } from "./estargz.ts";
import { type Fetched, fetchRanges, planRanges } from "./ranges.ts";
import type { RangedBlob, Table, TableEntry, TablePart } from "./table.ts";
import { hasZstdChunkedTable, zstdChunkedTable } from "./zstd-chunked.ts";

/** Stored bytes below which a layer is as well fetched whole. */
const SMALL = 4 * 2 ** 20;
/** Above this share of the layer the whole of it, which proves more, costs little more. */
const WORTH = 0.5;

/** Whether a layer's annotations name a table of contents, and its source may serve parts of it. */
export function hasTable(layer: Layer): boolean {
  return rangedBlob(layer) !== undefined;
}

function rangedBlob({ annotations = {}, blob, diffId }: Layer): RangedBlob | undefined {
  if (!hasZstdChunkedTable(annotations) && !hasEstargzTable(annotations)) return undefined;
  if (diffId === undefined || blob.kind !== "stream" || blob.readRange === undefined) return undefined;
  const { size, readRange } = blob;
  return size === undefined || size <= SMALL ? undefined : { size, readRange };
}

/**
 * The facts of a layer that has a table of contents. Undefined where there is none or anything about it is in doubt:
 * the layer is then to be read whole. The table is the manifest's word, the bodies are the table's; `diffId` is taken
 * on trust, and `bytes` and `entryCount` are those of the plainest tar with these entries. Never rejects but when
 * `signal` is aborted.
 */
export async function factsFromTable(
  layer: Layer,
  detectors: readonly Detector[],
  limits: Limits,
  signal: AbortSignal,
): Promise<LayerFacts | undefined> {
  const { annotations = {}, diffId } = layer;
  const blob = rangedBlob(layer);
  if (blob === undefined || diffId === undefined) return undefined;
  try {
    const isZstd = hasZstdChunkedTable(annotations);
    const table = await (isZstd ? zstdChunkedTable : estargzTable)(annotations, blob, limits, signal);
    const facts = table && (await collect(table, blob, detectors, limits, signal));
    return facts && { schema: factsSchema(detectors), diffId, ...facts };
  } catch {
    // Reading the whole layer needs nothing of what failed here, checks everything, and has better words.
    signal.throwIfAborted();
    return undefined;
  }
}

async function collect(
  table: Table,
  blob: RangedBlob,
  detectors: readonly Detector[],
  limits: Limits,
  signal: AbortSignal,
): Promise<Omit<LayerFacts, "schema" | "diffId"> | undefined> {
  const bytes = tarBytes(table);
  if (bytes > limits.layerBytes) return undefined;
  const facts = new FactCollection(detectors, limits);
  const wanted = table.entries.filter((entry) => facts.wants(entry));
  if (wanted.some((entry) => !isWhole(entry, limits))) return undefined;
  const ranges = planRanges(wanted.flatMap(({ parts }) => parts));
  if (ranges === undefined) return undefined;
  if (ranges.reduce((sum, { from, to }) => sum + to - from, 0) > WORTH * blob.size) return undefined;
  const bodies = new Bodies(table, fetchRanges(blob, ranges, signal));
  try {
    for (const entry of table.entries) {
      const sink = facts.entry(entry);
      if (sink !== undefined && !(await bodies.read(entry, sink))) return undefined;
    }
  } finally {
    await bodies.close();
  }
  return { bytes, entryCount: table.entries.length, ...facts.result() };
}

/** Bytes of a tar with these entries, one header for each and the end marker. */
function tarBytes({ entries }: Table): number {
  return entries.reduce((sum, { size }) => sum + 512 + Math.ceil(size / 512) * 512, 1024);
}

/** Whether the parts make up the body, and none unpacks to more than a layer may. */
function isWhole({ size, parts }: TableEntry, limits: Limits): boolean {
  const bomb = ({ size: unpacked, from, to }: TablePart) =>
    unpacked > limits.ratioFloor && unpacked > limits.ratio * (to - from);
  return parts.reduce((sum, part) => sum + part.size, 0) === size && !parts.some(bomb);
}

/** In pieces, as decoders outside Node copy each into a memory that never shrinks. */
function* slices(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

/** Unpacks the bodies that are wanted, in order, and checks each part. */
class Bodies {
  readonly #table: Table;
  readonly #fetched: AsyncGenerator<Fetched, void>;
  #current: Fetched | undefined;

  constructor(table: Table, fetched: AsyncGenerator<Fetched, void>) {
    this.#table = table;
    this.#fetched = fetched;
  }

  /** Feeds one body; false where it cannot be had or is not what the table promises. */
  async read(entry: TableEntry, sink: BodySink): Promise<boolean> {
    let wanting = true;
    for (const part of entry.parts) {
      const bytes = await this.#stored(part);
      if (bytes === undefined) return false;
      const hash = createHash("sha256");
      let left = part.size;
      for await (const chunk of decompress(this.#table.compression, slices(bytes))) {
        if (chunk.length > left && this.#table.compression === "zstd") return false;
        const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
        hash.update(piece);
        // Facts of a body that fails its check are thrown away with everything else.
        if (wanting && piece.length > 0) wanting = sink.push(piece);
        left -= piece.length;
        // What follows in eStargz are other entries' headers; zstd:chunked says where a body ends.
        if (left === 0 && this.#table.compression === "gzip") break;
      }
      if (left > 0 || `sha256:${hash.digest("hex")}` !== part.digest) return false;
    }
    sink.end();
    return true;
  }

  async close(): Promise<void> {
    await this.#fetched.return();
  }

  async #stored({ from, to }: TablePart): Promise<Uint8Array | undefined> {
    if (this.#current === undefined || to > this.#current.to) {
      const { value } = await this.#fetched.next();
      this.#current = value ?? undefined;
    }
    const current = this.#current;
    if (current === undefined || from < current.from || to > current.to) return undefined;
    return current.bytes.subarray(from - current.from, to - current.from);
  }
}
