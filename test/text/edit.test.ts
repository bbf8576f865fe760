import { describe, expect, it } from "vitest";
import { applyEdits, type Edit, followedBy } from "../../src/text/edit.ts";
import fc from "../support/property.ts";

const at = { file: "Corefile", line: 1, column: 1, endLine: 1, endColumn: 1 };
const edit = (start: number, end: number, text: string, line = 1): Edit => ({
  start,
  end,
  text,
  because: "it is wrong",
  at: { ...at, line, endLine: line },
});

/** Edits of a text that do not touch each other. */
const edits = (text: string) =>
  fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 8 }).chain((offsets) => {
    const sorted = offsets.toSorted((a, b) => a - b);
    const pairs = sorted.flatMap((start, i) =>
      i % 2 === 0 && sorted[i + 1] !== undefined ? [[start, sorted[i + 1]] as const] : [],
    );
    return fc.tuple(
      ...pairs.map(([start, end]) =>
        fc
          .tuple(fc.constantFrom("", "x", "ab\n", "\n\n"), fc.boolean())
          .map(([word, inserts]) => edit(start, inserts ? start : (end as number), word)),
      ),
    );
  });

describe("edits that follow others", () => {
  it("do to the first text what both did one after the other", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 30 });
    fc.assert(
      fc.property(
        texts
          .chain((text) => edits(text).map((earlier) => ({ text, earlier })))
          .chain(({ text, earlier }) =>
            edits(applyEdits(text, earlier)).map((later) => ({ text, earlier, later })),
          ),
        ({ text, earlier, later }) => {
          const both = followedBy(text, earlier, later);
          if (both === undefined) return;
          expect(applyEdits(text, both)).toBe(applyEdits(applyEdits(text, earlier), later));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("are told at the first text's lines, and take in what they cover", () => {
    const text = "one\ntwo\nthree\n";
    const earlier = [edit(3, 3, "\nand"), edit(8, 13, "3")];
    expect(followedBy(text, earlier, [edit(12, 13, "three", 4)])).toEqual([
      edit(3, 3, "\nand"),
      edit(8, 13, "three", 3),
    ]);
  });

  it("are nothing where one cuts through another", () => {
    expect(followedBy("abc", [edit(1, 1, "xyz")], [edit(2, 3, "")])).toBeUndefined();
  });
});
