// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL writes its templates the same way.
import fc from "../../support/property.ts";
import { describe, expect, it } from "vitest";
import { MOST_HCL_NODES } from "../../../src/cluster/terraform/hcl.ts";
import { MOST_HCL_LENGTH } from "../../../src/text/hcl-syntax.ts";
import { testHclReader } from "../../support/hcl.ts";

const reader = await testHclReader();
const all = () => true;
const read = (text: string) => reader.read("a.tf", text, all);
const value = (text: string) => read(`a = ${text}\n`).body.attributes.get("a")?.value;

describe("HCL", () => {
  it.each<[string, unknown]>([
    ["true", { kind: "scalar", value: true }],
    ["null", { kind: "scalar", value: null }],
    ["12", { kind: "scalar", value: "12" }],
    ['"a\\"\\\\\\n\\u00e9$${x}%%{y}"', { kind: "scalar", value: 'a"\\\né${x}%{y}' }],
    ['""', { kind: "scalar", value: "" }],
    ["(var.x)", { kind: "reference", path: ["var", "x"] }],
    ['var.x["a"].b[0]', { kind: "reference", path: ["var", "x", "a", "b", "0"] }],
    [
      '" ${ var.x } y"',
      {
        kind: "template",
        parts: [
          { kind: "scalar", value: " " },
          { kind: "reference", path: ["var", "x"] },
          { kind: "scalar", value: " y" },
        ],
      },
    ],
    [
      "[1, true]",
      {
        kind: "list",
        items: [
          { kind: "scalar", value: "1" },
          { kind: "scalar", value: true },
        ],
      },
    ],
    [
      '{ a = 1, "b" : null }',
      {
        kind: "object",
        entries: new Map([
          ["a", { kind: "scalar", value: "1" }],
          ["b", { kind: "scalar", value: null }],
        ]),
      },
    ],
    ["tobool(var.x)", { kind: "hidden", what: "the function tobool()" }],
    ["var.x ? 1 : 2", { kind: "hidden", what: "a conditional" }],
    ["!var.x", { kind: "hidden", what: "an operation" }],
    ["[for x in var.y : x]", { kind: "hidden", what: "a for expression" }],
    ["var.x[*].y", { kind: "hidden", what: "a splat" }],
    ["var.x[var.y]", { kind: "hidden", what: "a computed index" }],
    ['"%{ if true }a%{ endif }"', { kind: "hidden", what: "a template with directives" }],
    ['"${~ var.x }"', { kind: "hidden", what: "a template that strips blanks" }],
    ["<<EOT\n  a\nEOT", { kind: "hidden", what: "a heredoc" }],
    ["{ (var.x) = 1 }", { kind: "hidden", what: "an object with computed keys" }],
    ["f(1).x", { kind: "hidden", what: "a part of a computed value" }],
  ])("reads %s", (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it("has the places of attributes and blocks, past a byte order mark, CRLF and wide letters", () => {
    const { body } = read('\uFEFF# 😀\r\nresource "x" y {\r\n  /* é😀 */ a = "1"\r\n}\r\n');
    const [block] = body.blocks;
    expect([block?.type, block?.labels]).toEqual(["resource", ["x", "y"]]);
    expect(block?.at).toEqual({ file: "a.tf", line: 2, column: 1, endLine: 2, endColumn: 17 });
    expect(block?.body.attributes.get("a")?.at).toEqual({
      file: "a.tf",
      line: 3,
      column: 13,
      endLine: 3,
      endColumn: 20,
    });
  });

  it("leaves out top-level blocks that do not matter", () => {
    const { body } = reader.read("a.tf", 'a "b" {\n c {}\n}\nd {\n c {}\n}\n', (type) => type === "d");
    expect(body.blocks.map(({ type, body: inside }) => [type, inside.blocks.length])).toEqual([["d", 1]]);
  });

  it("says where it is not HCL and which blocks that touches", () => {
    const { body, problem } = read("a {\n  b = 1\n}\nc {\n  d = = 2\n}\n");
    expect(problem?.at.line).toBe(5);
    expect(body.blocks.find(({ type }) => type === "a")?.body.broken).toBe(false);
    expect(body.broken).toBe(true);
  });

  it("refuses files that are too long or have too many parts", () => {
    expect(read(" ".repeat(MOST_HCL_LENGTH + 1)).problem?.message).toContain("longer than");
    expect(read("a = 1\n".repeat(MOST_HCL_NODES / 5)).problem?.message).toContain("more than");
    expect(read("").problem).toBeUndefined();
  });

  it.each(["(", "[", "{", '"${', "a {\n", "x ? ", "-", "<<A\n", "${", "b=<<-A\n${", "f(", "{a="])(
    "stands %j without end",
    (piece) => {
      const text = `a = ${piece.repeat(10_000)}`;
      expect(read(text).body.broken).toBe(true);
      expect(read("a = 1").body.attributes.size).toBe(1);
    },
  );

  it("never throws", () => {
    const pieces = fc.constantFrom(
      "a",
      "=",
      " ",
      "\n",
      "{",
      "}",
      "[",
      "]",
      "(",
      ")",
      '"',
      "${",
      "%{",
      "}",
      "<<E\n",
      "E\n",
      "\\",
      "var.x",
      "\0",
      "é",
      "😀",
      "\ud800",
      ",",
      ".",
      "*",
      "?",
      ":",
      "//",
      "/*",
      "#",
      "for",
      "in",
      "if",
      "true",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.string({ unit: "binary" }), (words, any) => {
        for (const text of [words.join(""), any]) {
          for (const { at } of read(text).body.attributes.values()) expect(at.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
