import { describe, expect, it } from "vitest";
import { decodeText } from "../../src/text/decode.ts";

const TEXT = "kind: Pod # \u00fc \u4e2d \u{1f600}\n";
const le = Buffer.from(TEXT, "utf16le");
const be = Buffer.from(le).swap16();

describe("decodeText", () => {
  it.each<[string, Uint8Array]>([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8 with its mark", Buffer.from(`\ufeff${TEXT}`)],
    ["UTF-16 LE", Buffer.concat([Buffer.from([0xff, 0xfe]), le])],
    ["UTF-16 BE", Buffer.concat([Buffer.from([0xfe, 0xff]), be])],
    ["UTF-16 LE without a mark", le],
    ["UTF-16 BE without a mark", be],
  ])("reads %s", (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ text: TEXT });
  });

  it("reads nothing as the empty text", () => {
    expect(decodeText(new Uint8Array())).toEqual({ text: "" });
  });

  it.each<[string, Uint8Array]>([
    ["Latin-1", Buffer.from("a: \u00fc", "latin1")],
    ["a NUL", Buffer.from("a: b\0c")],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ["half a letter of UTF-16", Buffer.concat([le, Buffer.from([0x61])])],
    ["a lone surrogate", Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00])],
    ["one NUL alone", Buffer.from([0])],
    ["a gzip", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
  ])("has no text for %s", (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ problem: "it is neither UTF-8 nor UTF-16 text" });
  });
});
