/** Keeps the facts of layers on disk by diffID, so that a layer is fetched and read once. Must never be trusted over a digest. */
import type { Digest } from "../model/digest.ts";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { LayerFacts } from "../model/layer-facts.ts";
import type { Layer } from "../model/oci.ts";
import type { LayerReader, ReadLayer } from "./layer/reader.ts";
import { Shelf } from "./cache-shelf.ts";

/** Facts by diffID. */
export interface FactStore {
  get(diffId: Digest): LayerFacts | undefined;
  put(facts: LayerFacts): void;
}

/** Bytes of facts (`keptBytes`) that a run holds for images to come; what is dropped is read again. */
const MOST_HELD = 256 * 2 ** 20;

/**
 * A reader that asks the store first and reads each diffID once, as long as what is held stays small. A layer without
 * a diffID is always read. The reader has verified digest and diffID before anything is stored.
 */
export function cachedReader(reader: LayerReader, store: FactStore, mostHeld = MOST_HELD): LayerReader {
  const readOnce = async (layer: Layer, diffId: Digest, signal: AbortSignal): Promise<ReadLayer> => {
    const stored = store.get(diffId);
    if (stored !== undefined) return { facts: stored, verified: true };
    const read = await reader.read(layer, signal);
    // What was not hashed may not be what its diffID says.
    if (read.verified) store.put(read.facts);
    return read;
  };
  const running = new Map<Digest, Promise<ReadLayer>>();
  const sizes = new Map<Digest, number>();
  let held = 0;
  const hold = (diffId: Digest, size: number) => {
    sizes.set(diffId, size);
    held += size;
    for (const [oldest, itsSize] of sizes) {
      if (held <= mostHeld) break;
      running.delete(oldest);
      sizes.delete(oldest);
      held -= itsSize;
    }
  };
  return {
    read(layer, signal) {
      const { diffId } = layer;
      if (diffId === undefined) return reader.read(layer, signal);
      const known = running.get(diffId);
      if (known !== undefined) return known;
      const read = readOnce(layer, diffId, signal);
      running.set(diffId, read);
      read.then(
        ({ facts }) => hold(diffId, facts.keptBytes),
        () => {},
      );
      return read;
    },
    close: () => reader.close(),
  };
}

/** A store that forgets everything; one run still reads each layer once. */
export const NO_STORE: FactStore = { get: () => undefined, put: () => {} };

/** `$XDG_CACHE_HOME/muslgate`, or `~/.cache/muslgate` (XDG Base Directory Specification: relative paths are ignored). */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), ".cache"), "muslgate");
}

/** Bytes the folder may hold; the entries that were not used for longest go first. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * A store in a folder, one file a layer: a checksum, then JSON. What cannot be read, does not match its checksum
 * or is of another schema is not there; a folder that cannot be written stores nothing. Entries appear whole,
 * by rename, so that parallel runs and killed ones do no harm.
 */
export function folderStore(
  folder: string,
  schema: string,
  mostBytes = MOST_BYTES,
  today: () => Date = () => new Date(),
): FactStore {
  const file = (diffId: Digest) => join(folder, `${sha256(`${schema}\n${diffId}`)}.json`);
  let cleaned = false;
  const cleanOnce = () => {
    if (!cleaned) clean(folder);
    cleaned = true;
  };
  let shelf: Shelf | undefined;
  return {
    get(diffId) {
      try {
        cleanOnce();
        const text = readFileSync(file(diffId), "utf8");
        const facts = decode(text);
        if (facts?.schema !== schema || facts.diffId !== diffId) return undefined;
        const now = today();
        utimesSync(file(diffId), now, now);
        shelf?.used(file(diffId));
        return facts;
      } catch {
        return undefined;
      }
    },
    put(facts) {
      const part = join(folder, `${process.pid}.part`);
      try {
        mkdirSync(folder, { recursive: true });
        cleanOnce();
        shelf ??= new Shelf(folder);
        const text = encode(facts);
        writeFileSync(part, text);
        renameSync(part, file(facts.diffId));
        shelf.put(file(facts.diffId), Buffer.byteLength(text));
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

/** Clean paths hold no `//`: joined by it, the long list is one string, which JSON reads at memory speed. */
const BETWEEN = "//";

function encode(facts: LayerFacts): string {
  const body = JSON.stringify({ ...facts, names: facts.names.join(BETWEEN) });
  return `${sha256(body)}\n${body}`;
}

function decode(text: string): LayerFacts | undefined {
  const body = text.slice(65);
  if (text[64] !== "\n" || text.slice(0, 64) !== sha256(body)) return undefined;
  const stored = JSON.parse(body) as LayerFacts & { names: string };
  return { ...stored, names: stored.names === "" ? [] : stored.names.split(BETWEEN) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
