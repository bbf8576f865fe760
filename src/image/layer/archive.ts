/** Reads an image archive that comes as a stream, in one pass: layers become facts as they go by. Must keep only documents. */
import type { Digest } from "../../model/digest.ts";
import { MuslgateError } from "../../model/error.ts";
import type { LayerFacts } from "../../model/layer-facts.ts";
import type { Budget } from "../../model/budget.ts";
import { DocumentBudget, type Limits, limitReached } from "../limits.ts";
import { begun, type Chunks } from "./chunks.ts";
import { compressionOf, decompress, HEAD_BYTES } from "./decompress.ts";
import { cleanPath } from "./path.ts";
import { keptBudget } from "./fact-collection.ts";
import { checkSize, type Reading, readLayer } from "./read.ts";
import { type TarEntry, TarWalk } from "./tar.ts";

/** What is left of a member once the stream has passed it. */
export type ArchiveMember =
  | { readonly kind: "document"; readonly bytes: Uint8Array }
  | { readonly kind: "layer"; readonly facts: LayerFacts }
  | { readonly kind: "link"; readonly to: string }
  /** Neither a document nor a readable layer; why. */
  | {
      readonly kind: "failed";
      readonly code: MuslgateError["code"];
      readonly message: string;
      readonly hint: string;
    };

/** What all members of an archive together may leave behind. */
interface Left {
  readonly kept: Budget;
  readonly documents: DocumentBudget;
}

/** About what a member takes in memory besides its name. */
const MEMBER = 256;

/** The members of an archive by clean path. */
export type ArchiveMembers = ReadonlyMap<string, ArchiveMember>;

/**
 * Reads an archive, itself compressed or not, to its end. Layers named by their digest (`blobs/sha256/...`) are
 * verified; the diffIDs of all are for the caller to compare. Throws MuslgateError when the archive itself is
 * damaged.
 */
export async function readArchive(stored: Chunks, reading: Reading): Promise<ArchiveMembers> {
  const { limits } = reading;
  const members = new Map<string, ArchiveMember>();
  const left: Left = { kept: keptBudget(limits), documents: new DocumentBudget(limits) };
  const listed = keptBudget(limits);
  const events = new Events(tarEvents(uncompressed(stored, reading), limits));
  try {
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value;
      if (!("entry" in event)) continue;
      const { entry } = event;
      const path = cleanPath(entry.name);
      listed.spend(path.length + entry.link.length + MEMBER);
      if (entry.type === "file") members.set(path, await readMember(path, bodyOf(events), reading, left));
      else if (entry.type === "hardlink") members.set(path, { kind: "link", to: cleanPath(entry.link) });
      else if (entry.type === "symlink") {
        const folder = entry.link.startsWith("/") ? "" : path.slice(0, path.lastIndexOf("/") + 1);
        members.set(path, { kind: "link", to: cleanPath(folder + entry.link) });
      }
      // What broke the archive is not one member's failure.
      if (events.broken !== undefined) throw events.broken;
    }
  } finally {
    await events.close();
  }
  return members;
}

/** The events of a tar, which remember what ended them. */
class Events {
  readonly #source: AsyncIterator<TarEvent, void>;
  broken: unknown;

  constructor(source: AsyncIterator<TarEvent, void>) {
    this.#source = source;
  }

  async next(): Promise<IteratorResult<TarEvent, void>> {
    try {
      return await this.#source.next();
    } catch (error) {
      this.broken = error;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

type TarEvent = { readonly entry: TarEntry } | { readonly bytes: Uint8Array } | { readonly end: true };

/** Pulls what TarWalk pushes: entries with their bodies in order. */
async function* tarEvents(chunks: Chunks, limits: Limits): AsyncGenerator<TarEvent, void> {
  let queue: TarEvent[] = [];
  const walk = new TarWalk((entry) => {
    queue.push({ entry });
    return {
      push: (bytes) => queue.push({ bytes }) > 0,
      end: () => queue.push({ end: true }),
    };
  }, limits);
  for await (const chunk of chunks) {
    walk.push(chunk);
    const ready = queue;
    queue = [];
    yield* ready;
  }
  walk.end();
}

async function* bodyOf(events: Events): AsyncGenerator<Uint8Array, void> {
  // Not a for-of: leaving one would close the events for the members that follow.
  for (let next = await events.next(); !next.done && !("end" in next.value); next = await events.next()) {
    if ("bytes" in next.value) yield next.value.bytes;
  }
}

async function readMember(
  path: string,
  body: AsyncGenerator<Uint8Array, void>,
  reading: Reading,
  left: Left,
): Promise<ArchiveMember> {
  const { head, all: rest } = await begun({ [Symbol.asyncIterator]: () => ({ next: () => body.next() }) }, 1);
  try {
    if (isDocument(path, head))
      return { kind: "document", bytes: await gatherDocument(rest, reading.limits, left.documents) };
    const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
    const digest: Digest | undefined = hex === undefined ? undefined : `sha256:${hex}`;
    const promised = { digest, endMarker: "not-needed" } as const;
    return { kind: "layer", facts: await readLayer(rest, promised, { ...reading, kept: left.kept }) };
  } catch (error) {
    if (!(error instanceof MuslgateError)) throw error;
    return { kind: "failed", code: error.code, message: error.message, hint: error.hint };
  } finally {
    for (let next = await body.next(); !next.done; next = await body.next());
  }
}

/** By its name, or as JSON starts: with a bracket, which no tar of a root file system nor any compression does. */
function isDocument(path: string, head: Uint8Array): boolean {
  if (path === "oci-layout" || path.endsWith(".json")) return true;
  const first = head.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b || first === 0x5b;
}

async function gatherDocument(body: Chunks, limits: Limits, spent: DocumentBudget): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > limits.documentBytes) {
      const what = `a document in the archive has more than ${limits.documentBytes} bytes`;
      throw limitReached("documentBytes", limits, what);
    }
    // The bytes are valid until the next only.
    parts.push(Uint8Array.from(part));
  }
  spent.spend(length);
  return Buffer.concat(parts);
}

/** The archive's own compression undone (`docker save | gzip`), within the bounds of a layer. */
async function* uncompressed(
  stored: Chunks,
  { limits, signal, elsewhere }: Reading,
): AsyncGenerator<Uint8Array, void> {
  const { head, all } = await begun(stored, HEAD_BYTES);
  let storedBytes = 0;
  let bytes = 0;
  const seen = (chunk: Uint8Array) => {
    storedBytes += chunk.length;
  };
  for await (const chunk of decompress(compressionOf(head), all, { seen, elsewhere })) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    checkSize("archive", bytes, storedBytes, limits);
    yield chunk;
  }
}
