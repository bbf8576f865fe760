/** The archives of one run, and what each of them is. Must not know what their documents mean. */
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ArchiveMembers } from "../layer/archive.ts";
import { listTarFile, openTarFile, readPart } from "./tar-file.ts";
import { MuslgateError, messageOf } from "../../model/error.ts";
import { fileChunks } from "../layer/chunks.ts";
import { type Compression, compressionOf, decompress } from "../layer/decompress.ts";
import { cleanPath } from "../layer/path.ts";
import type { ArchiveReader } from "../layer/reader.ts";
import { TarWalk } from "../layer/tar.ts";
import type { Limits } from "../limits.ts";
import { type ArchiveKind, archiveKind, namesImage } from "./archive-kind.ts";
import type { Members } from "./members.ts";

/** What opening archives needs from outside. */
interface ArchivePorts {
  readonly reader: ArchiveReader;
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/** What is known of a file: what it is, and its members where finding out took a pass over all of it. */
interface Looked {
  readonly kind: ArchiveKind;
  readonly members?: Members;
}

/** The archives of one run. Each is looked at once; a pass over a whole compressed one is kept for opening it. */
export class Archives {
  readonly #ports: ArchivePorts;
  readonly #limits: Limits;
  readonly #looked = new Map<string, Promise<Looked>>();

  constructor(ports: ArchivePorts, limits: Limits) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /** What a file is. Rejects where there is no such file, or no reading it. */
  async kind(path: string, signal: AbortSignal): Promise<ArchiveKind> {
    let looked = this.#looked.get(path);
    if (looked === undefined) {
      looked = this.#look(path, signal);
      this.#looked.set(path, looked);
      looked.catch(() => this.#looked.delete(path));
    }
    return (await looked).kind;
  }

  /** The members of an archive; `-` is standard input. Rejects with MuslgateError. */
  async open(path: string, signal: AbortSignal): Promise<Members> {
    const looked = this.#looked.get(path);
    this.#looked.delete(path);
    try {
      const members = (await looked)?.members;
      return members ?? (await this.#members(path, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MuslgateError) throw error;
      const what = `${path} cannot be read: ${messageOf(error)}`;
      throw new MuslgateError("input", what, "Check the path.", error);
    }
  }

  async #look(path: string, signal: AbortSignal): Promise<Looked> {
    const compression = compressionAt(path);
    if (compression === "none")
      return { kind: archiveKind(listTarFile(path, this.#limits).file, this.#limits) };
    if (!(await mayHoldImage(path, compression, this.#limits, signal))) return { kind: "other" };
    const members = await this.#members(path, signal);
    const kind = archiveKind(members, this.#limits);
    return kind === "other" ? { kind } : { kind, members };
  }

  /** By seeking where it is a plain tar on disk, else in one pass over its bytes. */
  async #members(path: string, signal: AbortSignal): Promise<Members> {
    const { reader, stdin } = this.#ports;
    if (path === "-") {
      return streamedMembers(await reader.readArchive({ kind: "stream", open: async () => stdin() }, signal));
    }
    if (compressionAt(path) === "none") return openTarFile(path, this.#limits);
    const { size } = statSync(path);
    return streamedMembers(await reader.readArchive({ kind: "file", path, offset: 0, size }, signal));
  }
}

function compressionAt(path: string): Compression {
  const head = Buffer.alloc(16);
  const file = openSync(path, "r");
  try {
    return compressionOf(head.subarray(0, readSync(file, head, 0, head.length, 0)));
  } finally {
    closeSync(file);
  }
}

/**
 * Whether a compressed tar may be an image archive: its names are looked through, no further than to the first that no
 * root file system has. False for what is damaged before one is found.
 */
async function mayHoldImage(
  path: string,
  compression: Compression,
  limits: Limits,
  signal: AbortSignal,
): Promise<boolean> {
  let perhaps = false;
  let surely = false;
  const walk = new TarWalk(({ name }) => {
    const named = namesImage(cleanPath(name));
    perhaps ||= named === "perhaps";
    surely ||= named === "surely";
    return undefined;
  }, limits);
  try {
    for await (const chunk of decompress(compression, fileChunks(path, 0, statSync(path).size))) {
      walk.push(chunk);
      if (surely || walk.ended) break;
      signal.throwIfAborted();
    }
  } catch {
    signal.throwIfAborted();
    return surely;
  }
  return surely || perhaps;
}

/** The files of a folder. */
export function folderMembers(folder: string): Members {
  const size = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  return {
    names: () => readdirSync(folder),
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
    names: () => members.keys(),
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
