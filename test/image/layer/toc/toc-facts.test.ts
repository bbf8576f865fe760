import { randomBytes } from "node:crypto";
import fc from "../../../support/property.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { cachedReader } from "../../../../src/image/cache.ts";
import { createLayerReader } from "../../../../src/image/layer/reader.ts";
import { DEFAULT_LIMITS } from "../../../../src/image/limits.ts";
import type { LayerFacts } from "../../../../src/model/layer-facts.ts";
import { unpackNames } from "../../../../src/model/layer-names.ts";
import type { Layer } from "../../../../src/model/oci.ts";
import { entryAt } from "../../../support/file-system.ts";
import { digestOf } from "../../../support/faulty-registry.ts";
import {
  type Changes,
  type TabledLayer,
  type TableItem,
  writeEstargz,
  writeZstdChunked,
} from "../../../support/tabled-layers.ts";
import type { Member } from "../../../support/tar.ts";

const APK = Array.from({ length: 3000 }, (_, i) => `P:package-${i}\nV:1.${i}-r0\n`).join("\n");
const MEMBERS: Member[] = [
  { name: "./", type: "directory" },
  { name: "./etc/", type: "directory" },
  { name: "./etc/os-release", body: 'ID=alpine\nVERSION_ID="3.13.12"\n' },
  { name: "./big.bin", body: randomBytes(4.5 * 2 ** 20) },
  { name: "./bin/run", body: "#!/bin/sh\nexec nginx\n", mode: 0o755 },
  { name: "./bin/empty", body: "", mode: 0o755 },
  { name: "./bin/sh", type: "symlink", linkname: "/bin/busybox" },
  { name: "./bin/again", type: "link", linkname: "./bin/run" },
  { name: "./dev/null", type: "character-device" },
  { name: "./run/pipe", type: "fifo" },
  { name: "./lib/apk/db/installed", body: `P:musl\nV:1.2.2-r3\n\n${APK}` },
  { name: "./old/.wh.gone", body: "" },
  { name: "./opaque/.wh..wh..opq", body: "" },
  { name: "./__proto__", body: "#!/bin/false\n", mode: 0o755 },
  { name: "./etc/nginx/nginx.conf", body: "http {\n  resolver 10.0.0.10;\n}\n" },
];

/** Serves a layer from memory as a registry would, and counts. */
function serve(
  layer: TabledLayer,
  readRange: ((bytes: Buffer, from: number, to: number) => Buffer | undefined) | undefined = (
    bytes,
    from,
    to,
  ) => bytes.subarray(from, to),
  stored = layer.stored,
): { readonly layer: Layer; readonly counted: { whole: number; ranged: number; requests: number } } {
  const counted = { whole: 0, ranged: 0, requests: 0 };
  return {
    counted,
    layer: {
      digest: digestOf(layer.stored),
      diffId: layer.diffId,
      mediaType: "",
      annotations: layer.annotations,
      blob: {
        kind: "stream",
        size: layer.stored.length,
        open: () => {
          counted.whole++;
          return Promise.resolve(
            (async function* () {
              yield stored;
            })(),
          );
        },
        ...(readRange && {
          readRange: (from: number, to: number) => {
            if (from < 0 || from >= to || to > stored.length) throw new RangeError("not in the blob");
            counted.requests++;
            counted.ranged += to - from;
            return Promise.resolve(readRange(stored, from, to));
          },
        }),
      },
    },
  };
}

const { signal } = new AbortController();
const read = (layer: Layer, verifyAll = false) =>
  createLayerReader(DEFAULT_LIMITS, { verifyAll }).read(layer, signal);

const WRITERS: [string, (members: readonly Member[], changes?: Changes) => Promise<TabledLayer>][] = [
  ["eStargz", (members, changes) => writeEstargz(members, { chunkSize: 32 * 1024, level: 0, ...changes })],
  ["zstd:chunked", writeZstdChunked],
];

describe.each(WRITERS)("a layer with the table of %s", (format, write) => {
  let made: TabledLayer;
  let full: LayerFacts;
  beforeAll(async () => {
    made = await write(MEMBERS);
    ({ facts: full } = await read(serve(made).layer, true));
  });

  it("gives the facts of the whole layer from a small part of its bytes, unverified as a whole", async () => {
    const { layer, counted } = serve(made);
    const { facts, verified } = await read(layer);
    expect(facts).toEqual(full);
    expect(full.entries).toHaveLength(8);
    expect(verified).toBe("table-of-contents");
    expect(counted.whole).toBe(0);
    expect(counted.ranged).toBeLessThan(layer.blob.size! / 20);
    expect(counted.requests).toBeLessThan(8);
  });

  it("is not kept under the diffID", async () => {
    const kept: LayerFacts[] = [];
    const store = { get: () => undefined, put: (_: string, facts: LayerFacts) => kept.push(facts) };
    await cachedReader(createLayerReader(DEFAULT_LIMITS), store).read(serve(made).layer, signal);
    expect(kept).toEqual([]);
    await cachedReader(createLayerReader(DEFAULT_LIMITS, { verifyAll: true }), store).read(
      serve(made).layer,
      signal,
    );
    expect(kept).toHaveLength(1);
  });

  /** The answer must be that of the whole layer, verified. */
  const readWhole = async ({ layer, counted }: ReturnType<typeof serve>) => {
    const { facts, verified } = await read(layer);
    expect(verified).toBe("stored-digest");
    expect(counted.whole).toBe(1);
    return facts;
  };

  it("is read whole where everything is asked to be verified, and no range is asked for", async () => {
    const { layer, counted } = serve(made);
    expect((await read(layer, true)).verified).toBe("every-digest");
    expect(counted).toEqual({ whole: 1, ranged: 0, requests: 0 });
  });

  it.each<[string, Parameters<typeof serve>[1]]>([
    ["serves no ranges", undefined],
    ["answers with 200 instead of 206", () => undefined],
    ["sends too little", (bytes, from, to) => bytes.subarray(from, to - 1)],
    [
      "fails",
      () => {
        throw new Error("503");
      },
    ],
  ])("is read whole where the source %s", async (_, readRange) => {
    const served = serve(made, readRange);
    if (readRange === undefined) delete (served.layer.blob as { readRange?: unknown }).readRange;
    expect(await readWhole(served)).toEqual(full);
  });

  it("is read whole where the source stops serving ranges behind the table", async () => {
    let requests = 0;
    const served = serve(made, (bytes, from, to) => (++requests > 2 ? undefined : bytes.subarray(from, to)));
    expect(await readWhole(served)).toEqual(full);
  });

  it("is refused where the table was tampered with and the layer is then not what was promised", async () => {
    const damaged = Buffer.from(made.stored);
    const at = made.table.from + 100;
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    await expect(read(serve(made, undefined, damaged).layer)).rejects.toThrow(/digest|damaged/);
    const ranged = serve(made, (bytes, from, to) => bytes.subarray(from, to), damaged);
    await expect(read(ranged.layer)).rejects.toThrow(/digest|damaged/);
    expect(ranged.counted.whole).toBe(1);
  });

  it("is read whole, and right, where only the range of the table or of a body was tampered with", async () => {
    for (const nth of [1, 2, 3]) {
      let requests = 0;
      const served = serve(made, (bytes, from, to) => {
        const part = Buffer.from(bytes.subarray(from, to));
        if (++requests === nth) part.writeUInt8(part.readUInt8(part.length >> 1) ^ 0x40, part.length >> 1);
        return part;
      });
      expect(await readWhole(served)).toEqual(full);
    }
  });

  const bodyless = (items: TableItem[]) => items.find(({ name }) => name === "./etc/os-release") as TableItem;
  const CHANGES: [string, Changes][] = [
    ["of an unknown version", { version: 2 }],
    ["whose entries are no list", { items: () => ({}) }],
    ["with an entry that is none", { items: (items) => [...items, 7] }],
    ["with an unknown type", { items: (items) => [...items, { type: "door", name: "x" }] }],
    ["with a name that was no UTF-8", { items: (items) => [...items, { type: "dir", name: "caf\ufffd" }] }],
    ["with a negative size", { items: (items) => [...items, { type: "reg", name: "x", size: -1 }] }],
    ["without a digest of a body", { items: without("digest", "chunkDigest") }],
    ["with a digest of another kind", { items: changed({ digest: "sha512:00", chunkDigest: "sha512:00" }) }],
    ["with a wrong digest of a body", { items: changed(wrongDigests()) }],
    ["with a longer body", { items: changed({ size: 32 }) }],
    ["with a shorter body", { items: changed({ size: 30 }) }],
    ["with a body outside the layer", { items: changed({ offset: 2 ** 40, endOffset: 2 ** 40 + 9 }) }],
    ["with a body at another place", { items: changed({ offset: 1 }) }],
    ["with two bodies in one place", { items: (items) => [...items, bodyless(items)] }],
    ["with a body that is a bomb", { items: changed({ size: 2 ** 33, chunkSize: 0 }) }],
    [
      "with more bytes than a layer may have",
      { items: (i) => [...i, { ...i[3], name: "y", size: 2 ** 50 }] },
    ],
  ];
  function changed(change: TableItem) {
    return (items: TableItem[]) => {
      Object.assign(bodyless(items), change);
      return items;
    };
  }
  function without(...keys: string[]) {
    return (items: TableItem[]) => {
      for (const key of keys) delete bodyless(items)[key];
      return items;
    };
  }
  function wrongDigests(): TableItem {
    const digest = digestOf(Buffer.from("other"));
    return { digest, chunkDigest: digest };
  }

  it.each(CHANGES)("is read whole where the table is one %s", async (_, changes) => {
    const served = serve(await write(MEMBERS, changes));
    const facts = await readWhole(served);
    expect(facts.entries).toEqual(full.entries);
  });

  it("is read whole where the annotations are of another table", async () => {
    const served = serve(made);
    const annotations = Object.fromEntries(
      Object.entries(made.annotations).map(([key, value]) => [
        key,
        value.startsWith("sha256:") ? digestOf(Buffer.from("another table")) : value,
      ]),
    );
    expect(await readWhole({ ...served, layer: { ...served.layer, annotations } })).toEqual(full);
  });

  it("is read whole where most of it is wanted anyway, or it is small", async () => {
    const programs = MEMBERS.map((one) => (one.name === "./big.bin" ? { ...one, mode: 0o755 } : one));
    const most = serve(await write(programs));
    await readWhole(most);
    const small = serve(await write(MEMBERS.filter(({ name }) => name !== "./big.bin")));
    await readWhole(small);
    expect(small.counted.requests).toBe(0);
  });

  it("is read whole where the table is larger than a document may be", async () => {
    const { layer, counted } = serve(made);
    const reader = createLayerReader({ ...DEFAULT_LIMITS, documentBytes: 200 });
    expect((await reader.read(layer, signal)).verified).toBe("stored-digest");
    expect(counted.whole).toBe(1);
  });

  it("counts no extension headers, which no table lists, and is right in everything else", async () => {
    const long = { name: `./${"long".repeat(30)}`, body: "#!/bin/sh\n", mode: 0o755 };
    const extended = await write([...MEMBERS, long]);
    const { facts: whole } = await read(serve(extended).layer, true);
    const { facts, verified } = await read(serve(extended).layer);
    expect(verified).toBe("table-of-contents");
    expect(whole.entryCount).toBe(facts.entryCount + 1);
    expect(facts).toEqual({ ...whole, bytes: facts.bytes, entryCount: facts.entryCount });
  });

  it("says what is in the table, where table and tar differ", async () => {
    const extra = { type: "symlink", name: "only/here", linkName: "x" };
    const { facts, verified } = await read(
      serve(await write(MEMBERS, { items: (i) => [...i, extra] })).layer,
    );
    expect(entryAt(facts, "only/here")).toEqual({ type: "symlink", target: "x" });
    expect(verified).toBe("table-of-contents");
  });

  it("ends with the signal, not by reading whole", async () => {
    const stop = new AbortController();
    const served = serve(made, () => {
      stop.abort(new Error("enough"));
      throw new Error("stopped");
    });
    await expect(createLayerReader(DEFAULT_LIMITS).read(served.layer, stop.signal)).rejects.toThrow("enough");
    expect(served.counted.whole).toBe(0);
  });

  const number = fc.oneof(
    fc.integer({ min: -5, max: 7_000_000 }),
    fc.constantFrom(2 ** 53, 1e300, 0.5, -1, 2 ** 33),
  );
  const item = fc.record(
    {
      type: fc.constantFrom("reg", "chunk", "dir", "symlink", "hardlink", "fifo", "x", 4),
      name: fc.oneof(
        fc.constantFrom("./etc/os-release", "bin/run", "..", "", "/", ".wh.", "__proto__", ".wh..wh..opq"),
        fc.string(),
      ),
      linkName: fc.string(),
      mode: fc.oneof(fc.constant(0o755), number),
      size: number,
      offset: number,
      endOffset: number,
      chunkSize: number,
      chunkOffset: number,
      innerOffset: fc.constantFrom(0, 0, 0, 1),
      digest: fc.constantFrom(digestOf(Buffer.from("")), "", null),
      chunkDigest: fc.constantFrom(digestOf(Buffer.from("")), "", null),
    },
    { requiredKeys: ["type", "name"] },
  );
  it("never fails for a hostile table, nor gives a fact that no checked body taught", async () => {
    const lean = MEMBERS.filter(({ name }) => !name.includes("apk"));
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 8 }), fc.boolean(), async (hostile, keep) => {
        const served = serve(
          await write(lean, {
            chunkSize: 2 ** 20,
            items: (items) => (keep ? [...items, ...hostile] : hostile),
          }),
        );
        const { facts, verified } = await read(served.layer);
        if (verified === "stored-digest") expect(facts.bytes).toBeGreaterThan(4.5 * 2 ** 20);
        else {
          expect(served.counted.whole).toBe(0);
          const taught = facts.entries.filter(([, entry]) => entry.type === "file" && entry.facts.length > 0);
          for (const [index, entry] of taught)
            expect(entryAt(full, unpackNames(facts.names)[index] as string)).toEqual(entry);
        }
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  if (format === "eStargz") {
    it.each<[string, (footer: Buffer) => Buffer]>([
      ["of another form", (footer) => Buffer.concat([Buffer.alloc(10), footer.subarray(10)])],
      [
        "behind the end",
        (footer) =>
          Buffer.from(footer.toString("latin1").replace(/[0-9a-f]{16}S/, "00000000ffffffffS"), "latin1"),
      ],
      [
        "that leads elsewhere",
        (footer) =>
          Buffer.from(footer.toString("latin1").replace(/[0-9a-f]{16}S/, "0000000000000000S"), "latin1"),
      ],
    ])("is never misread with a footer %s", async (_, footer) => {
      const served = serve(await write(MEMBERS, { footer }));
      const result = await read(served.layer).catch((error: Error) => error.message);
      expect(served.counted.whole).toBe(1);
      if (typeof result === "string") expect(result).toMatch(/gzip data is damaged/);
      else expect(result.facts.entries).toEqual(full.entries);
    });
  }
});
