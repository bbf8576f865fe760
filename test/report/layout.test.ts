import fc from "../support/property.ts";
import { expect, it } from "vitest";
import { hanging, inColumns, lines } from "../../src/report/layout.ts";

it.each([
  ["Alpine Linux 3.12.12", 14, ["Alpine Linux", "3.12.12"]],
  ["Alpine Linux 3.12.12", 4, ["Alpine", "Linux", "3.12.12"]],
  ["see infra/node-local-dns.yaml:3:1", 30, ["see", "infra/node-local-dns.yaml:3:1"]],
  ["registry.example.com/team/app:1.2.3-alpine", 24, ["registry.example.com/", "team/app:1.2.3-alpine"]],
  ["a,b,c", 2, ["a,", "b,", "c"]],
  ["", 10, [""]],
])("breaks %j at %i where it may", (text, width, expected) => {
  expect(lines(text, width)).toEqual(expected);
});

it("loses no letter, breaks nothing but at slashes, blanks and commas, and keeps to the width where it can", () => {
  const words = fc.array(fc.stringMatching(/^[a-z0-9.:/,-]{1,12}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), (all, width) => {
      const text = all.join(" ");
      const broken = lines(text, width);
      let at = 0;
      for (const line of broken) {
        expect(text.startsWith(line, at)).toBe(true);
        if (line.length > width) expect(line).not.toMatch(/[ /,]./);
        at += line.length;
        if (text[at] === " ") at++;
        else if (at < text.length) expect(text[at - 1]).toMatch(/[/,]/);
      }
      expect(at).toBe(text.length);
    }),
  );
});

it("indents what follows by the start, colours not counted", () => {
  expect(hanging("\u001b[31m✗\u001b[39m ", "one two three", 9)).toBe(
    "\u001b[31m✗\u001b[39m one two\n  three",
  );
});

it("makes columns as wide as what they hold in any script, or says that there is no room", () => {
  expect(
    inColumns(
      [
        ["イメージ", "b"],
        ["a\nc", "d"],
      ],
      11,
    ),
  ).toEqual([["イメージ  b"], ["a         d", "c"]]);
  expect(inColumns([["イメージ", "b"]], 10)).toBeUndefined();
});
