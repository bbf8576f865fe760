/** Finds and verifies the table of contents of a zstd:chunked layer. Must not read bodies. */
import { isDigest } from "../../../model/digest.ts";
import { digestOf } from "../../oci/digest.ts";
import type { Limits } from "../../limits.ts";
import { decompress } from "../decompress.ts";
import {
  mostTableBytes,
  type RangedBlob,
  readEntries,
  type Table,
  type TableEntry,
  tablePart,
} from "./table.ts";

/** Names of the annotations; the second is of containers/storage before 1.38 and Debian 12's skopeo. */
const PREFIXES = ["io.github.containers.zstd-chunked.", "io.containers.zstd-chunked."] as const;

/** Where the table is, and the digest of its compressed bytes. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly unpacked: number;
  readonly checksum: string;
}

/**
 * `offset:length:unpacked length:type` (containers/storage, pkg/chunked/internal); the only type known is 1, the
 * JSON that stargz began.
 */
function placeOf(annotations: Readonly<Record<string, string>>): Place | undefined {
  for (const prefix of PREFIXES) {
    const checksum = annotations[`${prefix}manifest-checksum`];
    const position = /^(\d{1,15}):(\d{1,15}):(\d{1,15}):1$/.exec(
      annotations[`${prefix}manifest-position`] ?? "",
    );
    if (position === null || !isDigest(checksum)) continue;
    const from = Number(position[1]);
    return { from, to: from + Number(position[2]), unpacked: Number(position[3]), checksum };
  }
  return undefined;
}

/** Whether annotations name such a table. */
export function hasZstdChunkedTable(annotations: Readonly<Record<string, string>>): boolean {
  return placeOf(annotations) !== undefined;
}

/**
 * The table; undefined where there is none, it is not what the annotations promise, or it is not understood.
 * Rejects with what `readRange` rejects with.
 */
export async function zstdChunkedTable(
  annotations: Readonly<Record<string, string>>,
  blob: RangedBlob,
  limits: Limits,
  signal: AbortSignal,
): Promise<Table | undefined> {
  const place = placeOf(annotations);
  const most = mostTableBytes(limits);
  if (place === undefined || place.from >= place.to || place.to > blob.size) return undefined;
  if (place.to - place.from > most || place.unpacked > most) return undefined;
  const packed = await blob.readRange(place.from, place.to, signal);
  if (packed === undefined || digestOf(packed) !== place.checksum) return undefined;
  const json = Buffer.alloc(place.unpacked);
  let length = 0;
  for await (const chunk of decompress("zstd", [packed])) {
    if (length + chunk.length > json.length) return undefined;
    json.set(chunk, length);
    length += chunk.length;
  }
  if (length !== json.length) return undefined;
  const entries = tableEntries(json, blob.size, limits);
  return entries && { compression: "zstd", entries };
}

/** Entries with their bodies; chunks are left out, since the file they belong to says where it starts and ends. */
function tableEntries(json: Uint8Array, blobSize: number, limits: Limits): TableEntry[] | undefined {
  const raw = readEntries(json, limits);
  return raw
    ?.filter(({ isChunk }) => !isChunk)
    .map(({ name, type, size, mode, link, digest, offset, endOffset }) => {
      const part = size > 0 ? tablePart(offset, endOffset, size, digest, blobSize) : undefined;
      return { name, type, size, mode, link, parts: part === undefined ? [] : [part] };
    });
}
