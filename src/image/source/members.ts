/** The named members of an image archive or layout, wherever they are. Must not know what they mean. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { MuslgateError, messageOf } from "../../model/error.ts";
import type { Blob } from "../../model/oci.ts";
import type { ArchiveMembers } from "../layer/archive.ts";
import { compressionOf, decompress, prepareDecompression } from "../layer/decompress.ts";
import { cleanPath } from "../layer/path.ts";
import type { ArchiveReader } from "../layer/reader.ts";
import type { Limits } from "../limits.ts";
import { openTarFile, readPart } from "./tar-file.ts";

/** Members by name. */
export interface Members {
  has(name: string): boolean;
  /** A small member, whole; nothing when there is none. Throws MuslgateError (`limit`) above `maxBytes`. */
  read(name: string, maxBytes: number): Uint8Array | undefined;
  /** A member as a blob; nothing when there is none. */
  blob(name: string): Blob | undefined;
}

/** What opening archives needs from outside. */
interface ArchivePorts {
  readonly reader: ArchiveReader;
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/** The archives of one run. To tell what a compressed one is takes a pass over all of it, which is kept for opening it. */
export class Archives {
  readonly #ports: ArchivePorts;
  readonly #limits: Limits;
  readonly #looked = new Map<string, Members>();

  constructor(ports: ArchivePorts, limits: Limits) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /** The members of an archive, kept for whoever opens it next. Rejects with MuslgateError. */
  async look(path: string, signal: AbortSignal): Promise<Members> {
    const members = await archiveMembers(path, this.#ports, this.#limits, signal);
    this.#looked.set(path, members);
    return members;
  }

  /** The members of an archive; `-` is standard input. Rejects with MuslgateError. */
  async open(path: string, signal: AbortSignal): Promise<Members> {
    const looked = this.#looked.get(path);
    this.#looked.delete(path);
    try {
      return looked ?? (await archiveMembers(path, this.#ports, this.#limits, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MuslgateError) throw error;
      throw new MuslgateError(
        "input",
        `${path} cannot be read: ${messageOf(error)}`,
        "Check the path.",
        error,
      );
    }
  }
}

/** The files of a folder. */
export function folderMembers(folder: string): Members {
  const size = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  return {
    has: (name) => size(name) !== undefined,
    read(name, maxBytes) {
      const bytes = size(name);
      return bytes === undefined ? undefined : readPart(join(folder, name), 0, bytes, maxBytes);
    },
    blob(name) {
      const bytes = size(name);
      return bytes === undefined
        ? undefined
        : { kind: "file", path: join(folder, name), offset: 0, size: bytes };
    },
  };
}

/** By seeking where it is a plain tar on disk, else in one pass over its bytes. */
async function archiveMembers(
  path: string,
  ports: ArchivePorts,
  limits: Limits,
  signal: AbortSignal,
): Promise<Members> {
  if (path === "-") {
    return streamedMembers(
      await ports.reader.readArchive({ kind: "stream", open: async () => ports.stdin() }, signal),
    );
  }
  const { compression } = await archiveHead(path);
  if (compression === "none") return openTarFile(path, limits);
  const { size } = statSync(path);
  return streamedMembers(await ports.reader.readArchive({ kind: "file", path, offset: 0, size }, signal));
}

/** The members that a pass over a stream left. */
export function streamedMembers(members: ArchiveMembers): Members {
  const find = (name: string) => {
    let path = cleanPath(name);
    for (let hops = 0; hops < 16; hops++) {
      const member = members.get(path);
      if (member?.kind !== "link") return member;
      path = member.to;
    }
    return undefined;
  };
  return {
    has: (name) => find(name) !== undefined,
    read(name) {
      const member = find(name);
      if (member?.kind === "failed") throw new MuslgateError(member.code, member.message, member.hint);
      return member?.kind === "document" ? member.bytes : undefined;
    },
    blob(name) {
      const member = find(name);
      if (member === undefined) return undefined;
      return {
        kind: "read",
        facts() {
          if (member.kind === "layer") return member.facts;
          if (member.kind === "failed") throw new MuslgateError(member.code, member.message, member.hint);
          throw new MuslgateError("input", `${name} is not a layer`, "Save the image again.");
        },
      };
    },
  };
}

/** Names that an image archive starts with, and no root file system does. */
const ARCHIVE_NAMES =
  /^(\.\/)?(blobs(\/|$)|(sha256:)?[0-9a-f]{64}([./]|$)|manifest\.json$|oci-layout$|index\.json$|repositories$)/;

/** Whether a file starts as an image archive does; false for anything that is no tar. */
export async function looksLikeArchive(path: string): Promise<boolean> {
  return ARCHIVE_NAMES.test((await archiveHead(path)).firstName);
}

/** How a file is compressed, and the first name in it if it is a tar. */
async function archiveHead(path: string) {
  const buffer = Buffer.alloc(64 * 1024);
  const file = openSync(path, "r");
  let head: Buffer;
  try {
    head = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
  const compression = compressionOf(head);
  await prepareDecompression();
  const [first] = decompress(compression, [head]);
  const name = Buffer.from(first?.subarray(0, 100) ?? []);
  return { compression, firstName: name.toString("utf8").replace(/\0.*$/s, "") };
}
