import { createHash, randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompress } from "../../../src/image/layer/decompress.ts";
import { decodeNatively, hasNative } from "../../../src/image/layer/native-decoder.ts";
import { decodeZstd } from "../../../src/image/layer/wasm-decoder.ts";
import fc from "../../support/property.ts";
import { pieces } from "../../support/tar.ts";

/** One frame with one raw block (RFC 8878), so that no encoder is needed, and a window of 16 MB: two are more than there is at first. */
function rawZstd(bytes: Uint8Array): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from("28b52ffd0070", "hex"), block, bytes]);
}

/** Compressed where this Node can, else framed: several frames one after the other. */
const zstdOf = (bytes: Buffer): Buffer => {
  const compress = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync;
  const frames: Buffer[] = [];
  const most = compress === undefined ? 100_000 : 700_000;
  for (let at = 0; at < bytes.length; at += most)
    frames.push((compress ?? rawZstd)(bytes.subarray(at, at + most)));
  return Buffer.concat(frames);
};

/** What came out before it ended, in short, and how it ended. */
type Outcome = [bytes: string, failure: string];

async function outcome(chunks: AsyncIterable<Uint8Array>): Promise<Outcome> {
  const hash = createHash("sha256");
  let failure = "";
  try {
    for await (const part of chunks) hash.update(part);
  } catch (error) {
    failure = (error as Error).message;
  }
  return [hash.digest("hex"), failure];
}

const whole = (bytes: Buffer, failure = ""): Outcome => [
  createHash("sha256").update(bytes).digest("hex"),
  failure,
];

const BYTES = fc
  .tuple(fc.integer({ min: 1, max: 3 * 2 ** 19 }), fc.nat(3))
  .map(([length, kind]) => (kind === 0 ? randomBytes(length) : Buffer.alloc(length, "ab\n".repeat(kind))));

describe("bytes decoded", () => {
  it("here and elsewhere are the same, whole, cut and damaged, and each stored chunk is seen once", async () => {
    const formats = ["gzip", ...(hasNative("zstd") ? ["zstd"] : [])] as const;
    await fc.assert(
      fc.asyncProperty(
        BYTES,
        fc.constantFrom(...formats),
        fc.integer({ min: 500, max: 400_000 }),
        fc.constantFrom("whole", "cut", "damaged"),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        async (bytes, format, size, state, turns) => {
          const good = format === "gzip" ? zlib.gzipSync(bytes, { level: 1 }) : zstdOf(bytes);
          const stored = state === "cut" ? good.subarray(0, -3) : Buffer.from(good);
          const at = good.length >> 1;
          if (state === "damaged")
            stored.fill((stored[at] as number) ^ 0xff, at, Math.min(at + 9, stored.length));
          const decoded = async (elsewhere: () => boolean) => {
            const seen: Buffer[] = [];
            const decoding = { seen: (chunk: Uint8Array) => void seen.push(Buffer.from(chunk)), elsewhere };
            const ended = await outcome(decodeNatively(format as "gzip", pieces(stored, size), decoding));
            if (ended[1] === "") expect(Buffer.concat(seen).equals(stored)).toBe(true);
            return ended;
          };
          const here = await decoded(() => false);
          let turn = 0;
          // How much is put out before damage is told depends on how much is done at a time.
          for (const elsewhere of [() => true, () => turns[turn++ % turns.length] as boolean])
            expect((await decoded(elsewhere)).slice(state === "whole" ? 0 : 1)).toEqual(
              here.slice(state === "whole" ? 0 : 1),
            );
          if (state === "whole") expect(here).toEqual(whole(bytes));
          if (state === "cut") expect(here[1]).not.toBe("");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("by WebAssembly are those that went in, wherever chunks and frames end", async () => {
    await fc.assert(
      fc.asyncProperty(BYTES, fc.integer({ min: 1_000, max: 400_000 }), async (bytes, size) => {
        const stored = zstdOf(bytes);
        const decoding = { seen: () => {}, elsewhere: () => false };
        const decode = (from: Buffer) => outcome(decodeZstd(pieces(from, size), decoding));
        expect(await decode(stored)).toEqual(whole(bytes));
        expect((await decode(stored.subarray(0, -1)))[1]).toMatch(/unexpected end/);
        const behind = Buffer.concat([stored, Buffer.from("no frame, surely")]);
        expect(await decode(behind)).toEqual(whole(bytes, "corrupt data"));
      }),
      { numRuns: 30 },
    );
  });

  it("several at a time by WebAssembly do not disturb each other", async () => {
    const all = [1, 2, 3].map((kind) => Buffer.alloc(900_000, `${kind}text`.repeat(kind)));
    const decoding = { seen: () => {}, elsewhere: () => false };
    const decoded = all.map((bytes) => outcome(decodeZstd(pieces(zstdOf(bytes), 5_000), decoding)));
    expect(await Promise.all(decoded)).toEqual(all.map((bytes) => whole(bytes)));
  });

  it("may be left in the middle of a step elsewhere", async () => {
    const stored = zlib.gzipSync(randomBytes(2 ** 21), { level: 1 });
    for (const elsewhere of [true, false]) {
      const decoding = { seen: () => {}, elsewhere: () => elsewhere };
      for await (const _ of decodeNatively("gzip", pieces(stored, 300_000), decoding)) break;
    }
  });

  it("leave this thread to others now and then, though all of it is done here", async () => {
    const stored = zlib.gzipSync(Buffer.alloc(64 * 2 ** 20), { level: 1 });
    let others = 0;
    let isDone = false;
    const beside = async () => {
      for (; !isDone; others++) await setImmediate();
    };
    const running = beside();
    for await (const _ of decompress("gzip", [stored]));
    isDone = true;
    await running;
    // 256 chunks come out of one that went in.
    expect(others).toBeGreaterThanOrEqual(12);
  });
});
