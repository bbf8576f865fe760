import { gzipSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { ZSTDDecoder } from "zstddec/stream";
import { hasNative } from "../../../src/image/layer/native-decoder.ts";
import { readLayer } from "../../../src/image/layer/read.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { makeTar, pieces } from "../../support/tar.ts";

/** One frame with one raw block (RFC 8878), so that no encoder is needed. */
function rawZstd(bytes: Uint8Array): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from("28b52ffd0058", "hex"), block, bytes]);
}

afterEach(() => vi.restoreAllMocks());

it("zstd is known from the bytes, wherever the first chunk ends, and started once and only where it is", async () => {
  const layer = (stored: Buffer, size: number) =>
    readLayer(pieces(stored, size), {}, { detectors: [], limits: DEFAULT_LIMITS });
  const started = vi.spyOn(ZSTDDecoder.prototype, "init");
  const tar = await makeTar([{ name: "etc/alpine-release", body: "3.18.9" }]);
  const plain = await layer(tar, 1000);
  for (const size of [7, 1000]) expect(await layer(gzipSync(tar), size)).toEqual(plain);
  expect(started).not.toHaveBeenCalled();
  for (const size of [1, 3, 7, 1000]) expect(await layer(rawZstd(tar), size)).toEqual(plain);
  // Once for all layers, and files of this process that ran before.
  expect(started.mock.calls.length).toBeLessThanOrEqual(hasNative("zstd") ? 0 : 1);
});
