import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { DETECTORS } from "../../../src/image/detect/index.ts";
import { Pool } from "../../../src/image/layer/pool.ts";
import { layerSteps, readLayer } from "../../../src/image/layer/read.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { makeTar } from "../../support/tar.ts";

/** Whoever starts a thread fails. */
const NO_WORKER = new URL("file:///nowhere/worker.js");
const ASK = { kind: "layer", promised: {} } as const;

describe("a layer on disk", () => {
  const folder = temporaryFolder();
  let stored: Buffer;
  const blob = () => {
    const path = join(folder.path, "layer");
    writeFileSync(path, stored);
    return { kind: "file", path, offset: 0, size: stored.length } as const;
  };
  beforeAll(async () => {
    const body = Buffer.alloc(3 * 2 ** 20);
    stored = gzipSync(
      await makeTar(Array.from({ length: 20 }, (_, i) => ({ name: `usr/lib/part-${i}`, body }))),
    );
  });

  it("is read on this thread, with nothing to start, one after the other", async () => {
    const pool = new Pool(NO_WORKER, DEFAULT_LIMITS);
    const { signal } = new AbortController();
    const whole = readLayer([stored], {}, DETECTORS, DEFAULT_LIMITS);
    for (let i = 0; i < 3; i++) expect(await pool.run(blob(), ASK, signal)).toEqual(whole);
    await pool.close();
  });

  it("leaves this thread to others every few megabytes", () => {
    const steps = layerSteps([stored], {}, DETECTORS, DEFAULT_LIMITS);
    let pauses = 0;
    while (!steps.next().done) pauses++;
    expect(pauses).toBeGreaterThanOrEqual(60 / 8);
  });

  it("pauses where megabytes come in and nothing comes out", () => {
    const nothing = Buffer.alloc(20 * 50_000, gzipSync(""));
    const steps = layerSteps(
      Array.from({ length: 6 }, () => nothing),
      {},
      DETECTORS,
      DEFAULT_LIMITS,
    );
    let pauses = 0;
    const read = () => {
      while (!steps.next().done) pauses++;
    };
    expect(read).toThrow("it is empty");
    expect(pauses).toBe(1);
  });

  it("is left in the middle when the run is ended, and the lane is free again", async () => {
    const pool = new Pool(NO_WORKER, DEFAULT_LIMITS);
    const ending = new AbortController();
    const reading = pool.run(blob(), ASK, ending.signal);
    ending.abort(new Error("ended"));
    await expect(reading).rejects.toThrow("ended");
    expect(await pool.run(blob(), ASK, new AbortController().signal)).toHaveProperty("entryCount", 20);
    await pool.close();
  });
});
