/** The entries of a layer's table of contents, as eStargz and zstd:chunked both write them in JSON. Must not fetch nor believe a body. */
import { type Digest, isDigest } from "../../../model/digest.ts";
import { field, isObject, type JsonObject, parseDocument } from "../../oci/json-document.ts";
import type { Limits } from "../../limits.ts";
import type { TarEntry } from "../tar.ts";

/** A stored blob that can be read by position. */
export interface RangedBlob {
  readonly size: number;
  readonly readRange: (from: number, to: number, signal: AbortSignal) => Promise<Uint8Array | undefined>;
}

/** A piece of a body: where it is stored, compressed for itself, and what it is when unpacked. */
export interface TablePart {
  /** First stored byte, and the one behind the last that may belong to it. */
  readonly from: number;
  readonly to: number;
  /** Bytes when unpacked; what follows them up to `to` belongs to other entries. */
  readonly size: number;
  /** Digest of the unpacked bytes. */
  readonly digest: Digest;
}

/** An entry of the tar, as the table has it. */
export interface TableEntry extends TarEntry {
  /** The body in order; empty where the entry has none or the table does not say how to check it. */
  readonly parts: readonly TablePart[];
}

/** A table whose own digest has been checked. */
export interface Table {
  readonly compression: "gzip" | "zstd";
  /** In the order of the tar. */
  readonly entries: readonly TableEntry[];
}

/** One element of `entries`; absent numbers are 0 and absent texts empty, as Go writes them. */
export interface RawEntry extends TarEntry {
  readonly isChunk: boolean;
  readonly digest: string;
  readonly chunkDigest: string;
  readonly offset: number;
  readonly endOffset: number;
  readonly chunkOffset: number;
  readonly chunkSize: number;
  /** Where the body starts inside a member shared with others (eStargz from 0.14 on, only on request). */
  readonly innerOffset: number;
}

/** `type` of an entry (stargz-snapshotter, docs/estargz.md; the same words in zstd:chunked). */
const TYPES: Readonly<Record<string, TarEntry["type"]>> = {
  reg: "file",
  chunk: "file",
  dir: "directory",
  symlink: "symlink",
  hardlink: "hardlink",
  char: "other",
  block: "other",
  fifo: "other",
};

/** Bytes a table may have, packed or unpacked: it is a document, but one with a line for each file. */
export function mostTableBytes(limits: Limits): number {
  return 4 * limits.documentBytes;
}

/** The entries of a table's JSON; undefined where anything in it is not understood. Never throws. */
export function readEntries(json: Uint8Array, limits: Limits): readonly RawEntry[] | undefined {
  let document: JsonObject;
  try {
    document = parseDocument(json, { ...limits, documentBytes: mostTableBytes(limits) }, "table of contents");
  } catch {
    return undefined;
  }
  const list = field(document, "entries");
  if (field(document, "version") !== 1 || !Array.isArray(list)) return undefined;
  if (list.length > limits.layerEntries) return undefined;
  const entries: RawEntry[] = [];
  for (const item of list as readonly unknown[]) {
    const entry = isObject(item) ? readEntry(item, limits) : undefined;
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

function readEntry(item: JsonObject, limits: Limits): RawEntry | undefined {
  const kind = text(item, "type", 16);
  const name = text(item, "name", limits.nameBytes);
  const link = text(item, "linkName", limits.nameBytes);
  if (kind === undefined || name === undefined || link === undefined || !Object.hasOwn(TYPES, kind)) {
    return undefined;
  }
  const type = TYPES[kind] as TarEntry["type"];
  const digest = text(item, "digest", 128);
  const chunkDigest = text(item, "chunkDigest", 128);
  const [size, mode, offset, endOffset, chunkOffset, chunkSize, innerOffset] = NUMBERS.map((key) =>
    whole(item, key),
  );
  if (
    digest === undefined ||
    chunkDigest === undefined ||
    size === undefined ||
    mode === undefined ||
    offset === undefined ||
    endOffset === undefined ||
    chunkOffset === undefined ||
    chunkSize === undefined ||
    innerOffset === undefined
  ) {
    return undefined;
  }
  // The tar walk refuses or reinterprets these: only it can say what they are.
  if (type === "file" && name.endsWith("/")) return undefined;
  if ((type === "symlink" || type === "other") && size > 0) return undefined;
  return {
    isChunk: kind === "chunk",
    name,
    type,
    link,
    size: type === "file" ? size : 0,
    mode,
    digest,
    chunkDigest,
    offset,
    endOffset,
    chunkOffset,
    chunkSize,
    innerOffset,
  };
}

const NUMBERS = ["size", "mode", "offset", "endOffset", "chunkOffset", "chunkSize", "innerOffset"] as const;

/** A text; empty when absent. Go replaces what is not UTF-8 in a name, which then is another name: undefined. */
function text(item: JsonObject, key: string, mostBytes: number): string | undefined {
  const value = field(item, key) ?? "";
  if (typeof value !== "string" || value.includes("\ufffd") || value.includes("\0")) return undefined;
  return value.length <= mostBytes && Buffer.byteLength(value) <= mostBytes ? value : undefined;
}

/** A number that counts something; 0 when absent. */
function whole(item: JsonObject, key: string): number | undefined {
  const value = field(item, key) ?? 0;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A part, where its digest can be checked and its place is inside the blob. */
export function tablePart(
  from: number,
  to: number,
  size: number,
  digest: string,
  blobSize: number,
): TablePart | undefined {
  if (!isDigest(digest) || from >= to || to > blobSize) return undefined;
  return { from, to, size, digest };
}
