import { describe, expect, it } from "vitest";
import { NamesBuilder, packNames, unpackNames } from "../../src/model/layer-names.ts";
import fc from "../support/property.ts";

describe("a layer's names", () => {
  it("are as they were when unpacked, in any script and with any byte in them", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "\0", "a\nb", "ü".repeat(2_000)),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), (names) => {
        expect(unpackNames(packNames(names))).toEqual(names);
      }),
    );
  });

  it("are told by their index, and hold no more memory than they need", () => {
    const builder = new NamesBuilder();
    expect(builder.push("one")).toBe(0);
    expect(builder.pushBytes(Buffer.from("two, and more"), 3)).toBe(1);
    const { bytes, ends } = builder.result();
    expect([bytes.buffer.byteLength, [...ends]]).toEqual([6, [3, 6]]);
    expect(unpackNames({ bytes, ends })).toEqual(["one", "two"]);
  });
});
