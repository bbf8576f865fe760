/** A repository of a registry as a store, one artifact a shard of a run. Must let no name in one lead anywhere, nor take facts away that another run of the shard left. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../image/oci/digest.ts";
import type { Artifacts } from "../image/source/registry/artifacts.ts";
import type { RegistrySource } from "../image/source/registry/registry-source.ts";
import type { Digest } from "../model/digest.ts";
import { MuslgateError, messageOf } from "../model/error.ts";
import { entryKey } from "./facts-entry.ts";
import type { PlannedLayer } from "./plan.ts";
import { folderStore, isUnread, MOST_ENTRY, type Store, TwoFacts } from "./store.ts";

/** What of a run a store is for: these layers; `shard` where that one is to write. */
export interface RunPart {
  readonly run: Digest;
  readonly layers: readonly PlannedLayer[];
  readonly schema: string;
  readonly shard?: number;
}

const KIND = {
  artifactType: "application/vnd.muslgate.facts.v1",
  mediaType: "application/vnd.muslgate.facts.v1.tar",
  most: MOST_ENTRY,
};
/** Bytes that the tar format adds to an entry at most, and at its end. */
const AROUND = 1024;
/** Bundles that are fetched side by side. */
const LANES = 4;

/** Opens `oci://REGISTRY/REPOSITORY`; what is read lies below `place` until it is closed. Rejects with MuslgateError (`usage`) for another word. */
export async function ociStore(
  written: string,
  { run, layers, schema, shard }: RunPart,
  registry: Pick<RegistrySource, "artifacts">,
  place: string,
): Promise<Store> {
  const [, repository] = /^oci:\/\/((?:[^/@]*[.:][^/@]*|localhost)\/[^:@]+)$/.exec(written) ?? [];
  if (repository === undefined)
    throw new MuslgateError(
      "usage",
      `the store is "${written}"`,
      "Write a repository as oci://REGISTRY/REPOSITORY, without a tag.",
    );
  const artifacts = await registry.artifacts(repository, KIND, new AbortController().signal);
  const shards = new Map(layers.map((one) => [entryKey(schema, one.digest), one.shard]));
  const tagOf = (number: number) => `${run.replace(":", "-")}-${number}`;
  // Facts may be more than memory holds; a key of the plan is all that names a file of it.
  const folder = temporaryFolder(place);
  const here = folderStore(folder, shard);
  const held = new Set<string>();
  let size = 0;
  let closed = false;
  const add = async (key: string, entry: string) => {
    // What still waited for bytes when another failed must not make the folder anew.
    if (closed) return undefined;
    const there = await here.add(key, entry);
    if (there !== undefined) return there;
    held.add(key);
    size += Buffer.byteLength(entry) + AROUND;
    return undefined;
  };

  const take = async (number: number, layer: Parameters<Artifacts["read"]>[0]) => {
    const isOf = (key: string) => shards.get(key) === number;
    for (const [key, entry] of await entriesIn(await artifacts.read(layer), isOf, written, number)) {
      const there = await add(key, entry);
      if (there !== undefined && there !== entry) throw new TwoFacts(undefined, key, [{ name: written }]);
    }
  };
  let loaded: Promise<void> | undefined;
  /** Shards that could not be read: the others are all the same. */
  const problems = new Map<number, MuslgateError>();
  const load = async () => {
    const waiting = new Set([...shards.values()].filter((number) => number > 0)).values();
    const lane = async () => {
      for (const number of waiting) {
        try {
          const layer = await artifacts.find(tagOf(number));
          if (layer !== undefined) await take(number, layer);
        } catch (error) {
          if (!isUnread(error)) throw error;
          problems.set(number, error);
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  };

  return {
    name: written,
    async get(key) {
      loaded ??= load();
      await loaded;
      const problem = problems.get(shards.get(key) ?? 0);
      if (problem !== undefined) throw problem;
      return await here.get(key);
    },
    async add(key, entry) {
      if (size + Buffer.byteLength(entry) + AROUND > KIND.most)
        throw new MuslgateError(
          "limit",
          `the facts of shard ${shard} have more than ${KIND.most} bytes`,
          "Make the plan with more shards.",
        );
      return await add(key, entry);
    },
    async save() {
      if (shard === undefined || held.size === 0) return;
      // Another run of the shard may have left its facts meanwhile.
      const there = await artifacts.find(tagOf(shard));
      if (there !== undefined) await take(shard, there);
      const bytes = await bundle([...held].toSorted(), here);
      if (digestOf(bytes) !== there?.digest) await artifacts.push(tagOf(shard), bytes);
    },
    close() {
      closed = true;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function temporaryFolder(place: string): string {
  try {
    return mkdtempSync(join(place, "muslgate-facts-"));
  } catch (error) {
    const hint = "Set TMPDIR to a folder that this user may write.";
    throw new MuslgateError("usage", `facts have no place on their way: ${messageOf(error)}`, hint, error);
  }
}

/** A tar of them: the same entries are the same bytes. */
async function bundle(keys: readonly string[], store: Store): Promise<Uint8Array> {
  const { pack } = await import("tar-stream");
  const tar = pack();
  const chunks: Uint8Array[] = [];
  const packed = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  })();
  for (const key of keys)
    tar.entry({ name: `${key}.json`, mtime: new Date(0), mode: 0o644 }, (await store.get(key)) ?? "");
  tar.finalize();
  await packed;
  return Buffer.concat(chunks);
}

/** Its entries by their keys. Rejects with MuslgateError (`input`) for anything in it that is none of the shard's. */
async function entriesIn(
  bytes: Uint8Array,
  isOf: (key: string) => boolean,
  store: string,
  shard: number,
): Promise<ReadonlyMap<string, string>> {
  const { extract } = await import("tar-stream");
  const entries = new Map<string, string>();
  const tar = extract();
  tar.end(bytes);
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      const [, key] = /^([0-9a-f]{64})\.json$/.exec(name) ?? [];
      if (key === undefined || type !== "file" || !isOf(key))
        throw new Error("it has an entry of something else");
      if (entries.has(key)) throw new Error(`it has ${key} twice`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      entries.set(key, Buffer.concat(chunks).toString("utf8"));
    }
  } catch (error) {
    throw new MuslgateError(
      "input",
      `what the store ${store} has of shard ${shard} is not what muslgate puts there: ${messageOf(error)}`,
      "Find out who may write there, take it away, and read the shard again.",
    );
  }
  return entries;
}
