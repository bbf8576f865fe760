import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { createLayerReader } from "../../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import type { Layer } from "../../../src/model/oci.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { makeTar, pieces } from "../../support/tar.ts";

const folder = temporaryFolder();
const { signal } = new AbortController();
let stored: Buffer;

beforeAll(async () => {
  const body = Buffer.alloc(2 ** 20);
  stored = gzipSync(
    await makeTar(Array.from({ length: 20 }, (_, i) => ({ name: `usr/lib/part-${i}`, body }))),
  );
});

const onDisk = (): Layer => ({
  mediaType: "",
  blob: { kind: "file", path: folder.write("layer", stored), offset: 0, size: stored.length },
});

/** A layer whose bytes come as a stream, which tells when it was opened and when whoever read it had enough. */
function streamed(bytes: Buffer, tell: (what: "opened" | "left" | "closed") => void = () => {}): Layer {
  const open = async (asked: AbortSignal) => {
    tell("opened");
    asked.addEventListener("abort", () => tell("left"));
    return (async function* () {
      try {
        yield* pieces(bytes, 1_000);
      } finally {
        tell("closed");
      }
    })();
  };
  return { mediaType: "", blob: { kind: "stream", size: bytes.length, open } };
}

describe("layers", () => {
  it("read side by side are those read one after the other, from disk and as streams", async () => {
    const reader = createLayerReader(DEFAULT_LIMITS);
    const alone = await reader.read(onDisk(), signal);
    expect(alone.facts.entryCount).toBe(20);
    const layers = Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? onDisk() : streamed(stored)));
    const together = await Promise.all(layers.map((one) => reader.read(one, signal)));
    for (const one of together) expect(one).toEqual(alone);
  });

  it("are read four at a time, and a stream is left once it has been", async () => {
    const reader = createLayerReader(DEFAULT_LIMITS);
    let open = 0;
    const opened: number[] = [];
    const layers = Array.from({ length: 10 }, () =>
      streamed(stored, (what) => {
        if (what === "left") return;
        open += what === "opened" ? 1 : -1;
        opened.push(open);
      }),
    );
    await Promise.all(layers.map((one) => reader.read(one, signal)));
    expect(Math.max(...opened)).toBe(4);
    expect(opened).toHaveLength(20);
    expect(open).toBe(0);
  });

  it("that fail leave their stream, and their place to the next", async () => {
    const reader = createLayerReader(DEFAULT_LIMITS);
    for (const [bytes, words] of [
      [Buffer.from("BZh91AY and so on"), /bzip2/],
      [stored.subarray(0, 3_000), /damaged or cut short/],
    ] as const) {
      for (let i = 0; i < 5; i++) {
        const told: string[] = [];
        await expect(
          reader.read(
            streamed(bytes, (what) => told.push(what)),
            signal,
          ),
        ).rejects.toThrow(words);
        expect(told.toSorted()).toEqual(["closed", "left", "opened"]);
      }
    }
    expect((await reader.read(onDisk(), signal)).facts.entryCount).toBe(20);
  });

  it("are left in the middle when the run is ended", async () => {
    const reader = createLayerReader(DEFAULT_LIMITS);
    const ending = new AbortController();
    const reading = reader.read(onDisk(), ending.signal);
    ending.abort(new Error("ended"));
    await expect(reading).rejects.toThrow("ended");
    expect((await reader.read(onDisk(), signal)).facts.entryCount).toBe(20);
  });
});
