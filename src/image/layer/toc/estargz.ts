/** Finds and verifies the table of contents of an eStargz layer. Must not read bodies. */
import { isDigest } from "../../../model/digest.ts";
import { digestOf } from "../../oci/digest.ts";
import type { Limits } from "../../limits.ts";
import { decompress } from "../decompress.ts";
import { TarWalk } from "../tar.ts";
import {
  mostTableBytes,
  type RangedBlob,
  type RawEntry,
  readEntries,
  type Table,
  type TableEntry,
  type TablePart,
  tablePart,
} from "./table.ts";

/** Promises the digest of the table's JSON (stargz-snapshotter, docs/estargz.md, "Content Verification"). */
const DIGEST = "containerd.io/snapshot/stargz/toc.digest";
/** The table's own name in the tar, where it stands last. */
const NAME = "stargz.index.json";
/** Bytes of the footer: an empty gzip member whose extra field says where the table is (docs/estargz.md, "Footer"). */
const FOOTER = 51;

/** Whether annotations name such a table. */
export function hasEstargzTable(annotations: Readonly<Record<string, string>>): boolean {
  return isDigest(annotations[DIGEST]);
}

/**
 * The table; undefined where there is none, it is not what the annotation promises, or it is not understood.
 * Rejects with what `readRange` rejects with, and with MuslgateError where the table's own tar is damaged.
 */
export async function estargzTable(
  annotations: Readonly<Record<string, string>>,
  blob: RangedBlob,
  limits: Limits,
  signal: AbortSignal,
): Promise<Table | undefined> {
  const end = blob.size - FOOTER;
  if (end <= 0) return undefined;
  const footer = await blob.readRange(end, blob.size, signal);
  const from = footer && tableOffset(footer);
  if (from === undefined || from >= end || end - from > mostTableBytes(limits)) return undefined;
  const packed = await blob.readRange(from, end, signal);
  const json = packed && (await unpackTable(packed, limits));
  if (json === undefined || digestOf(json) !== annotations[DIGEST]) return undefined;
  const raw = readEntries(json, limits);
  const entries = raw && tableEntries(raw, from);
  if (entries === undefined) return undefined;
  // The table leaves itself out, but whoever unpacks the tar gets it as a file.
  const itself: TableEntry = {
    name: NAME,
    type: "file",
    size: json.length,
    mode: 0o444,
    link: "",
    parts: [],
  };
  return { compression: "gzip", entries: [...entries, itself] };
}

/** What the footer says; undefined where it is none. */
function tableOffset(footer: Uint8Array): number | undefined {
  const text = Buffer.from(footer).toString("latin1");
  if (text.length !== FOOTER || !text.startsWith("\x1f\x8b\x08\x04")) return undefined;
  const extra = /^\x1a\x00SG\x16\x00([0-9a-f]{16})STARGZ$/.exec(text.slice(10, 38));
  const offset = extra === null ? Number.NaN : Number.parseInt(extra[1] as string, 16);
  return Number.isSafeInteger(offset) ? offset : undefined;
}

/** The JSON, which is the one file of a tar in the last gzip member. */
async function unpackTable(packed: Uint8Array, limits: Limits): Promise<Uint8Array | undefined> {
  let json: Buffer | undefined;
  let length = 0;
  const walk = new TarWalk((entry) => {
    if (json !== undefined || entry.name !== NAME || entry.type !== "file") return undefined;
    if (entry.size > mostTableBytes(limits)) return undefined;
    const room = Buffer.alloc(entry.size);
    json = room;
    return {
      push(bytes) {
        room.set(bytes, length);
        length += bytes.length;
        return true;
      },
      end() {},
    };
  }, limits);
  let bytes = 0;
  for await (const chunk of decompress("gzip", [packed])) {
    bytes += chunk.length;
    if (bytes > mostTableBytes(limits) + 1024 * 1024) return undefined;
    walk.push(chunk);
    if (json === undefined || walk.ended) break;
  }
  return json !== undefined && length === json.length ? json : undefined;
}

/** Entries with their bodies; undefined where chunks do not belong to a file or members are shared. */
function tableEntries(raw: readonly RawEntry[], tableFrom: number): TableEntry[] | undefined {
  const ends = endsOf(raw, tableFrom);
  const entries: TableEntry[] = [];
  let parts: TablePart[] = [];
  let file: RawEntry | undefined;
  for (const [i, one] of raw.entries()) {
    if (one.innerOffset > 0) return undefined;
    if (!one.isChunk) {
      parts = [];
      file = one.type === "file" ? one : undefined;
      const { name, type, size, mode, link } = one;
      entries.push({ name, type, size, mode, link, parts });
    }
    if (file === undefined || (one.isChunk && one.name !== file.name)) {
      if (one.isChunk) return undefined;
      continue;
    }
    if (file.size === 0) continue;
    // The last chunk of a file, and the only one, leaves its size out.
    const size = one.chunkSize > 0 ? one.chunkSize : file.size - one.chunkOffset;
    const part = tablePart(one.offset, ends[i] as number, size, one.chunkDigest, tableFrom);
    // A body with a part that cannot be checked does not add up, and is then not taken from the table.
    if (part !== undefined) parts.push(part);
  }
  return entries;
}

/** For each entry, where the next stored piece starts: its own ends there at the latest. */
function endsOf(raw: readonly RawEntry[], tableFrom: number): readonly number[] {
  const ends: number[] = [];
  let next = tableFrom;
  for (let i = raw.length - 1; i >= 0; i--) {
    ends[i] = next;
    const { offset } = raw[i] as RawEntry;
    if (offset > 0) next = offset;
  }
  return ends;
}
