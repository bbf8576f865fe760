/** Hostile layers end in the budget that bounds their sums, and the error names it and how to raise it. */
import type { Digest } from "../../../src/model/digest.ts";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { analyzeImage } from "../../../src/image/analyze.ts";
import { cachedReader, NO_STORE } from "../../../src/image/cache.ts";
import { wholeFile } from "../../../src/image/detect/detector.ts";
import { DETECTORS } from "../../../src/image/detect/index.ts";
import { readArchive } from "../../../src/image/layer/archive.ts";
import { readLayer } from "../../../src/image/layer/read.ts";
import type { LayerReader } from "../../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/image/limits.ts";
import type { Layer } from "../../../src/model/oci.ts";
import { config, layerFacts } from "../../support/file-system.ts";
import { makeTar } from "../../support/tar.ts";

const small = (limits: Partial<Limits>): Limits => ({ ...DEFAULT_LIMITS, ...limits });

/** A header with its checksum. */
function header(type: string, size: number, name = "x"): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000755\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write(type, 156);
  block.write("ustar\u000000", 257, "latin1");
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** The same blocks over and over; counts how often they were asked for. */
function endless(blocks: Buffer) {
  const counted = {
    given: 0,
    *[Symbol.iterator]() {
      for (;;) {
        counted.given++;
        yield blocks;
      }
    },
  };
  return counted;
}

const padded = (body: Buffer) => Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);

describe("a layer without end stops", () => {
  const pax = padded(
    Buffer.concat([Buffer.from("900000 comment="), Buffer.alloc(899_984, "a"), Buffer.from("\n")]),
  );
  const scripts = padded(Buffer.from(`#!/bin/sh\n${"echo\n".repeat(6_000)}`));
  it.each<[string, Buffer, Partial<Limits>, RegExp, number]>([
    [
      "PAX headers",
      Buffer.concat([header("x", 900_000), pax, header("0", 0)]),
      {},
      /together more than 134217728 \(limit headersBytes\)/,
      150,
    ],
    [
      "GNU long names",
      Buffer.concat([header("L", 4_000), padded(Buffer.alloc(4_000, "n")), header("0", 0)]),
      { headersBytes: 10_000 },
      /limit headersBytes/,
      3,
    ],
    ["blocks of a sparse map", sparseMap(), { headersBytes: 10_000 }, /limit headersBytes/, 25],
    ["entries", header("0", 0), { layerEntries: 1_000 }, /limit layerEntries/, 1_001],
    ["names", header("0", 0, "n".repeat(90)), { keptBytes: 10_000 }, /limit keptBytes/, 100],
    [
      "script texts",
      Buffer.concat([header("0", scripts.length), scripts]),
      { keptBytes: 100_000 },
      /limit keptBytes/,
      4,
    ],
    ["links", header("2", 0), { keptBytes: 10_000 }, /limit keptBytes/, 400],
    ["whiteouts", header("0", 0, ".wh.x"), { keptBytes: 10_000 }, /limit keptBytes/, 400],
    [
      "bytes",
      Buffer.concat([header("0", 512), Buffer.alloc(512, "a")]),
      { layerBytes: 10_000 },
      /limit layerBytes/,
      11,
    ],
  ])("at its %s", async (_, blocks, limits, words, most) => {
    const layer = endless(blocks);
    await expect(readLayer(layer, {}, { detectors: DETECTORS, limits: small(limits) })).rejects.toThrow(
      words,
    );
    expect(layer.given).toBeLessThanOrEqual(most);
  });

  it("and says how to raise the bound", async () => {
    const read = () =>
      readLayer(endless(header("0", 0)), {}, { detectors: DETECTORS, limits: small({ layerEntries: 7 }) });
    await expect(read()).rejects.toThrow(
      expect.objectContaining({ code: "limit", hint: expect.stringContaining("layerEntries=14") }),
    );
  });

  it("at holes of sparse files, where somebody reads them", async () => {
    const map = (real: number) => {
      const block = header("S", 0, "a.sh");
      block.write(`${real.toString(8).padStart(11, "0")}\0`, 483);
      block.fill(0x20, 148, 156);
      const sum = block.reduce((total, byte) => total + byte, 0);
      block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      return block;
    };
    const layer = endless(map(4_000));
    await expect(
      readLayer(layer, {}, { detectors: DETECTORS, limits: small({ holeBytes: 10_000 }) }),
    ).rejects.toThrow(/limit holeBytes/);
    expect(layer.given).toBe(3);
    // Such as /var/log/lastlog, which nobody looks into.
    const nobody = wholeFile(
      "none",
      1,
      1,
      () => false,
      () => undefined,
    );
    const log = Buffer.concat([map(2 ** 32 - 1), Buffer.alloc(1024)]);
    const read = await readLayer([log], {}, { detectors: [nobody], limits: small({ holeBytes: 10_000 }) });
    expect(read.entryCount).toBe(1);
  });
});

/** An old GNU sparse header whose list of parts goes on for ever: every block says that another follows. */
function sparseMap(): Buffer {
  const block = header("S", 0);
  block.write("00000000001\0", 483);
  block[482] = 1;
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const more = Buffer.alloc(512);
  more[504] = 1;
  return Buffer.concat([block, ...Array.from({ length: 100 }, () => more)]);
}

describe("an archive that comes as a stream stops", () => {
  it("at what its layers leave behind together, one after the other", async () => {
    const names = Array.from({ length: 20 }, (_, i) => ({ name: `${i}`.padStart(90, "n"), body: "" }));
    const layer = await makeTar(names);
    const archive = await makeTar(Array.from({ length: 9 }, (_, i) => ({ name: `${i}.tar`, body: layer })));
    const members = await readArchive([archive], {
      detectors: DETECTORS,
      limits: small({ keptBytes: 6_000 }),
    });
    const kinds = [...members.values()].map(({ kind }) => kind);
    expect(kinds).toEqual(["layer", "layer", ...Array.from({ length: 7 }, () => "failed")]);
    expect([...members.values()].at(-1)).toMatchObject({ code: "limit", message: /limit keptBytes/ });
  });

  it("at its documents, its members, and its own compression", async () => {
    const documents = await makeTar(Array.from({ length: 9 }, (_, i) => ({ name: `${i}.json`, body: "{}" })));
    const read = (bytes: Buffer, limits: Partial<Limits>) =>
      readArchive([bytes], { detectors: DETECTORS, limits: small(limits) });
    const counted = async (limits: Partial<Limits>) =>
      [...(await read(documents, limits)).values()].filter(({ kind }) => kind === "document").length;
    expect(await counted({ documents: 4 })).toBe(4);
    expect(await counted({ documentsBytes: 4 })).toBe(2);
    const packed = gzipSync(documents);
    await expect(read(packed, { keptBytes: 1_000 })).rejects.toThrow(/limit keptBytes/);
    await expect(read(packed, { layerBytes: 1_000 })).rejects.toThrow(
      /the archive unpacks .* \(limit layerBytes\)/,
    );
    await expect(read(packed, { ratio: 2, ratioFloor: 1_000 })).rejects.toThrow(/limit ratio/);
  });
});

describe("an image", () => {
  const id = (n: number): Digest => `sha256:${String(n).padStart(64, "0")}`;
  const layer = (n: number): Layer => ({
    diffId: id(n),
    mediaType: "",
    blob: { kind: "read", facts: () => ({ ...layerFacts(id(n), {}), keptBytes: 60 }) },
  });
  const asked: (Digest | undefined)[] = [];
  const reader: LayerReader = {
    read: async ({ blob, diffId }) => {
      asked.push(diffId);
      if (blob.kind !== "read") throw new Error("not a layer of this test");
      return { facts: blob.facts(), verified: "diff-id" };
    },
  };
  const { signal } = new AbortController();

  it("is unknown where its layers together are more than may be held", async () => {
    const image = { reference: "x", config: config({ cmd: ["/a"] }), layers: [1, 2].map(layer) };
    const profile = await (await analyzeImage(image, reader, signal, small({ keptBytes: 100 })))({});
    expect(profile.complete).toBe(false);
    expect(profile.diagnostics[0]).toMatchObject({
      code: "layer-unreadable",
      message: expect.stringContaining("limit keptBytes"),
    });
    expect((await (await analyzeImage(image, reader, signal))({})).complete).toBe(true);
  });

  it("leaves only so many facts in memory for the next, those asked for last", async () => {
    const cached = cachedReader(reader, NO_STORE, { mostHeld: 130 });
    asked.length = 0;
    for (const n of [1, 2, 1, 3, 3, 1, 2]) await cached.read(layer(n), signal);
    expect(asked).toEqual([1, 2, 3, 2].map(id));
  });
});
