import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { alpine } from "../../../../examples/images.mjs";
import { cachedReader, folderStore } from "../../../../src/image/cache.ts";
import { DETECTORS } from "../../../../src/image/detect/index.ts";
import { factsSchema } from "../../../../src/image/layer/read.ts";
import { createLayerReader, type LayerReader } from "../../../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../../../src/image/limits.ts";
import { ImageReads } from "../../../../src/image/reads.ts";
import { createRegistrySource } from "../../../../src/image/source/registry/registry-source.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { startImageRegistry } from "../../../support/image-registry.ts";
import { workload } from "../../../support/profiles.ts";

const folder = temporaryFolder();
const COUNT = 32;
const NAMES = Array.from({ length: COUNT }, (_, i) => `app-${i}`);
const BASE = alpine("3.18.9", "1.2.4", "1.2.4-r2");
/** Each on the same base, with a layer of its own. */
const IMAGES = Object.fromEntries(
  NAMES.map((name) => [
    `${name}:1`,
    { layers: [BASE, [{ name: `app/${name}`, body: name }]], config: { Cmd: ["/bin/sh"] } },
  ]),
);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A registry, how many requests of each kind it saw, and what is resolved once it was asked for each manifest. */
async function registry() {
  const seen = { manifests: 0, blobs: 0 };
  let allAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    allAsked = resolve;
  });
  const server = await startImageRegistry(IMAGES, ({ url }) => {
    if (url.includes("/manifests/")) seen.manifests++;
    else if (url.includes("/blobs/")) seen.blobs++;
    if (seen.manifests === COUNT) allAsked();
  });
  closers.push(() => server.close());
  return { host: server.host, seen, asked };
}

async function readAll(host: string, reader: LayerReader): Promise<(string | undefined)[]> {
  const source = createRegistrySource({
    limits: DEFAULT_LIMITS,
    env: {},
    credentials: { find: async () => ({ problems: [] }) },
  });
  const { signal } = new AbortController();
  const ports = { sources: [source], registries: [source], reader, signal };
  const reads = new ImageReads(ports, { os: "linux", architecture: "amd64" });
  const read = await reads.read(NAMES.map((name) => workload(`${host}/${name}:1`)));
  return read.flatMap(({ profiles }) => profiles.map(({ musl }) => musl.loader?.value));
}

const MUSL = NAMES.map(() => "1.2.4");

it("manifests of 32 images are asked for though no layer has come", async () => {
  const { host, asked } = await registry();
  const reader = createLayerReader(DEFAULT_LIMITS);
  const held: LayerReader = {
    async read(layer, signal) {
      await asked;
      return reader.read(layer, signal);
    },
  };
  expect(await readAll(host, held)).toEqual(MUSL);
});

it("each image costs a manifest and a configuration, a layer is fetched once, and none that the cache has", async () => {
  const { host, seen } = await registry();
  const store = () => folderStore(join(folder.path, "cache"), factsSchema(DETECTORS));
  const cached = () => cachedReader(createLayerReader(DEFAULT_LIMITS), store());
  expect(await readAll(host, cached())).toEqual(MUSL);
  expect(seen).toEqual({ manifests: COUNT, blobs: COUNT + 1 + COUNT });
  expect(await readAll(host, cached())).toEqual(MUSL);
  expect(seen).toEqual({ manifests: 2 * COUNT, blobs: 2 * COUNT + 1 + COUNT });
});
