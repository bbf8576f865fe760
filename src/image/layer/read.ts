/** One walk over one layer: stored bytes in, verified facts out. Must not write anything nor keep bodies. */
import { createHash } from "node:crypto";
import { MuslgateError } from "../../model/error.ts";
import type { FileFact, LayerEntry, LayerFacts } from "../../model/layer-facts.ts";
import type { Digest } from "../../model/oci.ts";
import type { Collector, Detector } from "../detect/detector.ts";
import type { Limits } from "../limits.ts";
import { compressionOf, decompress } from "./decompress.ts";
import { cleanPath } from "./path.ts";
import { seekWalk } from "./seek.ts";
import { type TarEntry, TarWalk } from "./tar.ts";

/** What the manifest and the configuration promise about a layer; whatever is given is checked. */
export interface Promised {
  readonly digest?: Digest;
  readonly diffId?: Digest;
  /** Bytes as stored. */
  readonly size?: number;
  /** `not-needed` where the caller compares the diffID itself. */
  readonly endMarker?: "not-needed";
}

/** Raised when the same layer would give other facts; part of the cache key. */
const SCHEMA = 1;

/** Names the facts' form: our schema and every detector with its version. */
export function factsSchema(detectors: readonly Detector[]): string {
  return [SCHEMA, ...detectors.map(({ id, version }) => `${id}@${version}`)].join(" ");
}

/**
 * Reads a layer to its last byte. Throws MuslgateError: `input` when it is damaged, cut short, or not what
 * was promised; `limit` when a bound is reached. Nothing is returned before every digest has been checked.
 */
export function readLayer(
  stored: Iterable<Uint8Array>,
  promised: Promised,
  detectors: readonly Detector[],
  limits: Limits,
): LayerFacts {
  const input = new Metered(stored, promised.digest !== undefined);
  const compression = compressionOf(input.peek());
  const facts = new FactCollection(detectors);
  const walk = new TarWalk((entry) => facts.entry(entry), limits);
  // Stored uncompressed, digest and diffID are over the same bytes: hash them once.
  const hash = compression === "none" && promised.digest !== undefined ? undefined : createHash("sha256");
  let bytes = 0;
  for (const chunk of decompress(compression, input)) {
    bytes += chunk.length;
    checkSize(bytes, input.bytes, limits);
    hash?.update(chunk);
    walk.push(chunk);
  }
  if (promised.size !== undefined && input.bytes !== promised.size) {
    throw mismatch("size", `${promised.size} bytes`, `${input.bytes} bytes`);
  }
  const digest = promised.digest === undefined ? undefined : input.digest();
  if (promised.digest !== undefined && digest !== undefined) verify("digest", promised.digest, digest);
  const diffId =
    hash === undefined && digest !== undefined ? digest : (`sha256:${hash?.digest("hex")}` as const);
  if (promised.diffId !== undefined) verify("diffID", promised.diffId, diffId);
  walk.end();
  // Without a diffID only the end marker tells a whole tar from one cut between two entries.
  if (promised.diffId === undefined && promised.endMarker === undefined && !walk.ended) {
    throw new MuslgateError(
      "input",
      bytes === 0
        ? "it is empty"
        : `the tar has no end marker after its ${walk.entries} entries: it was cut short`,
      "Fetch or build it again.",
    );
  }
  return { schema: factsSchema(detectors), diffId, bytes, entryCount: walk.entries, ...facts.result() };
}

/**
 * The facts of a plain tar on disk, read by seeking: bodies nobody wants are not read, so nothing is hashed and
 * `diffId` is taken on trust. Throws MuslgateError as `readLayer` does.
 */
export function seekLayer(
  file: { readonly path: string; readonly offset: number; readonly size: number },
  diffId: Digest,
  detectors: readonly Detector[],
  limits: Limits,
): LayerFacts {
  checkSize(file.size, file.size, limits);
  const facts = new FactCollection(detectors);
  const walk = new TarWalk((entry) => facts.entry(entry), limits);
  seekWalk(file.path, file.offset, file.size, walk);
  const result = facts.result();
  return { schema: factsSchema(detectors), diffId, bytes: file.size, entryCount: walk.entries, ...result };
}

function checkSize(bytes: number, storedBytes: number, limits: Limits): void {
  if (bytes > limits.layerBytes) {
    throw new MuslgateError(
      "limit",
      `the layer unpacks to more than ${limits.layerBytes} bytes`,
      "Raise the limit on layer bytes if you trust this image.",
    );
  }
  if (bytes > limits.ratioFloor && bytes > limits.ratio * storedBytes) {
    throw new MuslgateError(
      "limit",
      `the layer unpacks to more than ${limits.ratio} times its ${storedBytes} stored bytes`,
      "Raise the limit on the ratio if you trust this image.",
    );
  }
}

/** Facts of a layer that went by before its diffID was known. Throws MuslgateError (`input`) on a mismatch. */
export function checkFacts(facts: LayerFacts, diffId: Digest | undefined): LayerFacts {
  if (diffId !== undefined) verify("diffID", diffId, facts.diffId);
  return facts;
}

function verify(what: "digest" | "diffID", promised: Digest, found: Digest): void {
  if (promised !== found) throw mismatch(what, promised, found);
}

function mismatch(what: string, promised: string, found: string): MuslgateError {
  return new MuslgateError(
    "input",
    `the layer's ${what} does not match: the image promises ${promised}, its bytes have ${found}`,
    "The image was damaged or changed on its way: fetch or build it again.",
  );
}

/** Counts and hashes the stored bytes as they pass. */
class Metered implements Iterable<Uint8Array> {
  readonly #source: Iterator<Uint8Array>;
  readonly #hash = createHash("sha256");
  readonly #hashing: boolean;
  #first: Uint8Array | undefined;
  bytes = 0;

  constructor(source: Iterable<Uint8Array>, hashing: boolean) {
    this.#source = source[Symbol.iterator]();
    this.#hashing = hashing;
  }

  /** The first bytes, at least six where there are that many; they are still delivered. */
  peek(): Uint8Array {
    let head: Uint8Array = new Uint8Array(0);
    while (head.length < 6) {
      const { value, done } = this.#source.next();
      if (done) break;
      head = head.length === 0 ? value : Buffer.concat([head, value]);
    }
    this.#first = head;
    return head;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void> {
    if (this.#first !== undefined && this.#first.length > 0) yield this.#pass(this.#first);
    this.#first = undefined;
    for (let next = this.#source.next(); !next.done; next = this.#source.next()) yield this.#pass(next.value);
  }

  digest(): Digest {
    return `sha256:${this.#hash.digest("hex")}`;
  }

  #pass(bytes: Uint8Array): Uint8Array {
    this.bytes += bytes.length;
    if (this.#hashing) this.#hash.update(bytes);
    return bytes;
  }
}

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** Gathers what the entries of one layer teach. */
class FactCollection {
  readonly #detectors: readonly Detector[];
  readonly #entries = new Map<string, LayerEntry>();
  readonly #plain = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #whiteouts = new Set<string>();
  readonly #opaque = new Set<string>();

  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors;
  }

  entry(entry: TarEntry) {
    const path = cleanPath(entry.name);
    if (path === "") return undefined;
    const slash = path.lastIndexOf("/");
    const base = path.slice(slash + 1);
    if (base.startsWith(WHITEOUT)) {
      this.#whiteout(path.slice(0, Math.max(slash, 0)), base);
      return undefined;
    }
    if (entry.type === "directory") {
      this.#entries.delete(path);
      this.#plain.delete(path);
      this.#folders.add(path);
      return undefined;
    }
    this.#folders.delete(path);
    if (entry.type === "file") return this.#file(path, entry);
    if (entry.type === "other") this.#setPlain(path);
    else {
      this.#plain.delete(path);
      const target = entry.type === "hardlink" ? cleanPath(entry.link) : entry.link;
      this.#entries.set(path, { type: entry.type, target });
    }
    return undefined;
  }

  result(): Pick<LayerFacts, "entries" | "plain" | "folders" | "whiteouts" | "opaque"> {
    return {
      // A null prototype: `__proto__` is a file name like any other here.
      entries: Object.assign(Object.create(null), Object.fromEntries(this.#entries)),
      plain: [...this.#plain],
      folders: [...this.#folders],
      whiteouts: [...this.#whiteouts],
      opaque: [...this.#opaque],
    };
  }

  #whiteout(folder: string, base: string): void {
    if (base === OPAQUE) this.#opaque.add(folder);
    // Other names that start so are aufs's own bookkeeping (OCI image spec, "Whiteouts").
    else if (!base.startsWith(`${WHITEOUT}${WHITEOUT}`)) {
      const name = base.slice(WHITEOUT.length);
      this.#whiteouts.add(folder === "" ? name : `${folder}/${name}`);
    }
  }

  #setPlain(path: string): void {
    this.#entries.delete(path);
    this.#plain.add(path);
  }

  #file(path: string, entry: TarEntry) {
    const executable = (entry.mode & 0o111) !== 0;
    const header = { path, size: entry.size, executable };
    const collectors: Collector[] = [];
    for (const detector of this.#detectors) {
      const collector = detector.start(header);
      if (collector !== undefined) collectors.push(collector);
    }
    const finish = () => {
      const facts = collectors
        .map((collector) => collector.end())
        .filter((fact): fact is FileFact => fact !== undefined);
      if (facts.length === 0 && !executable) this.#setPlain(path);
      else {
        this.#plain.delete(path);
        this.#entries.set(path, { type: "file", size: entry.size, executable, facts });
      }
    };
    if (collectors.length === 0) {
      finish();
      return undefined;
    }
    let wanting = [...collectors];
    return {
      push(bytes: Uint8Array) {
        wanting = wanting.filter((collector) => collector.push(bytes));
        return wanting.length > 0;
      },
      end: finish,
    };
  }
}
