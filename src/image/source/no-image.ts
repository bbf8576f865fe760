/** Refuses a file that the user named and that is no image at all. Must not judge what is merely damaged. */
import { closeSync, existsSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { MuslgateError } from "../../model/error.ts";
import { fileChunks } from "../layer/chunks.ts";
import { compressionOf, decompress } from "../layer/decompress.ts";
import { checksumHolds } from "../layer/tar.ts";
import { splitLocation } from "./location.ts";

/** The sources that read files. */
const SCHEMES = /^(?:docker-archive|oci-archive|oci-layout|rootfs-tar):(?:\/\/)?/;

/** What a layout has; one that lacks the other is a damaged one. */
const PARTS = ["index.json", "oci-layout"];

/** What a tar begins with: one header. */
const HEADER = 512;

/**
 * Rejects with MuslgateError (`usage`) for a file that does not begin as a tar does, once decompressed, for a folder that
 * has no part of a layout, and for a path after the prefix of a source of files where nothing is. What cannot be read stays for its source to say.
 */
export async function refuseNoImage(written: string): Promise<void> {
  const reference = written.replace(SCHEMES, "");
  if (reference === "-") return;
  const { path } = splitLocation(reference);
  const stat = statOf(path);
  if (stat === undefined && reference !== written) {
    throw new MuslgateError("usage", `${written}: no such file or folder`, "Check the path.");
  }
  if (stat?.isDirectory() && !PARTS.some((name) => existsSync(join(path, name)))) {
    throw new MuslgateError(
      "usage",
      `${written} is a folder, but no OCI image layout`,
      "Name the folder that has the files oci-layout and index.json, or a tar.",
    );
  }
  if (stat?.isFile() !== true || (await beginsAsTar(path, stat.size))) return;
  throw new MuslgateError(
    "usage",
    `${written} is no image: it does not begin as a tar does, plain or compressed by gzip or zstd`,
    "Give what docker save writes, an OCI layout, a root file system tar, or a reference in a registry.",
  );
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function beginsAsTar(path: string, size: number): Promise<boolean> {
  const head = headOf(path);
  if (head === undefined) return true;
  const compression = compressionOf(head);
  if (compression === "none") return isHeader(head);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decompress(compression, fileChunks(path, 0, size))) {
      if (chunk.length === 0) continue;
      parts.push(chunk.slice(0, HEADER));
      length += chunk.length;
      if (length >= HEADER) break;
    }
  } catch {
    // Damaged: its source says where.
    return true;
  }
  return isHeader(Buffer.concat(parts).subarray(0, HEADER));
}

/** Nothing where it cannot be read. */
function headOf(path: string): Buffer | undefined {
  const head = Buffer.alloc(HEADER);
  try {
    const file = openSync(path, "r");
    try {
      return head.subarray(0, readSync(file, head, 0, HEADER, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Two zero blocks are a tar with nothing in it. */
function isHeader(head: Buffer): boolean {
  return head.length === HEADER && (checksumHolds(head, 0) || head.every((byte) => byte === 0));
}
