import stringWidth from "string-width";
import { expect, it } from "vitest";
import { columnsOf } from "../../src/report/columns.ts";
import fc from "../support/property.ts";

it.each([
  ["", 0],
  ["plain", 5],
  ["a → b … ✓ ✗ · – —", 17],
  ["\u001b[1mbold\u001b[22m", 4],
  ["表", 2],
  ["👨‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["e\u0301", 1],
  ["ｶﾞ", 2],
])("%j takes %i columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
  expect(stringWidth(text)).toBe(columns);
});

it("says of any text what string-width says", () => {
  const pieces = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.stringMatching(/^[ -~…→✓✗·–—]{0,8}$/),
    fc.constantFrom(
      "\u001b[31m",
      "\u001b[39m",
      "\u001b[1;4m",
      "👩🏽‍💻",
      "ﾞ",
      "\u200d",
      "\ufe0f",
      "1\ufe0f\u20e3",
      "한",
      "\t",
    ),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (all) => {
      const text = all.join("");
      // Other sequences of a terminal never come here: what is not ours is printed as a code.
      fc.pre(!/[\u001b\u009b](?!\[[\d;]*m)/.test(text) && !text.includes("\u009b"));
      expect(columnsOf(text)).toBe(stringWidth(text));
    }),
    { numRuns: 300 },
  );
});
