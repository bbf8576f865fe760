import fc from "../support/property.ts";
import { isMap } from "yaml";
import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/yaml/documents.ts";

describe("YAML that may be hostile", () => {
  it("keeps what can be read beside errors, with offsets", () => {
    const { documents, stopped } = parseYaml("a: 1\na: 2\n---\n}\n---\nb: [c\n");
    expect(stopped).toBeUndefined();
    expect(documents.map(({ errors }) => errors.map(({ pos }) => pos[0]))).toEqual([[14], [], [26]]);
    expect(documents.map(({ contents }) => isMap(contents))).toEqual([true, false, true]);
  });

  it.each([
    ["at the top", "kind: ConfigMap\n", "} ", 5_000],
    ["inside a list", "a: [", '"b" ', 5_000],
    ["of scalars", "a:\n", "- @b\n", 5_000],
    ["after a document", "--- a\n", "b\n--- c\n... d\n", 5_000],
  ])("stops at too many errors %s", (_, head, each, times) => {
    const { stopped } = parseYaml(head + each.repeat(times));
    expect(stopped?.message).toBe("it has more than 1000 syntax errors");
    expect(stopped?.start).toBeLessThan(head.length + each.length * 1_200);
  });

  it.each([
    ["brackets", "[".repeat(501)],
    ["braces and brackets", "{a: [".repeat(251)],
    ["dashes", "- ".repeat(501)],
    ["keys", "? ".repeat(501)],
    ["dashes on two lines", `${"- ".repeat(300)}a\n${" ".repeat(600)}${"- ".repeat(300)}b`],
    ["blocks", Array.from({ length: 501 }, (__, i) => `${" ".repeat(i)}a:\n`).join("")],
  ])("does not give %s that nest too deeply to the parser", (_, text) => {
    const { documents, stopped } = parseYaml(text);
    expect(documents).toEqual([]);
    expect(stopped?.message).toBe("it is nested too deeply");
  });

  it.each([
    ["brackets", `a: ${"[".repeat(400)}${"]".repeat(400)}`],
    ["blocks", Array.from({ length: 400 }, (__, i) => `${" ".repeat(i)}a:\n`).join("")],
    ["many items", "- a\n".repeat(3_000)],
    ["many maps one after another", "a:\n  b:\n    - c\n".repeat(1_000)],
  ])("parses %s within the bounds", (_, text) => {
    const { documents, stopped } = parseYaml(text);
    expect(stopped).toBeUndefined();
    expect(documents[0]?.errors).toEqual([]);
  });

  it("counts tokens, and stops at the bound a caller sets", () => {
    const tokens = (text: string) => {
      for (let most = 1; ; most *= 2)
        if (parseYaml(text, { tokens: most }).stopped === undefined) return most;
    };
    expect(tokens("- a\n".repeat(2_000))).toBeLessThanOrEqual(2 * tokens("- a\n".repeat(1_000)));
    const { stopped } = parseYaml("- a\n".repeat(1_000), { tokens: 100 });
    expect(stopped).toMatchObject({
      message: "it has a document of more than 100 tokens",
      limit: { name: "yamlTokens", most: 100 },
    });
  });

  it.each([
    ["blanks alone", undefined, (n: number) => `a: 1\n${" ".repeat(n)}\nb: 2\n`],
    ["dashes alone", "it is nested too deeply", (n: number) => `a: |\n${" -".repeat(n)}\n`],
  ])("makes no more tokens of a line of %s when it is longer", (_, message, text) => {
    expect(parseYaml(text(1_000_000), { tokens: 30 }).stopped?.message).toBe(message);
  });

  it("is total", () => {
    const piece = fc.constantFrom(
      "a",
      ": ",
      "- ",
      "? ",
      "[",
      "]",
      "{",
      "}",
      "\n",
      "  ",
      "|",
      ">",
      "'",
      '"',
      "&a ",
      "*a",
      "!!x ",
      "---\n",
      "#",
      "%",
      "\t",
      ",",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { errors } of parseYaml(pieces.join("")).documents)
          expect(Array.isArray(errors)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
