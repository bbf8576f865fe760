/** Keeps the facts of layers on disk by what was hashed of them, so that a layer is fetched and read once. Must never be trusted over a digest. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LayerFacts } from "../model/layer-facts.ts";
import type { Layer } from "../model/oci.ts";
import { isHashed } from "../model/proof.ts";
import { type LayerReader, proofOf, type ReadLayer } from "./layer/reader.ts";
import { makeFolders } from "../tree/make-folders.ts";
import { Shelf } from "./cache-shelf.ts";

/** Facts by what they are known by: `factsKey`. */
export interface FactStore {
  get(key: string): LayerFacts | undefined;
  put(key: string, facts: LayerFacts): void;
}

/**
 * What a layer's facts are kept by; nothing for a layer without a diffID. The digests that were hashed are all in it, so
 * that a configuration which claims another layer's diffID shares nothing with it (docs/adr/0005-hashed-once.md).
 */
export function factsKey({ digest, diffId }: Layer, verifyAll = false): string | undefined {
  if (diffId === undefined || digest === undefined) return diffId;
  return `${verifyAll ? "verified " : ""}${digest} ${diffId}`;
}

/** Bytes of facts (`keptBytes`) that a run holds for images to come; what was not asked for longest goes, and is read again. */
const MOST_HELD = 256 * 2 ** 20;

/**
 * A reader that asks the store first and reads each layer once, as long as what is held stays small. A layer without
 * a diffID is always read. The reader has hashed what it is kept by before anything is stored; `verifyAll` as it was
 * given to the reader.
 */
export function cachedReader(
  reader: LayerReader,
  store: FactStore,
  {
    verifyAll = false,
    mostHeld = MOST_HELD,
  }: { readonly verifyAll?: boolean; readonly mostHeld?: number } = {},
): LayerReader {
  const readOnce = async (layer: Layer, key: string, signal: AbortSignal): Promise<ReadLayer> => {
    const stored = store.get(key);
    if (stored !== undefined) return { facts: stored, verified: proofOf(layer, verifyAll) };
    const read = await reader.read(layer, signal);
    // What was not hashed may not be what its digests say.
    if (isHashed(read.verified)) store.put(key, read.facts);
    return read;
  };
  /** What was read by seeking is only what its file says of itself: another file may say the same of other bytes. */
  const sharedRead = async (layer: Layer, known: Promise<ReadLayer>, signal: AbortSignal) => {
    const read = await known;
    return isHashed(read.verified) || layer.blob.kind !== "file" ? read : reader.read(layer, signal);
  };
  const running = new Map<string, Promise<ReadLayer>>();
  const sizes = new Map<string, number>();
  let held = 0;
  const hold = (key: string, size: number) => {
    sizes.set(key, size);
    held += size;
    for (const [oldest, itsSize] of sizes) {
      if (held <= mostHeld) break;
      running.delete(oldest);
      sizes.delete(oldest);
      held -= itsSize;
    }
  };
  const asked = (key: string) => {
    const size = sizes.get(key);
    if (size === undefined) return;
    sizes.delete(key);
    sizes.set(key, size);
  };
  return {
    read(layer, signal) {
      const key = factsKey(layer, verifyAll);
      if (key === undefined) return reader.read(layer, signal);
      const known = running.get(key);
      if (known !== undefined) {
        asked(key);
        return sharedRead(layer, known, signal);
      }
      const read = readOnce(layer, key, signal);
      running.set(key, read);
      read.then(
        ({ facts }) => hold(key, facts.keptBytes),
        () => {},
      );
      return read;
    },
  };
}

/** A store that forgets everything; one run still reads each layer once. */
export const NO_STORE: FactStore = { get: () => undefined, put: () => {} };

/** Bytes the folder may hold; the entries that were not used for longest go first. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * A store in a folder, one file a layer: a checksum, JSON and names. What cannot be read, does not match its checksum
 * or is of another schema is not there; a folder that cannot be written stores nothing. Entries appear whole,
 * by rename, so that parallel runs and killed ones do no harm.
 */
export function folderStore(
  folder: string,
  schema: string,
  mostBytes = MOST_BYTES,
  today: () => Date = () => new Date(),
): FactStore {
  const file = (key: string) => join(folder, `${sha256(`${schema}\n${key}`)}.facts`);
  let cleaned = false;
  const cleanOnce = () => {
    if (!cleaned) clean(folder);
    cleaned = true;
  };
  let shelf: Shelf | undefined;
  return {
    get(key) {
      try {
        cleanOnce();
        const path = file(key);
        const facts = decode(readFileSync(path));
        // The diffID is the last word of every key.
        if (facts?.schema !== schema || !key.endsWith(facts.diffId)) return undefined;
        const now = today();
        utimesSync(path, now, now);
        shelf?.used(path);
        return facts;
      } catch {
        return undefined;
      }
    },
    put(key, facts) {
      const part = join(folder, `${process.pid}.part`);
      try {
        makeFolders(folder);
        cleanOnce();
        shelf ??= new Shelf(folder);
        const entry = encode(facts);
        writeFileSync(part, entry);
        renameSync(part, file(key));
        shelf.put(file(key), entry.length);
        shelf.keepWithin(mostBytes);
      } catch {
        // Without a cache the run is slower, not wrong; the next run that can removes what is left.
      }
    },
  };
}

/** Removes what killed runs left: parts whose process is gone. */
function clean(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^(\d+)\.part$/.exec(name)?.[1];
    if (pid !== undefined && !alive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const CHECKSUM = 64;
const NEWLINE = 0x0a;

/** A checksum and JSON, a line each, then the names as they lie in memory: where each ends, and their bytes. */
function encode(facts: LayerFacts): Buffer {
  const { bytes, ends } = facts.names;
  const head = JSON.stringify({ ...facts, names: ends.length });
  const body = Buffer.concat([
    Buffer.from(`${head}\n`),
    Buffer.from(ends.buffer, ends.byteOffset, ends.byteLength),
    bytes,
  ]);
  return Buffer.concat([Buffer.from(`${sha256(body)}\n`), body]);
}

function decode(stored: Buffer): LayerFacts | undefined {
  const body = stored.subarray(CHECKSUM + 1);
  if (stored[CHECKSUM] !== NEWLINE || stored.toString("latin1", 0, CHECKSUM) !== sha256(body))
    return undefined;
  const after = body.indexOf(NEWLINE) + 1;
  const facts = JSON.parse(body.toString("utf8", 0, after)) as Omit<LayerFacts, "names"> & {
    readonly names: number;
  };
  const ends = new Uint32Array(facts.names);
  new Uint8Array(ends.buffer).set(body.subarray(after, after + ends.byteLength));
  const bytes = Uint8Array.from(body.subarray(after + ends.byteLength));
  return fits(ends, bytes) ? { ...facts, names: { bytes, ends } } : undefined;
}

/** Whether they can be names: a machine that orders bytes in another way may have written them. */
function fits(ends: Uint32Array, bytes: Uint8Array): boolean {
  return (
    (ends.at(-1) ?? 0) === bytes.length && ends.every((end, i) => i === 0 || end >= (ends[i - 1] as number))
  );
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
