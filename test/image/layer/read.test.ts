import type { Digest } from "../../../src/model/digest.ts";
import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "../../support/property.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { wholeFile } from "../../../src/image/detect/detector.ts";
import { decompress } from "../../../src/image/layer/decompress.ts";
import { readLayer } from "../../../src/image/layer/read.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { packNames } from "../../../src/model/layer-names.ts";
import { type Member, makeTar, pieces } from "../../support/tar.ts";

/** A detector of the test's own: the text of `*.txt`. */
const TEXT = wholeFile(
  "text",
  1,
  100,
  ({ path }) => path.endsWith(".txt"),
  (bytes) => ({
    kind: "release",
    name: Buffer.from(bytes).toString(),
  }),
);

const MEMBERS: Member[] = [
  { name: "./a.txt", body: "first" },
  { name: "run", body: "#!", mode: 0o755 },
  { name: "data", body: "x".repeat(5000) },
  { name: "folder/", type: "directory" },
  { name: "link", type: "symlink", linkname: "a.txt" },
  { name: "hard", type: "link", linkname: "./a.txt" },
  { name: "folder/.wh.gone", body: "" },
  { name: "opaque/.wh..wh..opq", body: "" },
  { name: ".wh..wh.plnk/x", body: "" },
];

const sha256 = (bytes: Uint8Array): Digest => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const read = (bytes: Uint8Array, promised = {}, limits = {}) =>
  readLayer(pieces(bytes, 1000), promised, { detectors: [TEXT], limits: { ...DEFAULT_LIMITS, ...limits } });

/** Two zstd frames around a skippable one, all with raw blocks (RFC 8878), so that no encoder is needed. */
function rawZstd(bytes: Buffer): Buffer {
  const frame = (part: Buffer) => {
    const block = Buffer.alloc(3);
    block.writeUIntLE((part.length << 3) | 1, 0, 3);
    return Buffer.concat([Buffer.from("28b52ffd0058", "hex"), block, part]);
  };
  const half = 1024;
  const skippable = Buffer.concat([Buffer.from("502a4d1804000000", "hex"), Buffer.from("skip")]);
  const rest: Buffer[] = [];
  for (let at = half; at < bytes.length; at += 1024) rest.push(frame(bytes.subarray(at, at + 1024)));
  return Buffer.concat([skippable, frame(bytes.subarray(0, half)), skippable, ...rest]);
}

describe("readLayer", () => {
  let tar: Buffer;
  beforeAll(async () => {
    tar = await makeTar(MEMBERS);
  });

  it("keeps what taught something or can run, and records every other path", async () => {
    expect(await read(tar)).toEqual({
      schema: "2 text@1",
      diffId: sha256(tar),
      bytes: tar.length,
      entryCount: MEMBERS.length,
      keptBytes: expect.any(Number),
      names: packNames(["a.txt", "run", "data", "/folder", "link", "hard", ".wh..wh.plnk/x"]),
      entries: [
        [0, { type: "file", size: 5, executable: false, facts: [{ kind: "release", name: "first" }] }],
        [1, { type: "file", size: 2, executable: true, facts: [] }],
        [4, { type: "symlink", target: "a.txt" }],
        [5, { type: "hardlink", target: "a.txt" }],
      ],
      whiteouts: ["folder/gone"],
      opaque: ["opaque"],
    });
  });

  it("reads the same whatever the compression, members and frames", async () => {
    const plain = await read(tar);
    const members = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
    expect(await read(gzipSync(tar))).toEqual(plain);
    expect(await read(members)).toEqual(plain);
    expect(await read(rawZstd(tar))).toEqual(plain);
  });

  it("decodes any gzip, wherever its chunks end and however full the output is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 * 2 ** 18 }),
        fc.integer({ min: 1, max: 99_999 }),
        fc.nat(3),
        async (length, size, kind) => {
          const bytes = kind === 0 ? randomBytes(length) : Buffer.alloc(length, "ab".repeat(kind));
          const stored = Buffer.concat([
            gzipSync(bytes.subarray(0, length >> 1)),
            gzipSync(bytes.subarray(length >> 1)),
            Buffer.alloc(kind * 7),
          ]);
          const parts: Buffer[] = [];
          // A part is valid until the next is asked for.
          for await (const part of decompress("gzip", pieces(stored, size))) parts.push(Buffer.from(part));
          const decoded = Buffer.concat(parts);
          expect(decoded.equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
    const behind = decompress("gzip", [gzipSync("x"), Buffer.from("\0\0more")]);
    await behind.next();
    await expect(behind.next()).rejects.toThrow(/something behind its end/);
  });

  it("believes nothing before digest, diffID and size are right", async () => {
    const stored = gzipSync(tar);
    const promised = { digest: sha256(stored), diffId: sha256(tar), size: stored.length };
    expect((await read(stored, promised)).diffId).toBe(promised.diffId);
    await expect(read(stored, { ...promised, digest: sha256(tar) })).rejects.toThrow(/digest does not match/);
    await expect(read(stored, { ...promised, diffId: sha256(stored) })).rejects.toThrow(
      /diffID does not match/,
    );
    await expect(read(stored, { ...promised, size: 1 })).rejects.toThrow(/size does not match/);
    expect((await read(tar, { digest: sha256(tar) })).diffId).toBe(sha256(tar));
  });

  it("finds a tar that was cut between two entries, with and without a diffID", async () => {
    const cut = tar.subarray(0, 1024);
    await expect(read(cut)).rejects.toThrow(/no end marker after its 1 entries/);
    await expect(read(gzipSync(cut), { diffId: sha256(tar) })).rejects.toThrow(/diffID does not match/);
  });

  it.each([
    ["cut gzip", () => gzipSync(tar).subarray(0, 200), /gzip data is damaged or cut short/],
    ["gzip with a broken byte", () => Buffer.from(gzipSync(tar)).fill(0xff, 20, 60), /gzip data is damaged/],
    ["cut zstd", () => rawZstd(tar).subarray(0, 1500), /zstd data is damaged or cut short/],
    [
      "damaged zstd",
      () => Buffer.concat([rawZstd(tar), Buffer.from("not a frame at all, surely")]),
      /zstd data is damaged/,
    ],
    ["xz", () => Buffer.from("fd377a585a000000", "hex"), /compressed with xz/],
    ["nothing", () => Buffer.alloc(0), /it is empty/],
    ["a text", () => Buffer.from("hello ".repeat(200)), /not a tar/],
  ])("refuses %s", async (_, bytes, message) => {
    await expect(read(bytes())).rejects.toThrow(message);
  });

  it("stops a bomb at the limits on bytes and on the ratio", async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 2 ** 20));
    await expect(read(bomb, {}, { layerBytes: 2 ** 20 })).rejects.toThrow(
      /unpacks to more than 1048576 bytes/,
    );
    await expect(read(bomb, {}, { ratio: 100, ratioFloor: 2 ** 20 })).rejects.toThrow(/more than 100 times/);
  });
});
