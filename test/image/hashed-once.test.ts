import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { cachedReader, folderStore } from "../../src/image/cache.ts";
import { createLayerReader } from "../../src/image/layer/reader.ts";
import { readLayer } from "../../src/image/layer/read.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type { Digest } from "../../src/model/digest.ts";
import type { Layer } from "../../src/model/oci.ts";
import { temporaryFolder } from "../support/folder.ts";
import { makeTar, pieces } from "../support/tar.ts";

const temporary = temporaryFolder();
const sha256 = (bytes: Uint8Array): Digest => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const signal = new AbortController().signal;
let next = 0;

let good: Buffer;
let bad: Buffer;
beforeAll(async () => {
  good = await makeTar([{ name: "etc/alpine-release", body: "3.20.0" }]);
  bad = await makeTar([{ name: "etc/alpine-release", body: "3.12.0" }]);
});

/** A layer on disk whose digest is right, with a diffID that is claimed. */
function layer(stored: Buffer, diffId: Digest, digest: Digest | undefined = sha256(stored)): Layer {
  const path = temporary.write(`layer-${next++}`, stored);
  return { digest, diffId, mediaType: "", blob: { kind: "file", path, offset: 0, size: stored.length } };
}
const without = (one: Layer): Layer => ({ ...one, digest: undefined });

/** A run over a cache folder. */
const run = (cache: string, verifyAll = false) =>
  cachedReader(createLayerReader(DEFAULT_LIMITS, { verifyAll }), folderStore(cache, "s"), { verifyAll });
const freshCache = () => temporary.write(`cache-${next++}/x`, "").replace(/\/x$/, "");

async function version(reader: ReturnType<typeof run>, one: Layer): Promise<string | undefined> {
  const { facts } = await reader.read(one, signal);
  const entry = facts.entries[0]?.[1];
  const fact = entry?.type === "file" ? entry.facts[0] : undefined;
  return fact?.kind === "release" ? fact.version : undefined;
}

describe("a layer that is hashed once", () => {
  const read = (stored: Buffer, promised: Parameters<typeof readLayer>[1]) =>
    readLayer(
      pieces(stored, 1000),
      { ...promised, trusted: "diffId" },
      { detectors: [], limits: DEFAULT_LIMITS },
    );

  it("is believed by its digest, and by its diffID where that is all there is", async () => {
    const stored = gzipSync(good);
    expect((await read(stored, { digest: sha256(stored), diffId: sha256(bad) })).diffId).toBe(sha256(bad));
    await expect(read(stored, { digest: sha256(bad), diffId: sha256(good) })).rejects.toThrow(
      /digest does not match/,
    );
    await expect(read(stored, { diffId: sha256(bad) })).rejects.toThrow(/diffID does not match/);
    expect((await read(stored, { digest: sha256(stored) })).diffId).toBe(sha256(good));
    // Stored plain, one hash is both.
    await expect(read(good, { digest: sha256(good), diffId: sha256(bad) })).rejects.toThrow(
      /diffID does not match/,
    );
  });

  it("still fails where it does not decode, though its digest is right", async () => {
    const stored = gzipSync(good);
    const cut = stored.subarray(0, -4);
    await expect(read(cut, { digest: sha256(cut), diffId: sha256(good) })).rejects.toThrow(
      /damaged or cut short/,
    );
    const wrong = Buffer.from(stored);
    wrong[wrong.length - 8] = (wrong.at(-8) as number) ^ 1;
    await expect(read(wrong, { digest: sha256(wrong), diffId: sha256(good) })).rejects.toThrow(
      /gzip data is damaged/,
    );
  });
});

describe("a configuration that claims another layer's diffID", () => {
  const honest = () => layer(gzipSync(good), sha256(good));
  const lying = () => layer(gzipSync(bad), sha256(good));

  it("changes nothing for the honest layer, in the same run and the next, whoever comes first", async () => {
    for (const order of [
      [lying, honest],
      [honest, lying],
    ]) {
      const cache = freshCache();
      const first = run(cache);
      for (const one of order) expect(await version(first, one())).toBe(one === honest ? "3.20.0" : "3.12.0");
      const second = run(cache);
      for (const one of order)
        expect(await version(second, one())).toBe(one === honest ? "3.20.0" : "3.12.0");
    }
  });

  it("changes nothing side by side", async () => {
    const reader = run(freshCache());
    expect(await Promise.all([lying(), honest(), lying()].map((one) => version(reader, one)))).toEqual([
      "3.12.0",
      "3.20.0",
      "3.12.0",
    ]);
  });

  it("changes nothing for an archive that has only the diffID, and is refused where that is all it has", async () => {
    const cache = freshCache();
    expect(await version(run(cache), lying())).toBe("3.12.0");
    expect(await version(run(cache), without(honest()))).toBe("3.20.0");
    await expect(version(run(freshCache()), without(lying()))).rejects.toThrow(/diffID does not match/);
  });

  it("is refused with verify, whatever is known of either", async () => {
    const cache = freshCache();
    expect(await version(run(cache), lying())).toBe("3.12.0");
    expect(await version(run(cache, true), honest())).toBe("3.20.0");
    const strict = run(cache, true);
    await expect(version(strict, lying())).rejects.toThrow(/diffID does not match/);
    expect(await version(strict, honest())).toBe("3.20.0");
  });

  it("says so of a plain tar, which is read by seeking, without the other tar hearing of it", async () => {
    const reader = run(freshCache());
    expect(await version(reader, without(layer(bad, sha256(good))))).toBe("3.12.0");
    expect(await version(reader, without(layer(good, sha256(good))))).toBe("3.20.0");
  });
});

it("does not take the same bytes for known where another digest is promised", async () => {
  const cache = freshCache();
  const stored = gzipSync(good);
  await version(run(cache), layer(stored, sha256(good)));
  await expect(version(run(cache), layer(stored, sha256(good), sha256(bad)))).rejects.toThrow(
    /digest does not match/,
  );
});
