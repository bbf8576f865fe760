import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { begun, CHUNK, fileChunks } from "../../../src/image/layer/chunks.ts";
import { temporaryFolder } from "../../support/folder.ts";

describe("the bytes of part of a file", () => {
  const folder = temporaryFolder();

  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])("are %i", async (size) => {
    const bytes = randomBytes(size + 20);
    const path = folder.write("part", bytes);
    const seen: Buffer[] = [];
    // A chunk is valid until the next is asked for.
    for await (const chunk of fileChunks(path, 10, size)) seen.push(Buffer.from(chunk));
    expect(Buffer.concat(seen).equals(bytes.subarray(10, 10 + size))).toBe(true);
    expect(seen.every(({ length }) => length > 0 && length <= CHUNK)).toBe(true);
  });

  it("end where the file does, and may be left before", async () => {
    const path = folder.write("short", "abc");
    const seen: string[] = [];
    for await (const chunk of fileChunks(path, 1, 10 * CHUNK)) seen.push(Buffer.from(chunk).toString());
    expect(seen).toEqual(["bc"]);
    for await (const _ of fileChunks(folder.write("long", randomBytes(4 * CHUNK)), 0, 4 * CHUNK)) break;
  });
});

describe("a stream that was looked at", () => {
  it("comes back whole, though its buffer is used again", async () => {
    for (let size = 1; size < 12; size++) {
      function* reused() {
        const buffer = Buffer.alloc(size);
        for (let at = 0; at < 20; at += size) {
          const count = Math.min(size, 20 - at);
          for (let i = 0; i < count; i++) buffer[i] = at + i;
          yield buffer.subarray(0, count);
        }
      }
      const { head, all } = await begun(reused(), 6);
      expect([...head.subarray(0, 6)]).toEqual([0, 1, 2, 3, 4, 5]);
      const seen: number[] = [];
      for await (const chunk of all) seen.push(...chunk);
      expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
    expect([...(await begun([Buffer.from("ab")], 6)).head]).toEqual([97, 98]);
  });

  it("is closed where the reader breaks off", async () => {
    let closed = 0;
    function* source() {
      try {
        for (;;) yield Buffer.from("x");
      } finally {
        closed++;
      }
    }
    for await (const _ of (await begun(source(), 6)).all) break;
    expect(closed).toBe(1);
  });
});
