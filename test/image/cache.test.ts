import type { Digest } from "../../src/model/digest.ts";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachedReader, folderStore } from "../../src/image/cache.ts";
import { defaultCacheFolder } from "../../src/image/cache-folder.ts";
import type { LayerFacts } from "../../src/model/layer-facts.ts";
import { packNames } from "../../src/model/layer-names.ts";
import type { Layer } from "../../src/model/oci.ts";
import type { Proof } from "../../src/model/proof.ts";
import { temporaryFolder } from "../support/folder.ts";

const temporary = temporaryFolder();
let next = 0;
const fresh = () => join(temporary.path, `cache-${next++}`);
const id = (n: number): Digest => `sha256:${String(n).padStart(64, "0")}`;
const facts = (n: number, more: Partial<LayerFacts> = {}): LayerFacts => ({
  schema: "1 a@1",
  diffId: id(n),
  bytes: 10,
  entryCount: 3,
  keptBytes: 10,
  names: packNames(["/bin", "bin/sh", "etc/passwd", "/x", "x\ny", "ü"]),
  entries: [[1, { type: "symlink", target: "busybox" }]],
  whiteouts: [],
  opaque: [],
  ...more,
});
const entry = (folder: string) => join(folder, readdirSync(folder)[0] as string);

describe("folderStore", () => {
  it("gives back what was put, in another process too", () => {
    const folder = fresh();
    folderStore(folder, "1 a@1").put(id(1), facts(1));
    expect(folderStore(folder, "1 a@1").get(id(1))).toEqual(facts(1));
    expect(folderStore(folder, "1 a@1").get(id(2))).toBeUndefined();
  });

  it("has nothing for other detectors", () => {
    const folder = fresh();
    folderStore(folder, "1 a@1").put(id(1), facts(1));
    expect(folderStore(folder, "1 a@2").get(id(1))).toBeUndefined();
  });

  it("takes a damaged entry for none, at every byte, and writes it anew", () => {
    const folder = fresh();
    const store = folderStore(folder, "1 a@1");
    store.put(id(1), facts(1));
    const whole = readFileSync(entry(folder));
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 1;
      writeFileSync(entry(folder), damaged);
      expect(store.get(id(1))).toBeUndefined();
      writeFileSync(entry(folder), whole.subarray(0, at));
      expect(store.get(id(1))).toBeUndefined();
    }
    store.put(id(1), facts(1));
    expect(store.get(id(1))).toEqual(facts(1));
  });

  it("removes what a killed run left, but not what a running one writes", () => {
    const folder = fresh();
    folderStore(folder, "1 a@1").put(id(1), facts(1));
    writeFileSync(join(folder, "4194304999.part"), "");
    writeFileSync(join(folder, `${process.ppid}.part`), "");
    folderStore(folder, "1 a@1").put(id(2), facts(2));
    expect(existsSync(join(folder, "4194304999.part"))).toBe(false);
    expect(existsSync(join(folder, `${process.ppid}.part`))).toBe(true);
  });

  it("keeps within its size by dropping what was not used for longest", async () => {
    const folder = fresh();
    const big = (n: number) => facts(n, { whiteouts: ["x".repeat(1000)] });
    const store = folderStore(folder, "1 a@1", 4500);
    for (let n = 1; n <= 3; n++) {
      store.put(id(n), big(n));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    store.get(id(1));
    await new Promise((resolve) => setTimeout(resolve, 15));
    store.put(id(4), big(4));
    expect([1, 2, 3, 4].map((n) => store.get(id(n)) !== undefined)).toEqual([true, false, true, true]);
  });

  it("keeps what another run used since this one looked into the folder", () => {
    const folder = fresh();
    const big = (n: number) => facts(n, { whiteouts: ["x".repeat(1000)] });
    const files = new Map<number, string>();
    const old = folderStore(folder, "1 a@1", 4500, () => new Date(1_000));
    for (let n = 1; n <= 2; n++) {
      const before = new Set(existsSync(folder) ? readdirSync(folder) : []);
      old.put(id(n), big(n));
      files.set(n, join(folder, readdirSync(folder).find((name) => !before.has(name)) as string));
      utimesSync(files.get(n) as string, n, n);
    }
    const store = folderStore(folder, "1 a@1", 4500);
    store.put(id(3), big(3));
    utimesSync(files.get(1) as string, 100, 100);
    store.put(id(4), big(4));
    expect([1, 2, 3, 4].map((n) => store.get(id(n)) !== undefined)).toEqual([true, false, true, true]);
  });

  it("looks into the folder once, however much it puts, and drops no more than it must", () => {
    const folder = fresh();
    const store = folderStore(folder, "1 a@1", 10_000);
    store.put(id(1), facts(1));
    // Older than all: the next look would count it and drop it.
    writeFileSync(join(folder, "another-run.json"), "x".repeat(9_000));
    utimesSync(join(folder, "another-run.json"), 1, 1);
    for (let n = 2; n <= 200; n++) store.put(id(n), facts(n));
    expect(existsSync(join(folder, "another-run.json"))).toBe(true);
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    const own = sizes.reduce((a, b) => a + b, 0) - 9_000;
    const one = Math.max(...sizes.filter((size) => size !== 9_000));
    expect(own).toBeLessThanOrEqual(10_000);
    expect(own).toBeGreaterThan(10_000 - 2 * one);
    folderStore(folder, "1 a@1", 10_000).put(id(201), facts(201));
    expect(existsSync(join(folder, "another-run.json"))).toBe(false);
  });

  it("does no harm where it cannot write", () => {
    const store = folderStore(join(temporary.write("a-file", ""), "cache"), "1 a@1");
    store.put(id(1), facts(1));
    expect(store.get(id(1))).toBeUndefined();
  });
});

describe("cachedReader", () => {
  const layer = (diffId?: Digest): Layer => ({
    diffId,
    mediaType: "",
    blob: { kind: "file", path: "x", offset: 0, size: 1 },
  });
  const signal = new AbortController().signal;
  function counting(verified: Proof = "stored-digest") {
    let reads = 0;
    return {
      reads: () => reads,
      reader: {
        read: async ({ diffId }: Layer) => {
          reads++;
          return { facts: facts(Number(diffId?.slice(-1) ?? 9)), verified };
        },
        close: async () => {},
      },
    };
  }

  it("reads a layer once, in one run and in the next", async () => {
    const folder = fresh();
    const first = counting();
    const cached = cachedReader(first.reader, folderStore(folder, "1 a@1"));
    await Promise.all([cached.read(layer(id(1)), signal), cached.read(layer(id(1)), signal)]);
    expect(first.reads()).toBe(1);
    const second = counting();
    const again = cachedReader(second.reader, folderStore(folder, "1 a@1"));
    expect(await again.read(layer(id(1)), signal)).toEqual({ facts: facts(1), verified: "diff-id" });
    expect(second.reads()).toBe(0);
  });

  it("stores nothing that was not hashed", async () => {
    const folder = fresh();
    const { reader } = counting("none");
    const read = await cachedReader(reader, folderStore(folder, "1 a@1")).read(layer(id(1)), signal);
    expect(read.verified).toBe("none");
    expect(existsSync(folder)).toBe(false);
  });

  it("always reads a layer whose diffID nobody promised, and stores no failure", async () => {
    const { reader, reads } = counting();
    const cached = cachedReader(reader, folderStore(fresh(), "1 a@1"));
    await cached.read(layer(), signal);
    await cached.read(layer(), signal);
    expect(reads()).toBe(2);
    const folder = fresh();
    const failing = cachedReader(
      { read: () => Promise.reject(new Error("cut")) },
      folderStore(folder, "1 a@1"),
    );
    await expect(failing.read(layer(id(1)), signal)).rejects.toThrow("cut");
    expect(existsSync(folder)).toBe(false);
  });
});

describe("defaultCacheFolder", () => {
  it("follows XDG, and ignores a relative path as it asks", () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/muslgate");
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "relative" })).toMatch(/\/\.cache\/muslgate$/);
  });
});
