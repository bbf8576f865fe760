import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CHUNK } from "../../../src/image/layer/chunks.ts";
import { createRing, feedRing, ringChunks } from "../../../src/image/layer/ring.ts";
import { MuslgateError } from "../../../src/model/error.ts";
import fc from "../../support/property.ts";

const never = new AbortController().signal;

async function* pieces(sizes: readonly number[], fail?: Error): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield Uint8Array.from({ length: size }, () => at++ & 0xff);
    await setImmediate();
  }
  if (fail !== undefined) throw fail;
}

/** Reads a ring on the thread that fills it: only what has been sent, since waiting would be for ever. */
async function read(
  sizes: readonly number[],
  { ring = createRing(), signal = never, fail = undefined as Error | undefined } = {},
) {
  let fed = false;
  const feeding = feedRing(ring, async () => pieces(sizes, fail), signal).then(() => {
    fed = true;
  });
  const reader = ringChunks(ring);
  const sent = () => Atomics.load(ring.counters, 0);
  const lengths: number[] = [];
  let bytes = 0;
  for (;;) {
    while (!fed && sent() !== -1 && sent() <= lengths.length) await setImmediate();
    const { done, value } = reader.next();
    if (done) break;
    lengths.push(value.length);
    for (const byte of value) if (byte !== (bytes++ & 0xff)) throw new Error(`byte ${bytes - 1} is another`);
  }
  await feeding;
  return { bytes, lengths };
}

describe("a ring", () => {
  it("brings any stream over in full chunks, one stream after the other", async () => {
    const ring = createRing();
    const size = fc.oneof(
      fc.integer({ min: 0, max: 70_000 }),
      fc.constantFrom(1, CHUNK - 1, CHUNK, CHUNK + 1),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 30 }), async (sizes) => {
        const { bytes, lengths } = await read(sizes, { ring });
        const whole = sizes.reduce((sum, one) => sum + one, 0);
        expect(bytes).toBe(whole);
        expect(lengths.slice(0, -1).every((length) => length === CHUNK)).toBe(true);
        expect(lengths).toHaveLength(Math.ceil(whole / CHUNK));
      }),
      { numRuns: 15 },
    );
  });

  it("tells why a stream failed, wherever it did", async () => {
    const fail = new MuslgateError("registry", "it broke", "Try again.");
    for (const sizes of [[], [10], [CHUNK], [CHUNK, 5], Array.from({ length: 12 }, () => CHUNK)])
      await expect(read(sizes, { fail })).rejects.toMatchObject({ code: "registry", hint: "Try again." });
  });

  it("holds eight chunks at most, and lets go of sender and reader when the run is ended", async () => {
    const ring = createRing();
    const ending = new AbortController();
    let asked = 0;
    const endless = async function* () {
      for (;;) {
        asked++;
        yield new Uint8Array(CHUNK);
      }
    };
    const feeding = feedRing(ring, async () => endless(), ending.signal);
    for (let i = 0; i < 100; i++) await setImmediate();
    expect(asked).toBe(9);
    ending.abort(new Error("ended"));
    await feeding;
    expect(() => [...ringChunks(ring)]).toThrow("ended");
  });
});
