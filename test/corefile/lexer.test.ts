import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { Budget } from "../../src/corefile/budget.ts";
import { lex } from "../../src/corefile/lexer.ts";
import { wholeFile } from "../../src/text/source.ts";

const tokensOf = (text: string) => lex(wholeFile("Corefile", text), new Budget());
const words = (text: string) => tokensOf(text).map((token) => token.text);

describe("lexer", () => {
  it("splits at white space and counts lines", () => {
    const tokens = tokensOf("a  b\n\tc\r\n d");
    expect(tokens.map(({ text, line, start, end }) => [text, line, start, end])).toEqual([
      ["a", 1, 0, 1],
      ["b", 1, 3, 4],
      ["c", 2, 6, 7],
      ["d", 3, 10, 11],
    ]);
  });

  it("takes quotes only at the start of a word, and only the escaped quote as an escape", () => {
    expect(words('"a b" c"d "e\\"f" "g\\h" "" "i"j')).toEqual(["a b", 'c"d', 'e"f', "g\\h", "", "i", "j"]);
  });

  it("lets lines break inside quotes", () => {
    const [first, second] = tokensOf('"a\nb" c');
    expect([first?.text, first?.line, second?.line]).toEqual(["a\nb", 1, 2]);
  });

  it("starts a comment at any hash outside quotes", () => {
    expect(words("rcode NXDOMAIN#x\n# all of it\nb # c d\n'#'")).toEqual(["rcode", "NXDOMAIN", "b", "'"]);
  });

  it("ends a comment glued to a word at the next white space, as CoreDNS does", () => {
    expect(words("a#b c\nd")).toEqual(["a", "c", "d"]);
  });

  it("drops a byte order mark at the start, and an unfinished empty quote at the end", () => {
    expect(words('\uFEFFa "')).toEqual(["a"]);
    expect(words('a "b c')).toEqual(["a", "b c"]);
  });

  it("says where every word stands", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        let last = 0;
        for (const token of tokensOf(text)) {
          expect(token.start).toBeGreaterThanOrEqual(last);
          expect(token.end).toBeGreaterThan(token.start);
          last = token.end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
