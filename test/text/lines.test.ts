import { describe, expect, it } from "vitest";
import { Lines, linesOf } from "../../src/text/lines.ts";

const TEXT = "a\r\nbc\n\rd";

describe("the lines of a text", () => {
  it("end with LF or CRLF, not with a lone CR", () => {
    expect(new Lines(TEXT).starts).toEqual([0, 3, 6]);
    expect(new Lines("").starts).toEqual([0]);
  });

  it("say where an offset stands, and the way back", () => {
    const lines = new Lines(TEXT);
    expect(lines.place("f", 3, 5)).toEqual({ file: "f", line: 2, column: 1, endLine: 2, endColumn: 3 });
    for (let offset = 0; offset <= TEXT.length; offset++) {
      const { line, column } = lines.place("f", offset, offset);
      expect(lines.offsetOf(line, column)).toBe(offset);
    }
  });

  it("take what lies behind the text for its end, and an end before its start for the start", () => {
    const lines = new Lines(TEXT);
    expect(lines.place("f", 99, 100)).toMatchObject({ line: 3, column: 3, endLine: 3, endColumn: 3 });
    expect(lines.place("f", 4, 1)).toMatchObject({ line: 2, column: 2, endLine: 2, endColumn: 2 });
    expect(lines.offsetOf(9, 1)).toBe(TEXT.length);
  });

  it("are counted once for the text that was asked for last", () => {
    expect(linesOf(TEXT)).toBe(linesOf(TEXT));
    expect(linesOf("other")).not.toBe(linesOf(TEXT));
  });
});
