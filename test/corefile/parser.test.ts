import fc from "../support/property.ts";
import { describe, expect, it } from "vitest";
import { parseCorefile, type ParseOptions } from "../../src/corefile/parser.ts";
import { printCorefile } from "../../src/corefile/print.ts";
import { wholeFile } from "../../src/text/source.ts";
import type { Corefile, Token } from "../../src/corefile/tree.ts";

/** A tree without positions: what has to survive printing. */
function shape(corefile: Corefile): unknown {
  const words = (tokens: readonly Token[]) => tokens.map(({ text }) => text);
  return {
    unread: corefile.unread.map(({ rest }) => words(rest)),
    blocks: corefile.blocks.map(({ keys, directives }) => ({
      keys: words(keys),
      directives: directives.map(({ name, rest, unread }) => [name.text, words(rest), unread]),
    })),
  };
}

const parse = (text: string, options?: ParseOptions) => {
  const { corefile, diagnostics } = parseCorefile(text, options);
  return {
    blocks: (shape(corefile) as { blocks: unknown[] }).blocks,
    codes: diagnostics.map(({ code }) => code),
  };
};

describe("parser", () => {
  it("groups keys, directives and their blocks", () => {
    expect(parse("a.test, b.test:53 {\n errors\n cache 30 {\n  denial 5\n }\n}\n. {\n}")).toEqual({
      codes: [],
      blocks: [
        {
          keys: ["a.test", "b.test:53"],
          directives: [
            ["errors", [], false],
            ["cache", ["30", "{", "denial", "5", "}"], false],
          ],
        },
        { keys: ["."], directives: [] },
      ],
    });
  });

  it("takes a single server without braces", () => {
    expect(parse("example.test\nerrors\nforward . 192.0.2.1").blocks).toEqual([
      {
        keys: ["example.test"],
        directives: [
          ["errors", [], false],
          ["forward", [".", "192.0.2.1"], false],
        ],
      },
    ]);
  });

  it("puts a snippet in place of its import, in a block and inside a directive", () => {
    const text =
      "(deny) {\n rcode NXDOMAIN\n}\n(all) {\n errors\n}\n. {\n import all\n template ANY AAAA {\n import deny\n }\n}";
    expect(parse(text).blocks).toEqual([
      {
        keys: ["."],
        directives: [
          ["errors", [], false],
          ["template", ["ANY", "AAAA", "{", "rcode", "NXDOMAIN", "}"], false],
        ],
      },
    ]);
  });

  it("marks what an import of a file leaves unknown", () => {
    expect(parse("import custom/*.server\n. {\n import custom/*.override\n}")).toEqual({
      codes: ["import-unread", "import-unread"],
      blocks: [{ keys: ["."], directives: [["import", ["custom/*.override"], true]] }],
    });
  });

  it("reads files through its port", () => {
    const readImport = (pattern: string) =>
      pattern === "custom/*.server" ? [wholeFile("x.server", "x.test {\n whoami\n}")] : [];
    expect(parse("import custom/*.server\n. {\n import custom/*.override\n}", { readImport })).toEqual({
      codes: [],
      blocks: [
        { keys: ["x.test"], directives: [["whoami", [], false]] },
        { keys: ["."], directives: [] },
      ],
    });
  });

  it("replaces known environment variables and remembers unknown ones", () => {
    const { corefile } = parseCorefile("{$ZONE} {\n forward . {%UPSTREAM%} {$OTHER}\n}", {
      environment: { ZONE: "a.test", UPSTREAM: "192.0.2.1" },
    });
    expect(shape(corefile)).toEqual({
      unread: [],
      blocks: [{ keys: ["a.test"], directives: [["forward", [".", "192.0.2.1", "{$OTHER}"], false]] }],
    });
    expect(corefile.blocks[0]?.directives[0]?.rest[2]?.unknownEnv).toEqual(["OTHER"]);
  });

  it.each([
    [". {\n errors", 2],
    [". {\n errors }\n}", 2],
    ["a, {\n}", 1],
    ["(s) {\n a\n}\n(s) {\n}", 4],
    [". {\n import\n}", 2],
    [". {\n import a b\n}", 2],
  ])("says where %j stops CoreDNS from starting", (text, line) => {
    const { diagnostics } = parseCorefile(text);
    expect(diagnostics.map(({ code, at }) => [code, at?.line])).toEqual([["corefile-syntax", line]]);
  });

  it("ends a snippet that imports itself, and snippets that multiply", () => {
    expect(parse("(a) {\n import a\n}\n. {\n import a\n}").codes).toEqual(["corefile-too-large"]);
    const names = "abcdefghijklmnopqrst".split("");
    const snippets = names.map(
      (name, i) => `(${name}) {\n import ${names[i + 1] ?? "x"}\n import ${names[i + 1] ?? "x"}\n}`,
    );
    expect(parse(`(x) {\n errors\n}\n${snippets.join("\n")}\n. {\n import a\n}`).codes).toEqual([
      "corefile-too-large",
    ]);
  });

  const piece = fc.constantFrom(
    ...'{ } \n # , . : a.test:53 (s) import s errors template ANY AAAA match rcode NXDOMAIN fallthrough {$X} " \\'.split(
      " ",
    ),
    "\n",
    '"a b"',
    '"q\\"r"',
    "\r\n",
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(" "));

  it("parses any text or says where it stops", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "binary", maxLength: 300 })), (input) => {
        const { diagnostics } = parseCorefile(input);
        for (const { at } of diagnostics) expect(at?.line).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it("prints what it parsed so that it parses to the same tree", () => {
    fc.assert(
      fc.property(text, (input) => {
        const { corefile, diagnostics } = parseCorefile(input);
        fc.pre(!diagnostics.some(({ code }) => code !== "import-unread"));
        expect(shape(parseCorefile(printCorefile(corefile)).corefile)).toEqual(shape(corefile));
      }),
      { numRuns: 2000 },
    );
  });
});
