/** The archives of one run, and what each of them is. Must not know what their documents mean. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { MuslgateError, messageOf } from "../../model/error.ts";
import { fileChunks } from "../layer/chunks.ts";
import { type Compression, compressionOf, decompress, prepareDecompression } from "../layer/decompress.ts";
import { cleanPath } from "../layer/path.ts";
import type { ArchiveReader } from "../layer/reader.ts";
import { TarWalk } from "../layer/tar.ts";
import type { Limits } from "../limits.ts";
import { type ArchiveKind, archiveKind, namesImage } from "./archive-kind.ts";
import { type Members, streamedMembers } from "./members.ts";
import { listTarFile, openTarFile } from "./tar-file.ts";

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
  await prepareDecompression();
  let perhaps = false;
  let surely = false;
  const walk = new TarWalk(({ name }) => {
    const named = namesImage(cleanPath(name));
    perhaps ||= named === "perhaps";
    surely ||= named === "surely";
    return undefined;
  }, limits);
  try {
    for (const chunk of decompress(compression, fileChunks(path, 0, statSync(path).size))) {
      walk.push(chunk);
      if (surely || walk.ended) break;
      // Signals are heard in between.
      await setImmediate();
      signal.throwIfAborted();
    }
  } catch {
    signal.throwIfAborted();
    return surely;
  }
  return surely || perhaps;
}
