import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLayerReader } from "../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { createCredentials } from "../../src/image/source/registry/credentials.ts";
import { createRegistrySource } from "../../src/image/source/registry/registry-source.ts";
import type { Image, Layer } from "../../src/model/oci.ts";
import { type Fault, type MadeImage, digestOf, startFaultyRegistry } from "../support/faulty-registry.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePorts } from "../support/free-ports.ts";
import { CORPUS, describeWith } from "../support/parts.ts";
import { openImages, profileOf } from "../support/sources.ts";
import { type TabledLayer, writeEstargz } from "../support/tabled-layers.ts";
import { type Member, makeTar } from "../support/tar.ts";

const ALPINE = "alpine/alpine-minirootfs-3.13.12-x86_64.tar.gz";
const sources = [
  createRegistrySource({
    credentials: createCredentials({ env: {}, home: "/nonexistent" }),
    limits: DEFAULT_LIMITS,
    env: {},
  }),
];
const { signal } = new AbortController();

/** Bytes the layer's source was asked for. */
function counting(layer: Layer): {
  readonly layer: Layer;
  readonly asked: { whole: number; ranged: number };
} {
  const { blob } = layer;
  const asked = { whole: 0, ranged: 0 };
  if (blob.kind !== "stream") throw new Error("a layer in a registry is a stream");
  const { readRange } = blob;
  return {
    asked,
    layer: {
      ...layer,
      blob: {
        ...blob,
        open: (stop) => {
          asked.whole += blob.size ?? 0;
          return blob.open(stop);
        },
        readRange: (from, to, stop) => {
          asked.ranged += to - from;
          return readRange?.(from, to, stop) ?? Promise.resolve(undefined);
        },
      },
    },
  };
}

async function onlyLayer(reference: string): Promise<Layer> {
  const [image] = await openImages(reference, sources);
  return (image as Image).layers[0] as Layer;
}

const read = (layer: Layer, verifyAll = false) =>
  createLayerReader(DEFAULT_LIMITS, { verifyAll }).read(layer, signal);

/** The bytes of a real root file system without its end marker, and a file that nobody wants. */
function rootfs(): { readonly archive: Buffer; readonly filler: Member } {
  const whole = gunzipSync(readFileSync(join(CORPUS, ALPINE)));
  let end = whole.length;
  while (whole.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
  return {
    archive: whole.subarray(0, end),
    filler: { name: "./srv/data.bin", body: randomBytes(12 * 2 ** 20) },
  };
}

async function membersOf(archive: Buffer): Promise<Member[]> {
  const members: Member[] = [];
  const walk = extract();
  walk.end(Buffer.concat([archive, Buffer.alloc(1024)]));
  for await (const entry of walk) {
    const parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    const { name, type, mode, linkname } = entry.header;
    members.push({
      name,
      type,
      mode,
      ...(linkname ? { linkname } : {}),
      ...(type === "file" ? { body: Buffer.concat(parts) } : {}),
    });
  }
  return members;
}

describeWith(
  { programs: ["docker-registry", "skopeo", "umoci"], corpus: true },
  "zstd:chunked, written by skopeo and served by docker-registry",
  () => {
    const folder = temporaryFolder();
    let registry: ReturnType<typeof spawn>;
    let reference: string;
    beforeAll(async () => {
      const [port = 0] = await freePorts(1);
      const storage = { filesystem: { rootdirectory: join(folder.path, "registry") } };
      const settings = JSON.stringify({ version: 0.1, storage, http: { addr: `127.0.0.1:${port}` } });
      registry = spawn("docker-registry", ["serve", folder.write("registry.yml", settings)], {
        stdio: "ignore",
      });
      reference = `127.0.0.1:${port}/test/chunked:1`;
      const { archive, filler } = rootfs();
      folder.write("rootfs.tar", Buffer.concat([archive, await makeTar([filler])]));
      const run = (program: string, ...args: string[]) =>
        execFileSync(program, args, { cwd: folder.path, stdio: "pipe" });
      run("umoci", "init", "--layout", "oci");
      run("umoci", "new", "--image", "oci:1");
      run("umoci", "raw", "add-layer", "--image", "oci:1", "rootfs.tar");
      run("umoci", "config", "--image", "oci:1", "--config.cmd", "/bin/sh", "--architecture", "amd64");
      run("skopeo", "copy", "--dest-decompress", "oci:oci:1", "dir:plain");
      const format = ["--dest-compress", "--dest-compress-format", "zstd:chunked"];
      run("skopeo", "copy", ...format, "dir:plain", "oci:chunked:1");
      for (let tries = 0; ; tries++) {
        try {
          run("skopeo", "copy", "--dest-tls-verify=false", "oci:chunked:1", `docker://${reference}`);
          break;
        } catch (error) {
          // The registry may not listen yet.
          if (tries === 20) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    }, 60_000);
    afterAll(() => registry.kill());

    it("gives the facts of the full read from a fraction of its bytes", async () => {
      const layer = await onlyLayer(reference);
      const whole = counting(layer);
      const { facts: full, verified: all } = await read(whole.layer, true);
      const part = counting(layer);
      const { facts, verified } = await read(part.layer);
      expect([all, verified]).toEqual(["every-digest", "table-of-contents"]);
      expect(facts).toEqual(full);
      expect(full.entryCount).toBeGreaterThan(400);
      expect(part.asked.whole).toBe(0);
      expect(part.asked.ranged).toBeLessThan(whole.asked.whole / 4);
      console.info(`zstd:chunked: ${part.asked.ranged} of ${whole.asked.whole} bytes`);
    });

    it("profiles the image as musl 1.2.2, and says that not every byte was hashed", async () => {
      const profile = await profileOf(reference, sources);
      expect(profile.process).toMatchObject({ kind: "uses-musl", musl: { exact: "1.2.2" } });
      expect(profile.verified).toBe("table-of-contents");
    });
  },
);

describeWith({ corpus: true }, "eStargz of a real root file system in a registry that misbehaves", () => {
  let made: TabledLayer;
  let image: MadeImage;
  beforeAll(async () => {
    const { archive, filler } = rootfs();
    made = await writeEstargz([...(await membersOf(archive)), filler], { chunkSize: 256 * 1024 });
    image = imageOf(made);
  });

  it("gives the facts of the full read from a fraction of its bytes", async () => {
    const registry = await startFaultyRegistry(undefined, image);
    try {
      const layer = await onlyLayer(`${registry.host}/a/b:1`);
      const { facts: full } = await read(layer, true);
      const { layer: counted, asked } = counting(layer);
      const { facts, verified } = await read(counted);
      expect(verified).toBe("table-of-contents");
      expect(facts).toEqual(full);
      expect(asked.whole).toBe(0);
      expect(asked.ranged).toBeLessThan(made.stored.length / 4);
      console.info(`eStargz: ${asked.ranged} of ${made.stored.length} bytes`);
    } finally {
      await registry.close();
    }
  });

  describe("is read whole, and right", () => {
    const ranged = (seen: Parameters<Fault>[0]) =>
      seen.url.includes(image.layerDigest) && seen.headers.range !== undefined;
    const faults: [string, Fault][] = [
      [
        "where ranges are answered with everything",
        (seen, response) => {
          if (!ranged(seen)) return false;
          response.writeHead(200, { "content-length": image.layer.length });
          response.end(image.layer);
          return true;
        },
      ],
      [
        "where ranges are refused",
        (seen, response) => {
          if (!ranged(seen)) return false;
          response.writeHead(416).end();
          return true;
        },
      ],
      [
        "where other ranges come than were asked for",
        (seen, response) => {
          if (!ranged(seen)) return false;
          const headers = { "content-length": 10, "content-range": `bytes 0-9/${image.layer.length}` };
          response.writeHead(206, headers);
          response.end(image.layer.subarray(0, 10));
          return true;
        },
      ],
    ];
    it.each(faults)("%s", async (_, fault) => {
      const registry = await startFaultyRegistry(fault, image);
      try {
        const { facts, verified } = await read(await onlyLayer(`${registry.host}/a/b:1`));
        expect(verified).toBe("stored-digest");
        expect(facts.diffId).toBe(made.diffId);
        expect(Object.keys(facts.entries).length).toBeGreaterThan(300);
      } finally {
        await registry.close();
      }
    });
  });
});

/** An image of one layer with annotations. */
function imageOf({ stored, diffId, annotations }: TabledLayer): MadeImage {
  const rootfsOf = { type: "layers", diff_ids: [diffId] };
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", rootfs: rootfsOf }));
  const layer = {
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    digest: digestOf(stored),
    size: stored.length,
    annotations,
  };
  const mediaType = "application/vnd.oci.image.config.v1+json";
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType, digest: digestOf(config), size: config.length },
      layers: [layer],
    }),
  );
  return {
    manifest,
    manifestDigest: digestOf(manifest),
    config,
    configDigest: digestOf(config),
    layer: stored,
    layerDigest: layer.digest,
  };
}
