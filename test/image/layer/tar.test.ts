import { Readable } from "node:stream";
import fc from "../../support/property.ts";
import tar from "tar-stream";
import { describe, expect, it } from "vitest";
import { checksumHolds, TarWalk } from "../../../src/image/layer/tar.ts";
import { DEFAULT_LIMITS } from "../../../src/image/limits.ts";
import { type Member, makeTar, pieces } from "../../support/tar.ts";

interface Listed {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly body: string;
}

function walk(chunks: Iterable<Uint8Array>): Listed[] {
  const listed: Listed[] = [];
  const walker = new TarWalk(({ name, type, link }) => {
    const body: Buffer[] = [];
    return {
      push: (bytes) => body.push(Buffer.from(bytes)) > 0,
      end: () => listed.push({ name, type, link, body: Buffer.concat(body).toString("latin1") }),
    };
  }, DEFAULT_LIMITS);
  for (const chunk of chunks) walker.push(chunk);
  walker.end();
  return listed;
}

async function reference(bytes: Uint8Array): Promise<Listed[]> {
  const listed: Listed[] = [];
  const extract = tar.extract();
  Readable.from([bytes]).pipe(extract);
  for await (const entry of extract) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const types: Record<string, string> = { link: "hardlink" };
    const { name, type, linkname } = entry.header;
    listed.push({
      name,
      type: types[type ?? ""] ?? String(type),
      link: linkname ?? "",
      body: Buffer.concat(parts).toString("latin1"),
    });
  }
  return listed;
}

/** A header block by hand, for what tar-stream does not write. */
function header(fields: {
  name: string;
  size?: string | Buffer;
  type?: string;
  magic?: string;
  link?: string;
}): Buffer {
  const block = Buffer.alloc(512);
  block.write(fields.name, 0);
  block.write("0000644\0", 100);
  if (Buffer.isBuffer(fields.size)) fields.size.copy(block, 124);
  else block.write(fields.size ?? "00000000000\0", 124);
  block.write(fields.type ?? "0", 156);
  block.write(fields.link ?? "", 157);
  block.write(fields.magic ?? "ustar\u000000", 257, "latin1");
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const END = Buffer.alloc(1024);

describe("TarWalk", () => {
  it("sums a header as it is summed byte by byte, wherever in memory it lies", () => {
    const bytes = fc.uint8Array({ minLength: 512, maxLength: 512 });
    const from = fc.integer({ min: 0, max: 9 });
    const off = fc.constantFrom("unsigned", "signed", "one more");
    fc.assert(
      fc.property(bytes, from, off, (random, start, kind) => {
        // A header but for what no field says: everything that a checksum alone decides on.
        const block = header({ name: "name" });
        block.set(random.subarray(265, 500), 265);
        block.fill(0, 345, 500);
        block.set(random.subarray(0, 90), 0);
        block[0] = 0x61;
        block.fill(0x20, 148, 156);
        const unsigned = block.reduce((sum, byte) => sum + byte, 0);
        const signed = block.reduce((sum, byte) => sum + ((byte << 24) >> 24), 0);
        const sum = { unsigned, signed, "one more": unsigned + 1 }[kind];
        fc.pre(sum >= 0);
        block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
        const memory = Buffer.alloc(1_024 + start);
        block.copy(memory, start);
        const read = () => walk([memory.subarray(start, start + 512)]);
        expect(checksumHolds(block, 0)).toBe(kind !== "one more");
        if (kind !== "one more") expect(read()).toHaveLength(1);
        else expect(read).toThrow("checksum");
      }),
    );
  });

  it("reads as the reference reader does, wherever chunks end", async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9._é/-]{1,180}$/).filter((text) => !text.endsWith("/"));
    const member = fc.oneof(
      fc.record({ name, body: fc.uint8Array({ maxLength: 1500 }) }),
      fc.record({ name, type: fc.constant("symlink" as const), linkname: name }),
      fc.record({ name, type: fc.constant("link" as const), linkname: name }),
      fc.record({ name: name.map((text) => `${text}/`), type: fc.constant("directory" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { maxLength: 12 }),
        fc.integer({ min: 1, max: 2000 }),
        async (members, size) => {
          const bytes = await makeTar(members as Member[]);
          expect(walk(pieces(bytes, size))).toEqual(await reference(bytes));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("reads base-256 sizes, v7 headers and GNU long names", () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size[11] = 3;
    const long = `${"d/".repeat(80)}file`;
    const archive = Buffer.concat([
      header({ name: "big", size }),
      Buffer.concat([Buffer.from("abc"), Buffer.alloc(509)]),
      header({ name: "old/", type: "\0", magic: "" }),
      header({
        name: "././@LongLink",
        type: "L",
        size: `${(long.length + 1).toString(8).padStart(11, "0")}\0`,
        magic: "ustar  \0",
      }),
      Buffer.concat([Buffer.from(`${long}\0`), Buffer.alloc(512 - long.length - 1)]),
      header({ name: "cut", magic: "ustar  \0" }),
      END,
    ]);
    expect(walk([archive])).toEqual([
      { name: "big", type: "file", link: "", body: "abc" },
      { name: "old/", type: "directory", link: "", body: "" },
      { name: long, type: "file", link: "", body: "" },
    ]);
  });

  it("takes the size of a hard link or a folder for no body, as container runtimes do", () => {
    const size = "00000010000\0";
    const archive = Buffer.concat([
      header({ name: "hard", type: "1", link: "target", size }),
      header({ name: "folder/", type: "5", size }),
      header({ name: "after" }),
      END,
    ]);
    expect(walk([archive]).map(({ name }) => name)).toEqual(["hard", "folder/", "after"]);
  });

  it.each([
    ["a cut header", Buffer.concat([header({ name: "a" }).subarray(0, 300)]), /in the middle/],
    [
      "a cut body",
      Buffer.concat([header({ name: "a", size: "00000000777\0" }), Buffer.alloc(100)]),
      /in the middle/,
    ],
    [
      "a broken checksum",
      Buffer.concat([header({ name: "a" }), header({ name: "b" }).fill(0x41, 0, 3), END]),
      /checksum/,
    ],
    ["no tar at all", Buffer.alloc(2048, "hello "), /not a tar/],
    [
      "a symlink with a size",
      Buffer.concat([header({ name: "l", type: "2", size: "00000001000\0" }), END]),
      /differ/,
    ],
    [
      "a lone zero block",
      Buffer.concat([header({ name: "a" }), Buffer.alloc(512), header({ name: "b" }), END]),
      /lone zero/,
    ],
    ["a multi-volume part", Buffer.concat([header({ name: "m", type: "M" }), END]), /no image layer/],
    ["a size that is no number", Buffer.concat([header({ name: "a", size: "9999999999\0" }), END]), /octal/],
  ])("refuses %s", (_, archive, message) => {
    expect(() => walk([archive])).toThrow(message);
  });

  it("never crashes on damaged archives", async () => {
    const bytes = await makeTar([
      { name: "etc/os-release", body: "ID=alpine\n" },
      { name: "é".repeat(90), body: "x".repeat(700) },
    ]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, byte, length) => {
        const damaged = Buffer.from(bytes.subarray(0, length));
        if (at < length) damaged[at] = byte;
        try {
          walk([damaged]);
        } catch (error) {
          expect((error as Error).name).toBe("MuslgateError");
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it("stops at the limits on entries, names and extension headers", async () => {
    const bytes = await makeTar([
      { name: "a", body: "" },
      { name: "b".repeat(300), body: "" },
    ]);
    const limited = (limits: Partial<typeof DEFAULT_LIMITS>) => () => {
      const walker = new TarWalk(() => undefined, { ...DEFAULT_LIMITS, ...limits });
      walker.push(bytes);
    };
    expect(limited({ layerEntries: 1 })).toThrow(/more than 1 entries/);
    expect(limited({ nameBytes: 100 })).toThrow(/more than 100 bytes/);
    expect(limited({ headerBytes: 100 })).toThrow(/extension header/);
  });
});
