import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { ZSTDDecoder } from "zstddec/stream";
import { begun } from "../../../src/image/layer/chunks.ts";
import { hasNative } from "../../../src/image/layer/native-decoder.ts";
import { perform } from "../../../src/image/layer/work.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import type { LayerFacts } from "../../../src/model/layer-facts.ts";
import { makeTar, pieces } from "../../support/tar.ts";

/** One frame with one raw block (RFC 8878), so that no encoder is needed. */
function rawZstd(bytes: Buffer): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from("28b52ffd0058", "hex"), block, bytes]);
}

const layer = async (stored: Buffer, size: number) =>
  (await perform(pieces(stored, size), { kind: "layer", promised: {} }, DEFAULT_LIMITS)) as LayerFacts;

afterEach(() => vi.restoreAllMocks());

it("starts the decoder for zstd only where bytes are zstd, wherever the first chunk ends", async () => {
  const started = vi.spyOn(ZSTDDecoder.prototype, "init");
  const tar = await makeTar([{ name: "etc/alpine-release", body: "3.18.9" }]);
  const plain = await layer(tar, 1000);
  for (const size of [7, 1000]) expect(await layer(gzipSync(tar), size)).toEqual(plain);
  expect(plain.diffId).toBe(`sha256:${createHash("sha256").update(tar).digest("hex")}`);
  expect(started).not.toHaveBeenCalled();
  for (const size of [1, 3, 7, 1000]) expect(await layer(rawZstd(tar), size)).toEqual(plain);
  expect(started).toHaveBeenCalledTimes(hasNative("zstd") ? 0 : 4);
});

it("gives a stream back whole after it looked at the beginning, though its buffer is used again", () => {
  for (let size = 1; size < 12; size++) {
    function* reused() {
      const buffer = Buffer.alloc(size);
      for (let at = 0; at < 20; at += size) {
        const count = Math.min(size, 20 - at);
        for (let i = 0; i < count; i++) buffer[i] = at + i;
        yield buffer.subarray(0, count);
      }
    }
    const { head, all } = begun(reused(), 6);
    expect([...head.subarray(0, 6)]).toEqual([0, 1, 2, 3, 4, 5]);
    const seen: number[] = [];
    for (const chunk of all) seen.push(...chunk);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
  }
  expect([...begun([Buffer.from("ab")], 6).head]).toEqual([97, 98]);
});

it("closes what it reads from where the reader breaks off", () => {
  let closed = 0;
  function* source() {
    try {
      for (;;) yield Buffer.from("x");
    } finally {
      closed++;
    }
  }
  for (const _ of begun(source(), 6).all) break;
  expect(closed).toBe(1);
});
